"""The panel's end: what may be started, where, what runs, and what the house made of it.

Only events are written here, into a table of the demo's own. The fleet hears of them at once (NOTIFY) and its devices
say what they notice, over MQTT like any other; no reading is ever inserted.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, as_system
from linli.kernel.readings.models import Warning
from linli.kernel.things.models import State, Thing

from .. import names
from ..living.pace import SPEEDS, pace, set_pace
from . import registering
from .happenings import LINGERS

__all__ = ["OFFERS", "SPEEDS", "is_ready", "pace", "places", "running", "set_pace", "start", "stop"]
"""What the page asks for: `screens/desk/views/panel.py`."""
CHANNEL = "demo_event"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be started: on which model it begins, at places how wide, for how long at most (minutes)."""

    kind: str
    words: Any
    about: Any
    model: str
    digits: int
    minutes: int
    most: int = 1
    rules: tuple[str, ...] = ()


OFFERS = (
    Offer("fire", _("起火"), _("一栋楼的楼道起烟，近处的烟感先报，20 秒内蔓延，温度跟着升。"), "smoke-detector", 21, 10, 12,
          ("smoke", "smoke-spreads", "heat-rises")),
    Offer("gas-leak", _("燃气泄漏"), _("一户厨房漏气，浓度在十几秒里升过报警值。"), "gas-detector", 27, 10, 1,
          ("gas-leak", "gas-seeps")),
    Offer("blocked-lane", _("占消防车道"), _("一辆车停在消防车道上；满 5 分钟报警。"), "fire-lane-sensor", 18, 20, 1,
          ("fire-lane-occupied",)),
    Offer("crowd", _("人员聚集"), _("一处场所在一分钟里涌进太多人。"), "people-counter", 18, 15, 1, ("crowd", "crowd-unusual")),
    Offer("ebike", _("电动车进电梯"), _("一辆电动自行车被推进电梯。"), "lift-ebike-detector", 21, 3, 1, ("ebike-in-lift",)),
    Offer("burst-pipe", _("爆管"), _("一个居委会的消火栓水压骤降。"), "fire-water-pressure", 12, 15, 8,
          ("pipe-burst", "fire-water-low")),
    Offer("heavy-rain", _("暴雨"), _("全区暴雨，几分钟下完几小时的雨；下穿道积水，河水上涨。"), "", 6, 20, 0,
          ("heavy-rain", "cloudburst", "road-under-water", "river-high", "river-rises", "traffic-jam")),
    Offer("network-cut", _("断网"), _("一个居委会的设备全部失去联系；各型号按自己的间隔判为失联，最快约一分半钟。"), "", 12, 30, 0,
          ("safety-device-silent", "safety-sensor-silent", "city-device-silent")),
    Offer("button", _("按下紧急按钮"), _("一位住户按下紧急按钮，到停止为止一直锁定。"), "emergency-button", 27, 30, 1,
          ("emergency-pressed",)),
)  # fmt: skip
_BY_KIND = {offer.kind: offer for offer in OFFERS}

_SHOWN = timedelta(minutes=15)
_OLDEST = timedelta(days=2)
_MOST = 4
"""Warnings shown with one event."""


@dataclass(frozen=True, slots=True)
class Running:
    """One event with what came of it: the warnings of its rules at its place since it began, the gravest; and how many
    there are beside."""

    id: int
    offer: Offer
    place: str
    by_name: str
    began_at: datetime
    ends_at: datetime
    lasts: bool
    warnings: Sequence[Warning]
    more: int = 0


def is_ready() -> bool:
    """Whether there is a fleet that would notice."""
    return registering.is_there()


def places(offer: Offer) -> list[tuple[str, str]]:
    """(code, name) of where it may be started; the first street's first, because that is where visitors sign in."""
    with as_system():
        if offer.digits == 6:
            return [(names.DISTRICT[0], names.DISTRICT[1])]
        if offer.digits == 12:
            return [
                (f"{street}{n:03d}", hood)
                for street, _name, _style, hoods in names.STREETS
                for n, hood in enumerate(hoods, start=1)
            ]
        things = Thing.objects.filter(model=offer.model).filter(state=State.WORKING)
        rows = list(things.order_by("place_code", "key").values_list("place_code", "name"))
    found: dict[str, str] = {}
    for code, name in rows:
        if len(code) >= offer.digits:
            found.setdefault(code[: offer.digits], name)
    return [(code, _short(name)) for code, name in sorted(found.items())]


def _short(name: str) -> str:
    """临江里1号楼1单元3层烟感 → 临江里1号楼; 临江里1号楼103室燃气探测器 → 临江里1号楼103室."""
    for sign in ("室", "号楼"):
        before, found, _rest = name.partition(sign)
        if found:
            return before + sign
    return name


def start(*, by: Actor, at: datetime, kind: str, place_code: str = "") -> int:
    """Begin something at a place, or anywhere. Raises Invalid, Conflict (it goes on there already)."""
    offer = _BY_KIND.get(kind)
    if offer is None:
        raise Invalid(_t("没有这一种。"))
    choices = dict(places(offer))
    if not choices or (place_code and place_code not in choices):
        raise Invalid(_t("这个地方没有能察觉它的设备。"))
    code = place_code or random.choice(list(choices))
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM demo_event WHERE kind = %s AND place_code = %s AND ends_at > %s", [kind, code, at]
        )
        if cursor.fetchone():
            raise Conflict(_t("这里已经开始了，请先停止。"))
        cursor.execute(
            "INSERT INTO demo_event (kind, place_code, place, keys, by_name, began_at, ends_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [
                kind, code, choices[code], _devices(offer, code), by.name, at,
                at + timedelta(minutes=offer.minutes),
            ],
        )  # fmt: skip
        (event_id,) = cursor.fetchone()
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return int(event_id)


def stop(*, at: datetime, event_id: int) -> None:
    """End it now. Raises NotFound, Conflict (it is over)."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT ends_at > %s FROM demo_event WHERE id = %s", [at, event_id])
        row = cursor.fetchone()
        if row is None:
            raise NotFound(_t("没有这一件。"))
        if not row[0]:
            raise Conflict(_t("它已经结束了。"))
        cursor.execute(
            "UPDATE demo_event SET ends_at = greatest(%s, began_at + interval '1 millisecond') WHERE id = %s",
            [at, event_id],
        )
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def _devices(offer: Offer, code: str) -> list[str]:
    """Whom it is about: those of the model at the place, beginning somewhere among them; none where it is everybody."""
    if not offer.model:
        return []
    things = Thing.objects.filter(model=offer.model, place_code__startswith=code).filter(state=State.WORKING)
    keys = sorted(things.values_list("key", flat=True))
    first = random.randrange(len(keys))
    return (keys[first:] + keys[:first])[: offer.most]


def running(at: datetime) -> list[Running]:
    """What goes on, and what has ended within a quarter of an hour; the latest first. Two queries, however much it is."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, place_code, place, by_name, began_at, ends_at FROM demo_event WHERE ends_at > %s"
            " ORDER BY id DESC LIMIT 40",
            [at - _SHOWN],
        )
        rows = [row for row in cursor.fetchall() if row[1] in _BY_KIND]
    warned = _warned(
        {rule for row in rows for rule in _BY_KIND[row[1]].rules}, min((row[5] for row in rows), default=at)
    )
    told = []
    for id_, kind, code, place, by_name, began, ends in rows:
        its = [warning for warning in warned if _is_of(warning, kind, code, began, ends)]
        shown, more = its[:_MOST], max(0, len(its) - _MOST)
        told.append(Running(id_, _BY_KIND[kind], place, by_name, began, ends, ends > at, shown, more))
    return told


def _warned(rules: set[str], since: datetime) -> list[Warning]:
    """What these rules have found since then, and what stands from before; the gravest first. Read as the system: a
    visitor of the panel sees that the house noticed, wherever it is."""
    stands = Q(state__in=("raised", "acknowledged"))
    with as_system():
        found = Warning.objects.filter(
            Q(recorded_at__gte=since) | stands, rule__in=rules, raised_at__gte=since - _OLDEST
        )
        return list(found.order_by("-severity", "recorded_at")[:1000]) if rules else []


def _is_of(warning: Warning, kind: str, code: str, began: datetime, ends: datetime) -> bool:
    """Of its rules and at its place, written since it began; or older, closed by nobody, and so again."""
    if warning.rule not in _BY_KIND[kind].rules or not warning.place_code.startswith(code):
        return False
    if warning.recorded_at < began:
        return warning.state in ("raised", "acknowledged")
    return warning.recorded_at <= ends + timedelta(seconds=LINGERS.get(kind, 5.0))
