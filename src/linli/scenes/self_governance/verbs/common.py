"""What the verbs of this scene share: finding what is meant, whose it is to decide, one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, Sees, allows, covers, require
from linli.kernel.access import act as act
from linli.kernel.access.lines import text_of as text_of
from linli.kernel.people.models import Person

from .. import flow
from ..models import Activity, Shift, SignUp
from ..words import activity_word, sign_up_word

JOINS, READS, ORGANISES, REVIEWS = (
    "volunteering.join",
    "volunteering.read",
    "volunteering.organise",
    "volunteering.review",
)


def organises(by: Actor, activity: Activity) -> bool:
    """Whether it is theirs to run: over the place everything in it, in a unit the unit's own."""
    return allows(by, ORGANISES, activity.place_code) and (
        by.sees is not Sees.UNIT or activity.unit_id == by.unit_id
    )


def held(activity_id: UUID, by: Actor, verb: str) -> Activity:
    """The activity, held, theirs to run, where `verb` is possible now. Raises NotFound, NotAllowed, Conflict."""
    require(by, ORGANISES)
    activity = Activity.objects.select_for_update().filter(pk=activity_id).first()
    if activity is None or not covers(by, activity.place_code):
        raise NotFound(_("没有这个志愿活动，或者不在您的管辖范围内。"))
    if not organises(by, activity):
        raise NotAllowed(_("这是别的单位的活动。"), code="unit")
    if not flow.possible(flow.ACTIVITY, verb, activity.state):
        raise Conflict(
            _("活动现在是“%(state)s”，不能这样做。") % {"state": activity_word(activity.state)}, code="state"
        )
    return activity


def held_shift(shift_id: UUID) -> Shift:
    """The shift, held: whoever joins and whoever cancels does so one after the other. Raises NotFound, Conflict."""
    shift = Shift.objects.select_for_update(of=("self",)).select_related("activity").filter(pk=shift_id).first()
    if shift is None or shift.activity.published_at is None:
        raise NotFound(_("没有这个时段。"))
    return shift


def own(sign_up_id: UUID, by: Actor, verb: str) -> SignUp:
    """A sign-up of one's own, its shift held first and then itself. Raises NotFound for anybody else's."""
    require(by, JOINS)
    sign_up = _with_shift(sign_up_id)
    if sign_up is None or by.person_id is None or sign_up.person_id != by.person_id:
        raise NotFound(_("没有这个报名，或者它不是您的。"))
    must(verb, sign_up)
    return sign_up


def organised(sign_up_id: UUID, by: Actor, verb: str) -> SignUp:
    """Somebody's sign-up for an activity that is theirs to run."""
    require(by, ORGANISES)
    sign_up = _with_shift(sign_up_id)
    if sign_up is None or not covers(by, sign_up.place_code):
        raise NotFound(_("没有这个报名，或者不在您的管辖范围内。"))
    if not organises(by, sign_up.shift.activity):
        raise NotAllowed(_("这是别的单位的活动。"), code="unit")
    must(verb, sign_up)
    return sign_up


def must(verb: str, sign_up: SignUp) -> None:
    if not flow.possible(flow.SIGN_UP, verb, sign_up.state):
        raise Conflict(
            _("这个报名现在是“%(state)s”，不能这样做。") % {"state": sign_up_word(sign_up.state)}, code="state"
        )


def _with_shift(sign_up_id: UUID) -> SignUp | None:
    shift_id = SignUp.objects.filter(pk=sign_up_id).values_list("shift_id", flat=True).first()
    if shift_id is None:
        return None
    shift = Shift.objects.select_for_update(of=("self",)).select_related("activity").get(pk=shift_id)
    sign_up = SignUp.objects.select_for_update(of=("self",)).select_related("person").get(pk=sign_up_id)
    sign_up.shift = shift
    return sign_up


def living(person_id: UUID | None) -> Person:
    person = Person.objects.filter(pk=person_id, erased_at=None).first() if person_id else None
    if person is None:
        raise NotFound(_("没有您的登记。"))
    return person


def wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: sentence})


def record(
    by: Actor,
    at: datetime,
    verb: str,
    about: Activity | SignUp,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str | None = None,
    persons: Iterable[UUID] = (),
) -> None:
    """One record: in the history of an activity, or of a sign-up, which its volunteer may read."""
    theirs = [about.person_id] if isinstance(about, SignUp) else []
    audit.append(
        by=by,
        at=at,
        verb=f"self_governance.{verb}",
        stream=about.stream,
        place_code=about.place_code,
        person_ids=[*theirs, *persons],
        before=before,
        after=after,
        note=note,
    )
