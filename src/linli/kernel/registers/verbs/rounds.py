"""走访: visits are planned, made and missed. A visit that was made is an entry (`enter`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, require, under
from linli.kernel.declare import Form
from linli.kernel.people.models import Account, Post
from linli.kernel.places.codes import Level

from ..defined import DefinedForm
from ..defined import elements as defined
from ..defined import form as form_named
from ..models import Entry, Fact, State, Visit
from ..subjects import Subject, found
from ..values import Misfit, clean
from .common import ENTERS, act, record, require_at, text_of

MOST_PLANNED = 2_000
LENGTHS = tuple(sorted((level.digits for level in Level), reverse=True))
MISSED = (Visit.Outcome.ABSENT, Visit.Outcome.DECLINED)


def plan_visits(
    *,
    by: Actor,
    at: datetime,
    form: str,
    subjects: Collection[UUID],
    due_on: date,
    account_id: UUID | None = None,
) -> int:
    """These are to be visited by a day; who is on the list already stays as they are. Returns how many were added.

    Needs `registers.enter` at the place of each. Raises Invalid, NotFound.
    """
    require(by, ENTERS)
    asked = _visited(form)
    day = _day(due_on, at)
    with act():
        account = _goes(account_id, at)
        targets = [
            found(asked.form.about, key, at, held=True) for key in sorted(dict.fromkeys(subjects))[:MOST_PLANNED]
        ]
        for target in targets:
            require_at(by, ENTERS, target)
        added = _add(asked.form, targets, day, account, at)
        code = _common([target.place_code for target in targets])
        _record(by, at, "plan_visits", code, form, len(added), day)
    return len(added)


def plan_round(
    *,
    by: Actor,
    at: datetime,
    form: str,
    place_code: str,
    element: str,
    says: object,
    due_on: date,
    account_id: UUID | None = None,
) -> int:
    """Everybody at a place of whom an element says this is to be visited by a day ("独居：是"). Returns how many were added.

    Needs `registers.enter` at the place. What is sealed finds nobody: lists are not made of it. Raises Invalid.
    """
    require(by, ENTERS, place_code)
    asked = _visited(form)
    day = _day(due_on, at)
    one = defined([element]).get(element)
    if one is None or one.element.about is not asked.form.about or one.element.sealed:
        sentence = _("不能按这一项来排走访。")
        raise Invalid(sentence, fields={"element": sentence})
    try:
        value = clean(one.element, says, one.choices)
    except Misfit as misfit:
        raise Invalid(str(misfit), fields={"says": str(misfit)}) from None
    with act():
        account = _goes(account_id, at)
        rows = Fact.objects.filter(under([place_code]), element=element, state=State.IN_FORCE, value=value)
        held = rows.order_by("place_code", "id").values_list("subject", "place_code")[:MOST_PLANNED]
        targets = [Subject(asked.form.about, subject, code, "") for subject, code in held]
        added = _add(asked.form, targets, day, account, at)
        _record(by, at, "plan_round", place_code, form, len(added), day)
    return len(added)


def miss_visit(*, by: Actor, at: datetime, visit_id: UUID, outcome: str, note: str = "") -> Visit:
    """Nobody was at home, or they did not want the visit. It comes due again: tomorrow, or when the next would be.

    Said twice it is said once. Needs `registers.enter` at the place. Raises NotFound, Conflict, Invalid.
    """
    require(by, ENTERS)
    if outcome not in MISSED:
        sentence = _("请选择没有见到的原因。")
        raise Invalid(sentence, fields={"outcome": sentence})
    words = text_of(note, 200, "note", needed=False)
    with act():
        visit, target = _held(visit_id, at)
        require_at(by, ENTERS, target)
        if visit.outcome == outcome and visit.ended_by_id == by.account_id:
            return visit
        if visit.outcome:
            raise Conflict(_("这次走访已经有了结果。"), code="ended")
        visit.outcome, visit.ended_at, visit.ended_by_id, visit.note = outcome, at, by.account_id, words
        visit.save()
        form = form_named(visit.form)
        every = form.form.every.amount if form and form.form.every else None
        wait = 1 if outcome == Visit.Outcome.ABSENT else every
        if wait is not None:
            _next(visit, _today(at) + timedelta(days=wait), at)
        record(by, at, "miss_visit", target, after={"form": visit.form, "outcome": outcome})
    return visit


def drop_visit(*, by: Actor, at: datetime, visit_id: UUID, reason: str) -> Visit:
    """It is not to be made after all. Needs `registers.enter` at the place. Raises NotFound, Conflict, Invalid."""
    require(by, ENTERS)
    why = text_of(reason, 200, "reason")
    with act():
        visit, target = _held(visit_id, at)
        require_at(by, ENTERS, target)
        if visit.outcome:
            raise Conflict(_("这次走访已经有了结果。"), code="ended")
        visit.outcome, visit.ended_at, visit.ended_by_id = Visit.Outcome.DROPPED, at, by.account_id
        visit.note = why
        visit.save()
        record(by, at, "drop_visit", target, after={"form": visit.form}, note=why)
    return visit


def note_met(entry: Entry, form: Form, target: Subject) -> None:
    """An entry on a visit's form: the visit that was due is made, and the next comes due. In the transaction of `enter`."""
    visit = Visit.objects.filter(form=form.name, subject=target.id, outcome="").first()
    planned = visit is not None
    if visit is None:
        visit = Visit(
            form=form.name, about=target.about, subject=target.id, place_code=target.place_code,
            due_on=_today(entry.observed_at), planned_at=entry.recorded_at,
        )  # fmt: skip
    visit.outcome, visit.ended_at, visit.ended_by_id = Visit.Outcome.MET, entry.observed_at, entry.author_id
    visit.entry = entry
    visit.save()
    if planned and form.every is not None:
        _next(visit, _today(entry.observed_at) + timedelta(days=form.every.amount), entry.recorded_at)


def _next(visit: Visit, due_on: date, at: datetime) -> None:
    Visit.objects.create(
        form=visit.form, about=visit.about, subject=visit.subject, place_code=visit.place_code, due_on=due_on,
        account_id=visit.account_id, planned_at=at,
    )  # fmt: skip


def _add(form: Form, targets: Collection[Subject], day: date, account: UUID | None, at: datetime) -> list[Visit]:
    due = set(
        Visit.objects.filter(form=form.name, outcome="", subject__in=[t.id for t in targets]).values_list(
            "subject", flat=True
        )
    )
    visits = [
        Visit(
            form=form.name, about=form.about, subject=target.id, place_code=target.place_code, due_on=day,
            account_id=account, planned_at=at,
        )
        for target in targets
        if target.id not in due
    ]  # fmt: skip
    return Visit.objects.bulk_create(visits)


def _visited(name: str) -> DefinedForm:
    asked = form_named(name)
    if asked is None or not asked.form.visit or asked.retired_at is not None:
        sentence = _("没有这种走访。")
        raise Invalid(sentence, fields={"form": sentence})
    return asked


def _day(due_on: date, at: datetime) -> date:
    if not _today(at) <= due_on <= _today(at) + timedelta(days=366):
        sentence = _("走访的日子应在今天到一年之内。")
        raise Invalid(sentence, fields={"due_on": sentence})
    return due_on


def _today(at: datetime) -> date:
    return timezone.localdate(at)


def _goes(account_id: UUID | None, at: datetime) -> UUID | None:
    if account_id is None:
        return None
    if not Account.objects.filter(pk=account_id, is_active=True).exists() or not Post.objects.filter(
        account=account_id, valid__contains=at
    ):
        sentence = _("此人现在没有岗位。")
        raise Invalid(sentence, fields={"account_id": sentence})
    return account_id


def _held(visit_id: UUID, at: datetime) -> tuple[Visit, Subject]:
    visit = Visit.objects.filter(pk=visit_id).first()
    if visit is None:
        raise NotFound(_("没有这次走访，或者不在您的管辖范围内。"))
    target = found(visit.about, visit.subject, at, held=True)
    visit.refresh_from_db()
    return visit, target


def _common(codes: list[str]) -> str:
    """The place that holds them all."""
    if not codes:
        return ""
    first, last = min(codes), max(codes)
    return next((first[:length] for length in LENGTHS if first[:length] == last[:length]), "")


def _record(by: Actor, at: datetime, verb: str, code: str, form: str, count: int, day: date) -> None:
    audit.append(
        by=by, at=at, verb=f"registers.{verb}", stream=f"round:{form}", place_code=code,
        after={"form": form, "visits": count, "due_on": day},
    )  # fmt: skip
