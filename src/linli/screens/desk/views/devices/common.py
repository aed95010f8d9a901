"""What the pages of devices share: the choices of their forms, and a place from what was typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.people.homes import place_named
from linli.kernel.people.models import Unit
from linli.parts.office import Field, Kind
from linli.parts.words import word

MODEL = Field(name="model", label=_("型号"), kind=Kind.SELECT, options="models")
PLACE = Field(
    name="place_code",
    label=_("在哪里"),
    hint=_("地点代码，或写得完整的地址，例如“临江路128弄3号楼”。"),
)
NAME = Field(name="name", label=_("名称"), optional=True, hint=_("不填就用型号的名称。"))
SPOT = Field(name="spot", label=_("安装位置"), optional=True, hint=_("例如：三楼走廊东侧。"))
LON = Field(name="lon", label=_("经度"), kind=Kind.NUMBER, optional=True)
LAT = Field(
    name="lat", label=_("纬度"), kind=Kind.NUMBER, optional=True, hint=_("WGS-84。两项都填，设备才会在地图上。")
)
OWNER = Field(name="owner_id", label=_("归谁管"), kind=Kind.ID, options="owners", optional=True)
EVERY = Field(
    name="every",
    label=_("上报间隔（秒）"),
    kind=Kind.NUMBER,
    optional=True,
    hint=_("不填就按型号。超过三倍间隔没有上报，算失联。"),
)
_MOST_UNITS = 500


def models() -> list[tuple[str, str]]:
    return sorted(((name, word("device", name)) for name in catalogue().devices), key=lambda pair: pair[1])


def owners(actor: Actor, at: datetime) -> list[tuple[Any, str]]:
    """Units of the actor's place and those above it."""
    above = [actor.scope[:n] for n in range(2, len(actor.scope))]
    found = Unit.objects.filter(valid__contains=at)
    if actor.scope != "*":
        found = found.filter(place_code__startswith=actor.scope or "-") | found.filter(place_code__in=above)
    return list(found.order_by("place_code", "name").values_list("id", "name")[:_MOST_UNITS])


def settled(given: dict[str, Any], by: Actor) -> dict[str, Any]:
    """What a form gave, as a verb takes it: the place found, seconds whole. Raises Invalid for a place that is none."""
    given = dict(given)
    if "place_code" in given:
        given["place_code"] = place_named(given["place_code"], by, field="place_code")
    if given.get("every") is not None:
        given["every"] = max(-1, min(int(given["every"]), 2_000_000_000))
    return given
