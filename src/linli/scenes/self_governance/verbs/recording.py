"""The record of a volunteer: registered, skills said, trainings and commendations written down, read by staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, NotFound, covers, require
from linli.kernel.people.models import Person, Unit

from ..kinds import SKILLS
from ..models import Commendation, Training, Volunteer
from .common import JOINS, ORGANISES, READS, act, living, text_of, wrong


def say_skills(*, by: Actor, at: datetime, skills: Sequence[str]) -> Volunteer:
    """我会什么: what one says one can, for oneself; whoever is no volunteer yet becomes one. Raises Invalid."""
    require(by, JOINS)
    if unknown := [one for one in skills if one not in SKILLS]:
        raise wrong("skills", _("没有“%(name)s”这项技能。") % {"name": unknown[0][:20]})
    with act():
        volunteer = registered(living(by.person_id), at)
        before = list(volunteer.skills)
        volunteer.skills = list(dict.fromkeys(skills))
        volunteer.save(update_fields=["skills"])
        _record(
            by, at, "say_skills", volunteer.person, before={"skills": before}, after={"skills": volunteer.skills}
        )
    return volunteer


def registered(person: Person, at: datetime) -> Volunteer:
    """The volunteer a person is, from now on if not before. Within a verb."""
    volunteer, _new = Volunteer.objects.get_or_create(
        person=person, defaults={"since": at, "place_code": person.place_code}
    )
    volunteer.person = person
    return volunteer


def record_training(
    *,
    by: Actor,
    at: datetime,
    person_id: UUID,
    title: str,
    held_on: date,
    minutes: int,
    skill: str = "",
    expires_on: date | None = None,
) -> Training:
    """培训: held on a day that is not to come. The same one twice is a Conflict. Raises Invalid, NotFound."""
    name = text_of(title, 80, "title")
    if skill and skill not in SKILLS:
        raise wrong("skill", _("没有“%(name)s”这项技能。") % {"name": skill[:20]})
    if held_on > timezone.localtime(at).date():
        raise wrong("held_on", _("日期不能在将来。"))
    if expires_on is not None and expires_on <= held_on:
        raise wrong("expires_on", _("有效期应在培训之后。"))
    if not 1 <= minutes <= 60_000:
        raise wrong("minutes", _("请写明培训了多少分钟。"))
    with act():
        person, unit = _volunteer(person_id, by, at)
        try:
            with transaction.atomic():
                made = Training.objects.create(
                    person=person, place_code=person.place_code, title=name, skill=skill, held_on=held_on,
                    minutes=minutes, expires_on=expires_on, unit=unit, recorded_at=at, recorded_by_id=by.account_id,
                )  # fmt: skip
        except IntegrityError:
            raise Conflict(_("这次培训已经登记过。"), code="again") from None
        _record(by, at, "record_training", person, after={"title": name, "held_on": held_on})
    return made


def record_commendation(
    *, by: Actor, at: datetime, person_id: UUID, title: str, what: str, given_on: date
) -> Commendation:
    """表彰. The same one twice is a Conflict. Raises Invalid, NotFound."""
    name, why = text_of(title, 80, "title"), text_of(what, 200, "what")
    if given_on > timezone.localtime(at).date():
        raise wrong("given_on", _("日期不能在将来。"))
    with act():
        person, unit = _volunteer(person_id, by, at)
        try:
            with transaction.atomic():
                made = Commendation.objects.create(
                    person=person, place_code=person.place_code, title=name, what=why, given_on=given_on, unit=unit,
                    recorded_at=at, recorded_by_id=by.account_id,
                )  # fmt: skip
        except IntegrityError:
            raise Conflict(_("这次表彰已经登记过。"), code="again") from None
        _record(by, at, "record_commendation", person, after={"title": name, "given_on": given_on})
    return made


def look_at(by: Actor, at: datetime, verb: str, persons: Sequence[Person], note: str) -> None:
    """Write into each person's own history that staff saw them on a list or a page (PIPL art. 44). Within a verb."""
    audit.append_each(
        (
            audit.Entry(f"person:{one.id}", one.place_code, person_ids=(one.id,), note=note or None)
            for one in persons
        ),
        by=by, at=at, verb=f"self_governance.{verb}",
    )  # fmt: skip


def _volunteer(person_id: UUID, by: Actor, at: datetime) -> tuple[Person, Unit]:
    """Somebody who lives where the actor organises, and the actor's unit."""
    require(by, ORGANISES)
    require(by, READS)
    person = Person.objects.filter(pk=person_id, erased_at=None).first()
    if person is None or not covers(by, person.place_code):
        raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
    if by.person_id == person.id or (by.account_id is not None and by.account_id == person.account_id):
        raise wrong("person_id", _("自己的培训和表彰要由别人登记。"))
    unit = Unit.objects.filter(pk=by.unit_id, valid__contains=at).first() if by.unit_id else None
    if unit is None:
        raise wrong("unit_id", _("没有这个单位，或者它已经撤销。"))
    registered(person, at)
    return person, unit


def _record(by: Actor, at: datetime, verb: str, person: Person, **what: object) -> None:
    audit.append(
        by=by, at=at, verb=f"self_governance.{verb}", stream=f"volunteer:{person.id}", place_code=person.place_code,
        person_ids=[person.id], **what,  # type: ignore[arg-type]
    )  # fmt: skip
