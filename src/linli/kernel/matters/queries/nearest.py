"""最近合适人选: who on duty could go to a matter, with reasons. It proposes at most five; the person assigning decides.

How far somebody is stays an estimate, and is said as one: the straight line times `DETOUR` at `PACE`. A river, a fence or
a motorway is not in it. Nobody's coordinates are shown: a distance to a hundred metres, and only of who shares theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import PERMISSIONS, Actor, as_system, require
from linli.kernel.duty.positions import FRESH
from linli.kernel.duty.queries.on_duty import OnDuty, there
from linli.kernel.duty.queries.positions import points_of
from linli.kernel.people.models import Post, Unit
from linli.kernel.places.geometry import distance_m

from ..models import FINAL, Matter

MOST = 5
DETOUR = 1.3
"""Ways are longer than the line as the crow flies: what is usual for walking in towns (circuity about 1.2 to 1.4)."""
PACE = 1.2
"""Metres a second on foot: what traffic lights are reckoned with (1.0 to 1.2), for nobody runs to a matter."""
PER_MATTER = timedelta(minutes=10)
"""What an open matter in hand weighs against walking, declared so that it can be argued with."""
UNKNOWN = timedelta(minutes=20)
"""What an unknown distance weighs: somebody known to be near comes first."""
NOT_THERE = timedelta(minutes=30)
"""What it weighs that somebody on shift has not said that they are there."""
OTHERS = timedelta(minutes=30)
"""What it weighs that a kind of matter is not their unit's own."""
_GOES = frozenset(role.value for role, granted in PERMISSIONS.items() if "matters.take" in granted)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could go: `walk` is an estimate (None: not known), `metres` to a hundred, `load` their open matters.
    `reasons` are sentences in the reader's language, the weightiest first."""

    account_id: UUID
    name: str
    unit_id: UUID
    unit: str
    until: datetime
    present: bool
    owns: bool
    load: int
    metres: int | None
    walk: timedelta | None
    stale: bool

    @property
    def cost(self) -> timedelta:
        """The declared sum by which they are ordered: less is better."""
        cost = self.walk if self.walk is not None else UNKNOWN
        cost += PER_MATTER * self.load
        if not self.present:
            cost += NOT_THERE
        if not self.owns:
            cost += OTHERS
        return cost

    @property
    def reasons(self) -> list[str]:
        until = f"{timezone.localtime(self.until):%H:%M}"
        return [
            self._way(),
            _("手上 %(n)d 件在办") % {"n": self.load} if self.load else _("手上没有在办的事"),
            _("%(unit)s，这类事本来归他们办") % {"unit": self.unit}
            if self.owns
            else _("%(unit)s，这类事归别的部门，可以先到场") % {"unit": self.unit},
            _("在岗，到 %(at)s") % {"at": until}
            if self.present
            else _("当班到 %(at)s，还没有到岗") % {"at": until},
        ]

    def _way(self) -> str:
        if self.walk is None or self.metres is None:
            return _("没有共享位置，不知道多远")
        values = {"m": self.metres, "min": max(1, round(self.walk.total_seconds() / 60))}
        if self.stale:
            return _("约 %(m)d 米，步行估计 %(min)d 分钟（位置是一刻钟以前的）") % values
        return _("约 %(m)d 米，步行估计 %(min)d 分钟") % values


def nearest(by: Actor, matter: Mapping[str, Any], at: datetime) -> list[Candidate]:
    """Who on duty at the place of a matter (as `detail` gives it) could go there, the likeliest first.

    Only units that could be given the matter, and people of theirs who take matters and whose shift lasts until they
    would be there. Five queries, however many people. Raises NotAllowed for who assigns nothing.
    """
    require(by, "matters.assign", str(matter["place_code"]))
    code = str(matter["place_code"])
    with as_system():
        on_shift = _of_units(there(code, at), str(matter["department"]), code, at)
        goes = set(
            Post.objects.filter(
                account__in=[one.account_id for one, _owns in on_shift], role__in=_GOES, valid__contains=at
            ).values_list("account_id", "unit_id")
        )
        shown = [(one, owns) for one, owns in on_shift if (one.account_id, one.unit_id) in goes]
        loads = _loads(one.account_id for one, _owns in shown)
        points = points_of((one.shift_id for one, _owns in shown if one.shares), at)
    target = (matter.get("lon"), matter.get("lat"))
    found = [
        _candidate(one, owns, loads.get(one.account_id, 0), points.get(one.shift_id), target, at)
        for one, owns in shown
    ]
    return ranked(found, at)


def of_me(by: Actor, matter: Mapping[str, Any], at: datetime) -> Candidate | None:
    """What speaks for the reader themselves, as whoever assigns sees it; None while they are not on shift there. Four
    queries. The matter is one the reader sees."""
    code = str(matter["place_code"])
    target = (matter.get("lon"), matter.get("lat"))
    with as_system():
        shifts = [one for one in there(code, at) if one.account_id == by.account_id]
        found = _of_units(shifts, str(matter["department"]), code, at)
        loads = _loads([one.account_id for one in shifts])
        points = points_of((one.shift_id for one, _owns in found if one.shares), at)
    made = [
        _candidate(one, owns, loads.get(one.account_id, 0), points.get(one.shift_id), target, at)
        for one, owns in found
    ]
    return min(made, key=lambda one: one.cost, default=None)


def ranked(found: Iterable[Candidate], at: datetime) -> list[Candidate]:
    """The five with the least cost; who would be off duty before they arrive is left out, and nobody stands there twice."""
    best: dict[UUID, Candidate] = {}
    for one in sorted(found, key=lambda c: (c.cost, c.name, str(c.account_id))):
        if one.until > at + (one.walk or timedelta()):
            best.setdefault(one.account_id, one)
    return list(best.values())[:MOST]


def walking(metres: float) -> timedelta:
    """How long somebody walks who is so many metres away as the crow flies: an estimate."""
    return timedelta(seconds=metres * DETOUR / PACE)


def _of_units(on_shift: list[OnDuty], department: str, code: str, at: datetime) -> list[tuple[OnDuty, bool]]:
    """Those of units that cover the place: of the department that owns the kind, or of the neighbourhood itself."""
    units = Unit.objects.filter(pk__in={one.unit_id for one in on_shift}, valid__contains=at).values_list(
        "pk", "department", "kind", "place_code"
    )
    owns = {
        pk: own == department and own != ""
        for pk, own, kind, place in units
        if code.startswith(place) and (own == department or kind == Unit.Kind.COMMITTEE)
    }
    return [(one, owns[one.unit_id]) for one in on_shift if one.unit_id in owns]


def _loads(accounts: Iterable[UUID]) -> dict[UUID, int]:
    open_ones = Matter.objects.filter(lead_account_id__in=set(accounts)).exclude(state__in=FINAL)
    counted = (
        open_ones.filter(~Q(state="done") & ~Q(state="verified")).values("lead_account_id").annotate(n=Count("pk"))
    )
    return {row["lead_account_id"]: row["n"] for row in counted}


def _candidate(one: OnDuty, owns: bool, load: int, point: Any, target: Any, at: datetime) -> Candidate:
    metres = walk = None
    stale = False
    if point is not None and target[0] is not None and target[1] is not None:
        exact = distance_m((point.lon, point.lat), (float(target[0]), float(target[1])))
        metres, walk = max(100, round(exact / 100) * 100), walking(exact)
        stale = at - point.at > FRESH
    return Candidate(
        account_id=one.account_id, name=one.name, unit_id=one.unit_id, unit=one.unit, until=one.until,
        present=one.present, owns=owns, load=load, metres=metres, walk=walk, stale=stale,
    )  # fmt: skip
