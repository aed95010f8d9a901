"""Ledgers and rules of a field that only these tests have, and people with accounts in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Ledger, PointsRule, WhenClosed, days
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.kernel.people.models import Person
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Transfer

NOON = datetime(2026, 9, 7, 4, 0, tzinfo=UTC)  # Monday 12:00 in Shanghai
DAY = timedelta(days=1)
LEDGERS = (
    Ledger("good-points", expires=days(30), single=10_000, clearing=500),
    Ledger("saved-time", unit="minutes", transferable=True, lowest=-120, highest=6_000, clearing=300),
)
RULES = (
    PointsRule("swept", "good-points", 5, daily=10, monthly=40, ever=1_000),
    PointsRule(
        "reported",
        "good-points",
        3,
        to="reporter",
        when=WhenClosed(kinds=("unlicensed-stall",), outcomes=("corrected",)),
    ),
    PointsRule("walked", "good-points", 1, per="minute", daily=7, monthly=10, ever=12),
    PointsRule("served", "saved-time", 1, per="minute", evidence=("shift",)),
    PointsRule("littered", "good-points", 4, takes=True, evidence=("photo", "report")),
)
WORDS = {
    "ledger": {"good-points": {"name_zh": "好事积分", "name_en": "Good deeds"}, "saved-time": {"name_zh": "时间银行", "name_en": "Time bank"}},
    "points": {
        "swept": {"name_zh": "打扫楼道", "name_en": "Swept", "text_zh": "打扫楼道一次得 5 分。", "text_en": "Five for sweeping."},
        "walked": {"name_zh": "健步", "name_en": "Walked", "text_zh": "走一分钟得 1 分。", "text_en": "One a minute."},
        "reported": {"name_zh": "上报", "name_en": "Reported", "text_zh": "上报属实得 3 分。", "text_en": "Three for a report."},
        "served": {"name_zh": "服务", "name_en": "Served", "text_zh": "服务一分钟记一分钟。", "text_en": "A minute a minute."},
        "littered": {"name_zh": "乱扔垃圾", "name_en": "Littered", "text_zh": "乱扔垃圾扣 4 分。", "text_en": "Four for litter."},
    },
    "evidence": {"shift": {"name_zh": "服务记录", "name_en": "Shift"}, "photo": {"name_zh": "照片", "name_en": "Photo"}, "report": {"name_zh": "巡查记录", "name_en": "Report"}},
    "per": {"minute": {"name_zh": "分钟", "name_en": "minute"}},
}  # fmt: skip


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The declarations above, beside those of the installation."""
    declare(monkeypatch.setitem)
    yield


def declare(put: Any) -> None:
    known = catalogue()
    for ledger in LEDGERS:
        put(known.ledgers, ledger.name, ledger)
    for rule in RULES:
        put(known.points, rule.name, rule)
    put(known.words, "points-tests", WORDS)


def account(person: Any, ledger: str = "good-points", at: datetime = NOON) -> Account:
    return verbs.open_account(by=SYSTEM, at=at, ledger=ledger, person_id=getattr(person, "person_id", person))


def swept(person: UUID, key: str, at: datetime = NOON, **given: Any) -> Transfer:
    return verbs.award(by=SYSTEM, at=at, key=key, rule="swept", person_id=person, **given)


def funded(cast: Cast, person: UUID, amount: int, at: datetime = NOON, key: str = "") -> Account:
    """An account with so many minutes on it."""
    held = account(person, "saved-time", at)
    if amount:
        verbs.award(
            by=SYSTEM, at=at, key=key or f"served-{person}-{at:%s}-{amount}", rule="served", person_id=person, quantity=amount,
            evidence=[verbs.Evidence("shift", "1")],
        )  # fmt: skip
    return held


def balance(held: Account) -> int:
    with as_system():
        return Account.objects.get(pk=held.pk).balance


def neighbour(name: str, place_code: str = HOOD) -> UUID:
    with as_system():
        return Person.objects.create(name=name, place_code=place_code).id
