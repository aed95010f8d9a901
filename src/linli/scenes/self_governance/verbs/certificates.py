"""A certificate of service: free, of what was certified, issued to the volunteer whenever they ask (条例 art. 21)."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, NotFound, covers, require
from linli.kernel.people.models import Person

from ..certificates import Service, contents, hash_of
from ..models import Certificate, Line, SignUp
from .common import JOINS, ORGANISES, act, living, wrong


def issue_certificate(
    *, by: Actor, at: datetime, since: date | None = None, until: date | None = None, person_id: UUID | None = None
) -> Certificate:
    """开具证明 for oneself, or at the counter for whoever lives there: of every certified hour between two days, of all when
    none are given. Raises Conflict where nothing is certified, or something in it is being reviewed; Invalid, NotFound."""
    if since is not None and until is not None and until < since:
        raise wrong("until", _("结束日期应在开始日期之后。"))
    with act():
        person = _whose(by, person_id)
        rows = _services(person, since, until)
        found = list(rows.filter(state="certified", minutes__gt=0))
        if rows.filter(state="appealed").exists():
            raise Conflict(_("其中有服务正在复核，复核完再开具。"), code="appealed")
        if not found:
            raise Conflict(_("这段时间还没有认定过的服务时长。"), code="nothing")
        services = [_line(row) for row in found]
        first = since or date.fromisoformat(services[0].day)
        last = until or date.fromisoformat(services[-1].day)
        unit, number = found[-1].shift.activity.unit, _number(at)
        said = contents(
            number=number, unit=unit.name, issued_at=timezone.localtime(at).isoformat(timespec="seconds"),
            since=first.isoformat(), until=last.isoformat(), name=person.name, services=services,
        )  # fmt: skip
        made = Certificate.objects.create(
            number=number, person=person, place_code=person.place_code, unit=unit, issued_at=at, since=first, until=last,
            minutes=sum(one.minutes for one in services), contents=said, hash=hash_of(said),
        )  # fmt: skip
        Line.objects.bulk_create([Line(certificate=made, sign_up=row, minutes=row.minutes or 0) for row in found])
        audit.append(
            by=by, at=at, verb="self_governance.issue_certificate", stream=f"volunteer:{person.id}",
            place_code=person.place_code, person_ids=[person.id], after={"number": number, "minutes": made.minutes},
        )  # fmt: skip
    return made


def _whose(by: Actor, person_id: UUID | None) -> Person:
    if person_id is None or person_id == by.person_id:
        require(by, JOINS)
        return living(by.person_id)
    require(by, ORGANISES)
    person = Person.objects.filter(pk=person_id, erased_at=None).first()
    if person is None or not covers(by, person.place_code):
        raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
    return person


def _services(person: Person, since: date | None, until: date | None) -> QuerySet[SignUp]:
    rows = SignUp.objects.filter(person=person).select_related("shift__activity__unit").order_by("lasts", "id")
    zone = timezone.get_current_timezone()
    if since is not None:
        rows = rows.filter(lasts__startswith__gte=datetime.combine(since, datetime.min.time(), zone))
    if until is not None:
        end = datetime.combine(until, datetime.max.time(), zone)
        rows = rows.filter(lasts__startswith__lte=end)
    return rows


def _line(row: SignUp) -> Service:
    day = timezone.localtime(row.shift.starts_at).date().isoformat()
    return Service(day, row.shift.activity.title, row.shift.activity.unit.name, row.minutes or 0)


def _number(at: datetime) -> str:
    """ "ZY2026-48210937": nobody counts them through."""
    while True:
        number = f"ZY{timezone.localtime(at):%Y}-{secrets.randbelow(10**8):08d}"
        if not Certificate.objects.filter(number=number).exists():
            return number
