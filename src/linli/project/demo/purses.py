"""Points in the demo district: earned over weeks, given to a neighbour, cut by a cap, taken for a reason, objected to, spent across a boundary.

Ledgers and rules are those the scenes declare; where an installation has none of them there is nothing to fill.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from linli.kernel.access import SYSTEM, Actor, Role, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.people.models import Account as SignIn
from linli.kernel.people.models import Person, Post
from linli.kernel.points import verbs
from linli.kernel.points.models import Account

from . import names, staff

GOOD, BROKEN, SAVED = "good-deed", "promise-broken", "saved-minute"
DAY = timedelta(days=1)
_DEEDS = (
    "帮楼上老人取药",
    "参加楼道清理",
    "夜间巡逻一晚",
    "调解邻里停车纠纷",
    "带孩子们做垃圾分类",
    "清理消防通道杂物",
)
NEIGHBOUR = names.STREETS[0][0] + "002"


def fill(*, until: datetime) -> bool:
    """All or nothing; False when there are purses already, or nothing is declared to fill them with."""
    if not {GOOD, BROKEN, SAVED} <= catalogue().points.keys():
        return False
    with transaction.atomic(), as_system():
        if Account.objects.exists():
            return False
        people = _people(staff.FIRST_HOOD, 14)
        if not people:
            return False
        _deeds(people, until)
        _minutes(people[:5], _people(NEIGHBOUR, 2), until)
        _taken(people, until)
    return True


def _people(place: str, most: int) -> list[UUID]:
    """Those who sign in on the start page first, so that they have something to see."""
    known = [name for name, *_rest in staff.RESIDENTS]
    first = Person.objects.filter(
        name__in=known, account__isnull=False, place_code__startswith=place, erased_at=None
    ).order_by("birth_year").values_list("id", flat=True)  # fmt: skip
    others = Person.objects.filter(place_code__startswith=place, erased_at=None).order_by("created_at", "id")
    return list(dict.fromkeys([*first, *others.values_list("id", flat=True)[:most]]))[:most]


def _worker(until: datetime) -> Actor:
    """The social worker of the start page."""
    account = SignIn.objects.get(username="social")
    post = Post.objects.filter(account=account, valid__contains=until).first()
    return Actor(
        role=Role.SOCIAL_WORKER, scope=staff.FIRST_HOOD, name=account.name, account_id=account.id,
        post_id=post.id if post else None, unit_id=post.unit_id if post else None,
    )  # fmt: skip


def _deeds(people: list[UUID], until: datetime) -> None:
    verbs.award_each(
        by=_worker(until), at=until,
        awards=[
            verbs.Award(
                key=f"demo:{n}:{m}", rule=GOOD, person_id=person, event_at=until - (3 * m + n % 5 + 1) * DAY,
                reason=_DEEDS[(n + m) % len(_DEEDS)], evidence=[verbs.Evidence("report", f"{m + 1}-{n + 1:02d}", "居委会登记")],
            )
            for n, person in enumerate(people)
            for m in range(2 + n % 4)
        ],
    )  # fmt: skip


def _minutes(here: list[UUID], there: list[UUID], until: datetime) -> None:
    verbs.award_each(by=SYSTEM, at=until, awards=[
        verbs.Award(
            key=f"demo:minutes:{n}", rule=SAVED, person_id=person, quantity=90 + 30 * (n % 3), event_at=until - (n + 2) * DAY,
            evidence=[verbs.Evidence("sign-up", f"demo-{n}", "为老服务半天")],
        )
        for n, person in enumerate(here)
    ])  # fmt: skip
    for n, person in enumerate(there):
        near = verbs.open_account(by=SYSTEM, at=until, ledger="saved-time", person_id=here[n])
        far = verbs.open_account(by=SYSTEM, at=until, ledger="saved-time", person_id=person)
        verbs.transfer(
            by=SYSTEM, at=until, key=f"demo:over:{n}", source_id=near.id, target_id=far.id, amount=30 + 15 * n,
            reason="陪同就医", event_at=until - DAY,
        )  # fmt: skip


def _taken(people: list[UUID], until: datetime) -> None:
    """Four deeds a day are the most: the fifth is not given. One promise was broken; both are objected to."""
    by, first = _worker(until), people[0]
    for n in range(5):
        given = verbs.award(
            by=by, at=until, key=f"demo:today:{n}", rule=GOOD, person_id=first, event_at=until - timedelta(minutes=30),
            reason="社区开放日志愿引导", evidence=[verbs.Evidence("report", f"open-day-{n + 1}", "开放日签到表")],
        )  # fmt: skip
    broken = [
        verbs.deduct(
            by=by, at=until, key=f"demo:broken:{n}", rule=BROKEN, person_id=person, reason="报名后没有到场，也没有请假",
            evidence=[verbs.Evidence("report", f"absent-{n + 1}", "活动签到表")],
        )
        for n, person in enumerate((first, people[1]))
    ]  # fmt: skip
    for line, person, text in (
        (given, first, "最后一次是前一天晚上的，登记晚了。"),
        (broken[1], people[1], "那天我在医院，有住院记录。"),
    ):
        who = Person.objects.select_related("account").get(pk=person)
        own = Actor(role=Role.RESIDENT, name=who.name, account_id=who.account_id, person_id=person)
        verbs.appeal(by=own, at=until, transfer_id=line.id, text=text)
