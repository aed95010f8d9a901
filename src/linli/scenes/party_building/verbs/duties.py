"""Duties that were not met: found when their stretch is over, each opens one matter for the branch, and the matter climbs
预警—提醒—督办 by the kernel's own clock. It is ended when the meeting is made up for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, look_as, require
from linli.kernel.places import queries as places

from .. import cadence
from ..models import Cadence, Every, Kind, Meeting, MeetingKind, Missed, Organisation
from ..queries.owed import FOR, cadences, can_meet
from . import following
from .common import ORGANISES, act, day_of, own, record, refuse

KIND = "party-duty-missed"


def set_cadence(*, by: Actor, at: datetime, place_code: str, kind: str, every: str, times: int) -> Cadence:
    """How often it is owed at a place from now on, instead of what the rules say. Needs `party.organise` there."""
    require(by, ORGANISES)
    if kind not in MeetingKind.values:
        refuse("kind", _("没有这种会。"))
    if every not in Every.values or not 0 <= times <= 12:
        refuse("times", _("次数应在 0 到 12 之间。"))
    with act():
        code = places.now_called(place_code.strip()) or ""
        if not code:
            refuse("place_code", _("没有这个地点。"))
        places.require_at(by, ORGANISES, code)
        row, _made = Cadence.objects.update_or_create(
            place_code=code, kind=kind, defaults={"every": every, "times": times, "since": day_of(at)}
        )
        mine = own(by) or Organisation.objects.filter(parent=None).first()
        if mine:
            record(by, at, "set_cadence", mine, after={"place": code, "kind": kind, "every": every, "times": times})
    return row


def find_missed(*, at: datetime, limit: int = 500) -> int:
    """Find what was owed in the stretch before this and not held, and open a matter for each; one transaction each.

    The worker calls it; a second time it finds nothing. Returns how many were found.
    """
    with transaction.atomic():
        look_as(SYSTEM)
        owed = list(_unmet(day_of(at)))[:limit]
    return sum(_miss(organisation, kind, first, last, at) for organisation, kind, first, last in owed)


def _unmet(today: date) -> list[tuple[Organisation, str, date, date]]:
    """(organisation, kind, first day, last day) of what is over, was not held and was not found before."""
    organisations = list(
        Organisation.objects.filter(dissolved_on=None, kind__in=(Kind.BRANCH, Kind.GROUP)).select_related(
            "unit", "parent__unit"
        )
    )
    rows, able = cadences(), can_meet(organisations)
    held: dict[tuple[object, str, date], int] = {}
    for key in Meeting.objects.filter(
        state__in=("held", "confirmed"), quorate=True, counts_for__gte=today - timedelta(days=800)
    ).values_list("organisation_id", "kind", "counts_for"):
        held[key] = held.get(key, 0) + 1
    known = set(Missed.objects.values_list("organisation_id", "kind", "period"))
    found = []
    for one in organisations:
        for kind, owed in cadence.owed_at(one.place_code, rows, today).items():
            if FOR[kind] != one.kind or one.id not in able[kind]:
                continue
            first, last = cadence.before(owed.every, cadence.stretch(owed.every, today)[0])
            key = (one.id, kind, first)
            if first >= _known_since(one) and held.get(key, 0) < owed.times and key not in known:
                found.append((one, kind, first, last))
    return found


def _known_since(one: Organisation) -> date:
    """From when on something is owed here: who was registered in the middle of a stretch owes from the next."""
    unit = one.unit or (one.parent.unit if one.parent else None)
    return max(one.founded_on, timezone.localdate(unit.valid.lower)) if unit else one.founded_on


def _miss(organisation: Organisation, kind: str, first: date, last: date, at: datetime) -> int:
    with transaction.atomic():
        look_as(SYSTEM)
        missed, made = Missed.objects.get_or_create(
            organisation=organisation, kind=kind, period=first, defaults={"period_end": last, "found_at": at}
        )
        if not made:
            return 0
        owed = {
            "name": _full_name(organisation),
            "what": MeetingKind(kind).label,
            "when": cadence.between(first, last),
        }
        matter = following.open_for(
            organisation, kind=KIND, key=f"duty:{organisation.id}:{kind}:{first}", place_code=organisation.place_code,
            title=_("%(name)s：%(when)s%(what)s未开") % owed, at=at,
            body=_("%(when)s应开的%(what)s到期没有召开，或者到会人数不够。请补开，或者说明情况。") % owed,
        )  # fmt: skip
        look_as(SYSTEM)
        missed.matter = matter
        missed.save(update_fields=["matter"])
        after = {"kind": kind, "period": first, "matter": matter.number}
        record(SYSTEM, at, "miss_duty", organisation, after=after)
    return 1


def make_up_for(meeting: Meeting, at: datetime) -> None:
    """A meeting was held for a stretch that had been missed: the matter is done, and ended where no order waits for an
    answer. In the transaction of the verb, with the system's eyes."""
    missed = (
        Missed.objects.select_for_update(of=("self",)).select_related("matter")
        .filter(organisation=meeting.organisation_id, kind=meeting.kind, period=meeting.counts_for, met_by=None).first()
    )  # fmt: skip
    if missed is None:
        return
    missed.met_by = meeting
    missed.save(update_fields=["met_by"])
    said = _("已于 %(day)s 补开：%(title)s。") % {"day": day_of(at).isoformat(), "title": meeting.title}
    following.end(missed.matter, outcome="made-up-for", said=said, at=at)


def _full_name(organisation: Organisation) -> str:
    if organisation.kind == Kind.GROUP and organisation.parent:
        return f"{organisation.parent.name}{organisation.name}"
    return organisation.name
