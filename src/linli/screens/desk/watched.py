"""Things as the desk shows them: words of what they said last, and the address that asks for them again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.kernel.access import Actor
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.places import queries as places
from linli.kernel.readings.queries.fleet import Standing
from linli.kernel.readings.queries.looking import HEALTH, Asked
from linli.kernel.things.models import State
from linli.parts.sensing import bare, unit_after
from linli.parts.words import word

HEALTH_WORDS = {
    "warned": gettext_lazy("正在预警"),
    "unclosed": gettext_lazy("已恢复，待关闭"),
    "silent": gettext_lazy("失联"),
    "battery": gettext_lazy("电量低"),
    "signal": gettext_lazy("信号差"),
    "few": gettext_lazy("到报率低"),
    "clock": gettext_lazy("时钟不准"),
    "dead": gettext_lazy("死信多"),
    "unheard": gettext_lazy("未曾上线"),
}
STATE_WORDS = {
    State.WAITING.value: gettext_lazy("待安装"),
    State.ASKING.value: gettext_lazy("待同意"),
    State.WORKING.value: gettext_lazy("在用"),
    State.MAINTAINED.value: gettext_lazy("维护中"),
    State.RETIRED.value: pgettext_lazy("thing", "已停用"),
}
_OWN_WAY = frozenset({"battery", "signal", "lon", "lat"})
"""Quantities the pages show in a place of their own."""


def asked_of(data: QueryDict) -> Asked:
    """What the filter bar asks; what nobody can have chosen there is left out."""
    known = catalogue()
    state, health, model, place = (data.get(n, "") for n in ("state", "health", "model", "place"))
    return Asked(
        place=place if place.isdecimal() and len(place) <= 30 else "",
        model=model if model in known.devices else "",
        state=state if state in STATE_WORDS else "",
        health=health if health in HEALTH else "",
        text=data.get("text", "").replace("\0", "").strip()[:60],
        box=box_of(data.get("box", "")),
    )


def box_of(text: str) -> tuple[float, float, float, float] | None:
    """ "121.1,31.1,121.2,31.2": west, south, east, north; None when it is no box on earth."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return None
    return west, south, east, north


def written(asked: Asked) -> dict[str, str]:
    """The same as a query string has it."""
    found = {n: getattr(asked, n) for n in ("place", "model", "state", "health", "text") if getattr(asked, n)}
    return found | ({"box": ",".join(f"{side:.6f}" for side in asked.box)} if asked.box else {})


def query(asked: Asked, **more: str) -> str:
    together = {**written(asked), **{name: value for name, value in more.items() if value}}
    return f"?{urlencode(together)}" if together else ""


def choices(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """What the filter bar offers."""
    below = places.children(actor.scope) if actor.scope.isdigit() else ()
    models = [(name, word("device", name)) for name in catalogue().devices]
    return {
        "place": [(place.code, place.name) for place in below],
        "model": sorted(models, key=lambda pair: pair[1]),
        "state": [(state, str(words)) for state, words in STATE_WORDS.items()],
        "health": [(name, str(HEALTH_WORDS[name])) for name in HEALTH],
    }


def shown(model: str, warned_of: bool = False) -> bool:
    """Whether readings of such a thing are shown. Of one in somebody's home only while a warning is open on it: what
    the warning needs, and nothing of the days without one (rights.md, 4)."""
    device = catalogue().devices.get(model)
    return device is not None and (not device.personal or warned_of)


def main_values(thing: Standing) -> list[dict[str, Any]]:
    """What a thing is there to say in a list, in the order of its declaration; battery, signal and position have their
    own place. What is in somebody's home says nothing in a list: whoever looks at it stands in that person's history."""
    device = catalogue().devices.get(thing.model)
    if device is None or device.personal:
        return []
    return [
        {
            "name": quantity.name,
            "words": word("quantity", quantity.name),
            "value": bare(quantity, thing.values[quantity.name]),
            "unit": unit_after(quantity),
            "quantity": quantity,
        }
        for quantity in device.measures
        if quantity.name in thing.values and quantity.name not in _OWN_WAY
    ]


def icon_of(model: str) -> str:
    device = catalogue().devices.get(model)
    return device.icon if device else "sensor"
