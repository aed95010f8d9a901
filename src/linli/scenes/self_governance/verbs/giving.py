"""Saved time is given to a neighbour or the community, granted to old people who live alone, inherited by a legal basis."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, NotAllowed, NotFound, as_system, covers, require
from linli.kernel.people import guard
from linli.kernel.people.models import Person, Residence
from linli.kernel.people.named import person_named
from linli.kernel.places import codes
from linli.kernel.places.queries import label
from linli.kernel.points import verbs as points
from linli.kernel.points.models import Account, Transfer

from ..points import GRANT, OLD, SAVED
from .common import JOINS, ORGANISES, REVIEWS, act, living, text_of, wrong
from .recording import look_at

GIVING = guard.Limit("giving-time", 10, guard.NAMING.within, guard.NAMING.locks)


def give_time(*, by: Actor, at: datetime, key: UUID, minutes: int, name: str = "", phone: str = "") -> Transfer:
    """赠送 one's own saved time to a neighbour, by full name and phone, or without a name to the community. The same `key` with
    the same content is the same gift. Raises Invalid, NotAllowed (a proxy), Conflict (not so much saved), TooMany."""
    require(by, JOINS)
    if by.on_behalf:
        raise NotAllowed(_("积分要由本人确认使用。"), code="own")
    if name.strip():
        guard.spend(GIVING, f"give:{by.account_id}", at, account_id=by.account_id)
    with act():
        person = living(by.person_id)
        source = _account(person, at)
        if name.strip():
            other = person_named(name, phone)
            if other is None or other.id == person.id:
                raise wrong("phone", _("没有姓名和手机号都相符的邻居。请核对。"))
            target = _account(other, at)
        else:
            target = points.open_account(by=SYSTEM, at=at, ledger=SAVED.name, place_code=person.place_code)
        return points.transfer(
            by=by, at=at, key=f"gift:{key}", source_id=source.id, target_id=target.id, amount=minutes, kind="give"
        )


def grant_time(*, by: Actor, at: datetime, person_id: UUID, minutes: int, reason: str) -> Transfer:
    """发放: from the community's fund to somebody old who lives alone, at most `GRANT` minutes ever. What is in the fund is what
    neighbours gave. Whether they live alone is reckoned from the register, and not written down. Raises NotFound, Conflict, Invalid."""
    require(by, ORGANISES)
    why = text_of(reason, 200, "reason")
    with act():
        person = Person.objects.filter(pk=person_id, erased_at=None).first()
        if person is None or not covers(by, person.place_code):
            raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
        if not _old_and_alone(person, at):
            raise Conflict(_("发放只给独居的老人（%(n)d 岁以上）。") % {"n": OLD}, code="alone")
        target = _account(person, at)
        had = (
            Transfer.objects.filter(target=target.id, kind="grant", state="posted").aggregate(n=Sum("amount"))["n"]
            or 0
        )
        if not 1 <= minutes <= GRANT - had:
            raise wrong("minutes", _("这位老人还可以发放 %(n)d 分钟。") % {"n": max(0, GRANT - had)})
        fund = points.open_account(by=SYSTEM, at=at, ledger=SAVED.name, place_code=person.place_code)
        given = points.transfer(
            by=SYSTEM, at=at, key=f"granted:{person.id}:{had}:{minutes}", source_id=fund.id, target_id=target.id,
            amount=minutes, kind="grant", reason=why,
        )  # fmt: skip
        look_at(by, at, "grant_time", [person], why)
    return given


def inherit_time(
    *, by: Actor, at: datetime, source_person_id: UUID, heir_id: UUID, basis: str, paper: str
) -> Transfer:
    """继承: all somebody had saved goes to an heir, on a legal basis and by a paper that is named (a notary's number). Needs
    `volunteering.review` where both live: of two communities, the office above both, which the sentence names. Raises NotFound,
    NotAllowed (place), Invalid, Conflict (nothing saved)."""
    require(by, REVIEWS)
    ground, number = text_of(basis, 200, "basis"), text_of(paper, 100, "paper")
    with act():
        source = Account.objects.filter(person=source_person_id, ledger=SAVED.name).first()
        heir = Person.objects.filter(pk=heir_id, erased_at=None).first()
        if source is None or heir is None or not covers(by, source.place_code):
            raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
        if not covers(by, heir.place_code):
            raise NotAllowed(
                _("继承人登记在别的地方，要由两处共同的上级（%(office)s）办理；请把文件转过去，写上您核对过什么。")
                % {"office": _above_both(source.place_code, heir.place_code)},
                code="place",
            )
        if source_person_id == heir_id:
            raise wrong("heir_id", _("继承人要是另一个人。"))
        if (
            by.person_id == heir_id
            or Person.objects.filter(pk=heir_id, account=by.account_id).exclude(account=None).exists()
        ):
            raise NotAllowed(_("要由这两个人以外的人决定。"), code="two-persons")
        if source.available < 1:
            raise Conflict(_("没有存下的时间。"), code="lowest")
        return points.transfer(
            by=SYSTEM, at=at, key=f"inherited:{source_person_id}:{source.version}", source_id=source.id,
            target_id=_account(heir, at).id, amount=source.available, kind="inherit", basis=ground,
            evidence=[points.Evidence("paper", number)],
        )  # fmt: skip


def _above_both(here: str, there: str) -> str:
    """The smallest place that two lie in, as people call it."""
    line = [code for code in (*codes.ancestors(here), here) if there.startswith(code)]
    return label(line[-1]) if line else "—"


def named_person(by: Actor, name: str, phone: str, *, field: str, at: datetime) -> UUID:
    """Somebody who is meant at a counter, by full name and phone; tries are counted. Raises Invalid, TooMany."""
    guard.spend(guard.FINDING, str(by.account_id), at, account_id=by.account_id)
    with as_system():
        person = person_named(name, phone)
    if person is None:
        raise wrong(field, _("没有姓名和手机号都相符的登记居民。请核对，或者请对方先在手机上登记。"))
    return person.id


def _old_and_alone(person: Person, at: datetime) -> bool:
    """Of age, and nobody else registered in the household."""
    if person.birth_year is None or timezone.localtime(at).year - person.birth_year < OLD:
        return False
    homes = Residence.objects.filter(person=person, valid__contains=at).values_list("household_id", flat=True)
    lived = Residence.objects.filter(household__in=list(homes), valid__contains=at, person__erased_at=None)
    return bool(homes) and set(lived.values_list("person_id", flat=True)) == {person.id}


def _account(person: Person, at: datetime) -> Account:
    return points.open_account(
        by=SYSTEM, at=at, ledger=SAVED.name, person_id=person.id, place_code=person.place_code
    )
