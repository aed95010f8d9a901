"""Staff read who signed up, and a volunteer's record: each person can see who looked (PIPL art. 44)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, covers, require
from linli.kernel.people.models import Person

from ..models import Appeal, Shift, SignUp
from ..queries import mine
from .certifying import served
from .common import READS, act, organises
from .recording import look_at

LISTED = ("applied", "waiting", "in", "arrived", "left", "no_show", "certified", "appealed")


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on a roster, and the minutes between coming and leaving."""

    sign_up: SignUp
    name: str
    served: int


@dataclass(frozen=True, slots=True)
class Roster:
    shift: Shift
    rows: Sequence[Listed]
    runs: bool


def read_roster(*, by: Actor, at: datetime, shift_id: UUID) -> Roster:
    """The names of everybody who signed up for a time, in the order in which they did. Raises NotFound."""
    require(by, READS)
    with act():
        shift = Shift.objects.select_related("activity__unit").filter(pk=shift_id).first()
        if shift is None or not covers(by, shift.activity.place_code):
            raise NotFound(_("没有这个时段，或者不在您的管辖范围内。"))
        signed = list(
            shift.sign_ups.select_related("person", "certified_by").filter(state__in=LISTED).order_by("joined_at")
        )
        for one in signed:
            one.shift = shift
        look_at(
            by, at, "read_roster", [one.person for one in signed if not one.person.erased_at], shift.activity.title
        )
    return Roster(
        shift, [Listed(one, one.person.name, served(one)) for one in signed], organises(by, shift.activity)
    )


def read_record(*, by: Actor, at: datetime, person_id: UUID, purpose: str = "") -> mine.Record:
    """A volunteer's record, for whoever organises where they live. Raises NotFound."""
    require(by, READS)
    with act():
        person = Person.objects.filter(pk=person_id, erased_at=None).first()
        if person is None or not covers(by, person.place_code):
            raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
        found = mine.record_of(person.id)
        look_at(by, at, "read_record", [person], purpose or _("志愿服务管理"))
    return found


def read_appeals(*, by: Actor, at: datetime, appeals: Sequence[Appeal]) -> dict[UUID, str]:
    """The names beside what is to be decided, by person."""
    with act():
        persons = list(Person.objects.filter(pk__in={one.sign_up.person_id for one in appeals}, erased_at=None))
        look_at(by, at, "read_roster", persons, _("时长复核"))
    return {one.id: one.name for one in persons}


def read_integrity(*, by: Actor, at: datetime, persons: set[UUID]) -> dict[UUID, str]:
    """The names beside deductions and rewards to decide, by person."""
    require(by, READS)
    with act():
        found = list(Person.objects.filter(pk__in=persons, erased_at=None))
        look_at(by, at, "read_integrity", found, "")
    return {one.id: one.name for one in found if covers(by, one.place_code)}
