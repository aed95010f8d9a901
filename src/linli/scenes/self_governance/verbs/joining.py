"""Neighbours join, wait, agree for their children, and withdraw; whoever waits longest moves up by itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, NotAllowed, NotFound, covers, require
from linli.kernel.audit import Entry, append_each
from linli.kernel.people.models import Person, Residence
from linli.kernel.people.named import person_named

from ..models import Activity, Shift, SignUp
from ..told import tell_moved
from .common import JOINS, ORGANISES, act, held_shift, living, organises, own, record, text_of, wrong
from .recording import registered

ADULT = 18


def join(
    *,
    by: Actor,
    at: datetime,
    shift_id: UUID,
    heads: int = 1,
    group_name: str = "",
    guardian_id: UUID | None = None,
) -> SignUp:
    """报名 for oneself, or as the leader of a group of `heads`. A seat when there is one, else the waiting list; a minor's
    waits until the guardian, who lives with them, agrees. Again for the same time: it stays as it was.

    Raises NotFound, Invalid, Conflict (closed, began, overlaps with another of theirs).
    """
    require(by, JOINS)
    name = text_of(group_name, 64, "group_name", needed=heads > 1)
    if not 1 <= heads <= 200:
        raise wrong("heads", _("人数在 1 到 200 之间。"))
    with act():
        return _join(living(by.person_id), by, at, "join", shift_id, heads, name, guardian_id)


def join_for(*, by: Actor, at: datetime, shift_id: UUID, name: str, phone: str) -> SignUp:
    """窗口代报: for somebody who stands at the counter; the full name and the phone, both exact, prove who is meant. Theirs from
    then on: they read of it, and withdraw on a phone or through the organiser. A minor's needs the guardian's own phone.

    Needs the activity to be the actor's to run. Raises NotFound, Invalid (nobody is meant), Conflict as `join` does.
    """
    require(by, ORGANISES)
    with act():
        activity = Activity.objects.filter(shifts=shift_id).first()
        if activity is None or not covers(by, activity.place_code):
            raise NotFound(_("没有这个时段。"))
        if not organises(by, activity):
            raise NotAllowed(_("这是别的单位的活动。"), code="unit")
        person = person_named(name, phone)
        if person is None:
            raise wrong("phone", _("没有姓名和手机号都相符的登记居民。请核对，或者先在窗口登记。"))
        return _join(person, by, at, "join_for", shift_id, 1, "", None)


def _join(
    person: Person, by: Actor, at: datetime, verb: str, shift_id: UUID, heads: int, name: str,
    guardian_id: UUID | None,
) -> SignUp:  # fmt: skip
    shift = held_shift(shift_id)
    if there := shift.sign_ups.filter(person=person).exclude(state__in=("cancelled", "no_show")).first():
        return there
    _must_be_open(shift, at)
    if heads > shift.seats:
        raise wrong("heads", _("这个时段一共只有 %(n)d 个名额。") % {"n": shift.seats})
    guardian = _guardian(person, shift.activity, guardian_id, at)
    state = SignUp.State.APPLIED if guardian else _seat(shift, heads)
    try:
        with transaction.atomic():
            sign_up = SignUp.objects.create(
                shift=shift, person=person, place_code=shift.activity.place_code, heads=heads,
                group_name=name if heads > 1 else "", guardian=guardian, state=state, joined_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        if "nobody_serves_twice_at_once" in str(error):
            raise Conflict(_("这段时间已经报了别的服务。"), code="overlap") from None
        raise
    registered(person, at)
    after = {"state": state, "heads": heads}
    record(by, at, verb, sign_up, after=after, persons=[guardian.id] if guardian else [])
    return sign_up


def agree_for_minor(*, by: Actor, at: datetime, sign_up_id: UUID) -> SignUp:
    """监护人同意: the guardian who was named, and nobody else. A seat when there is one by now, else the waiting list."""
    require(by, JOINS)
    with act():
        shift_id = SignUp.objects.filter(pk=sign_up_id).values_list("shift_id", flat=True).first()
        shift = held_shift(shift_id) if shift_id else None
        sign_up = SignUp.objects.select_for_update().filter(pk=sign_up_id).first()
        if shift is None or sign_up is None or by.person_id is None or sign_up.guardian_id != by.person_id:
            raise NotFound(_("没有要您同意的报名。"))
        if by.on_behalf:
            raise NotAllowed(_("监护人的同意要由本人给出。"), code="guardian")
        if sign_up.guardian_at is not None:
            return sign_up
        if sign_up.state != SignUp.State.APPLIED:
            raise Conflict(_("这个报名已经取消。"), code="state")
        _must_be_open(shift, at)
        sign_up.state, sign_up.guardian_at = _seat(shift, sign_up.heads), at
        sign_up.save(update_fields=["state", "guardian_at"])
        record(by, at, "agree", sign_up, after={"state": sign_up.state}, persons=[by.person_id])
    return sign_up


def withdraw(*, by: Actor, at: datetime, sign_up_id: UUID, reason: str = "") -> SignUp:
    """取消报名, until the time begins. In the same transaction whoever waits longest and fits moves up."""
    why = text_of(reason, 200, "reason", needed=False)
    with act():
        sign_up = own(sign_up_id, by, "withdraw")
        if at >= sign_up.shift.starts_at and sign_up.state == SignUp.State.IN:
            raise Conflict(_("服务已经开始。来不了的话，请告诉组织者。"), code="began")
        _cancel(sign_up, why, at)
        record(by, at, "withdraw", sign_up, note=why or None)
        _move_up(sign_up.shift, at)
    return sign_up


def _cancel(sign_up: SignUp, why: str, at: datetime) -> None:
    sign_up.state, sign_up.cancelled_at, sign_up.reason = SignUp.State.CANCELLED, at, why
    sign_up.save(update_fields=["state", "cancelled_at", "reason"])


def _move_up(shift: Shift, at: datetime) -> None:
    """Those who wait take what is free, the longest first; a group too large for it is passed over and keeps its place."""
    shift.refresh_from_db(fields=["taken"])
    moved = []
    if shift.cancelled_at is not None or at >= shift.starts_at:
        return
    for waiting in shift.sign_ups.select_for_update().filter(state="waiting").order_by("joined_at", "id"):
        if waiting.heads <= shift.free:
            waiting.state, waiting.moved_up_at = SignUp.State.IN, at
            waiting.save(update_fields=["state", "moved_up_at"])
            shift.refresh_from_db(fields=["taken"])
            moved.append(waiting)
    append_each(
        (Entry(s.stream, s.place_code, person_ids=(s.person_id,), after={"state": "in"}) for s in moved),
        by=SYSTEM, at=at, verb="self_governance.move_up",
    )  # fmt: skip
    tell_moved(moved, shift, at)


def _seat(shift: Shift, heads: int) -> SignUp.State:
    """Whoever waits already was too many for what is free: who fits may sit beside them."""
    return SignUp.State.IN if heads <= shift.free else SignUp.State.WAITING


def _must_be_open(shift: Shift, at: datetime) -> None:
    if shift.activity.state != Activity.State.PUBLISHED or shift.cancelled_at is not None:
        raise Conflict(_("这个时段不再招募。"), code="closed")
    if at >= shift.starts_at:
        raise Conflict(_("这个时段已经开始，不能再报名。"), code="began")


def _guardian(person: Person, activity: Activity, guardian_id: UUID | None, at: datetime) -> Person | None:
    """Who must agree; None for an adult. Whose year of birth is not known has said to be of age by signing in alone."""
    year = timezone.localtime(at).year
    if person.birth_year is None or year - person.birth_year > ADULT:
        return None
    if activity.minors == Activity.Minors.NO:
        raise Conflict(_("这个活动只限成年人参加。"), code="adults")
    if guardian_id is None:
        raise wrong("guardian_id", _("未成年人参加要监护人同意：请选择同住的监护人。"))
    if guardian_id not in {one.id for one in adults_at_home(person.id, at)}:
        raise wrong("guardian_id", _("监护人要是同住的成年人。"))
    return Person.objects.get(pk=guardian_id)


def adults_at_home(person_id: UUID, at: datetime) -> list[Person]:
    """Grown-ups registered in the same household. Within a verb, or with the system's eyes."""
    homes = Residence.objects.filter(person=person_id, valid__contains=at).values_list("household_id", flat=True)
    lived = Person.objects.filter(
        residences__household__in=list(homes), residences__valid__contains=at, erased_at=None,
        birth_year__lt=timezone.localtime(at).year - ADULT,
    )  # fmt: skip
    return list(lived.exclude(pk=person_id).distinct().order_by("birth_year", "id"))
