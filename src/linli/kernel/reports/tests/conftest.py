"""A street with two neighbourhoods, old people in both, and a table that the street asks for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.access import SYSTEM, Actor, Role, as_system
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, STREET, Cast, make_cast
from linli.kernel.people.models import Account, Person
from linli.kernel.registers.verbs.supplying import supply
from linli.kernel.reports import verbs
from linli.kernel.reports.columns import Column, Cond, Kind, Op, Table
from linli.kernel.reports.models import Report, Sheet

LATER = MONDAY + timedelta(hours=3)
DUE = MONDAY + timedelta(days=7)
ALONE = Cond("lives-alone", Op.IS, ("yes",))
LIST = Table(
    "person", True, (ALONE,),
    (
        Column("姓名", Kind.NAME), Column("住址", Kind.ADDRESS), Column("呼叫按钮", Kind.VALUE, "call-button"),
        Column("紧急联系电话", Kind.VALUE, "emergency-phone"),
    ),
)  # fmt: skip
COUNTS = Table(
    "person", False, (),
    (
        Column("独居老人", Kind.COUNT, when=(ALONE,)),
        Column("独居且装了按钮", Kind.COUNT, when=(ALONE, Cond("call-button", Op.IS, ("yes",)))),
        Column("占比", Kind.SHARE, when=(Cond("call-button", Op.IS, ("yes",)),), of=(ALONE,)),
        Column("困难", Kind.COUNT, when=(Cond("low-income", Op.IS, ("yes",)),)),
    ),
)  # fmt: skip


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    with as_system():
        account = Account.objects.create(kind="staff", username="social2", name="李敏")
    made.actors["social2"] = Actor(
        role=Role.SOCIAL_WORKER, scope=OTHER_HOOD, name="李敏", account_id=account.id, unit_id=None
    )
    return made


def person(name: str, hood: str = HOOD, born: int | None = 1940, **facts: Any) -> UUID:
    with as_system():
        made = Person.objects.create(name=name, place_code=hood, birth_year=born)
    if facts:
        said(made.id, **facts)
    return made.id


def said(who: UUID, at: Any = MONDAY, by: Actor = SYSTEM, **facts: Any) -> None:
    values = {name.replace("_", "-"): value for name, value in facts.items()}
    supply(by=by, at=at, about="person", subject=who, values=values, origin="elder-card")


def ask(cast: Cast, table: Table = LIST, **more: Any) -> Report:
    given: dict[str, Any] = {
        "by": cast.street_duty, "at": MONDAY, "title": "独居老人情况", "reason": "安排夏季送水", "table": table, "due_at": DUE,
        "begins_on": date(2026, 9, 1), "ends_on": date(2026, 9, 30), "to": [STREET],
    }  # fmt: skip
    return verbs.ask_report(**{**given, **more})


def sheet_of(report: Report, hood: str = HOOD) -> Sheet:
    with as_system():
        return Sheet.objects.select_related("report").get(report=report, place_code=hood)
