"""A process is killed (SIGKILL) before any of its statements while a table is taken in: what is there is told, nothing is there
twice, and taken in again it is whole. Somebody who waits to be registered is, or is not and waits still."""

from __future__ import annotations

import pytest

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import HOOD, MONDAY, Cast, make_cast
from linli.kernel.people.models import Person
from linli.kernel.registers import verbs
from linli.kernel.registers.defined import elements
from linli.kernel.registers.models import Entry, Fact, Waiting, WaitingPart
from linli.kernel.registers.spreadsheets import Line
from linli.kernel.registers.verbs import importing

from .test_killed_verbs import killed, whole_or_not_at_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(importing, "BATCH", 2)
    return make_cast()


def take(cast: Cast, *rows: tuple[str, ...]) -> importing.Imported:
    label = elements(["lives-alone"])["lives-alone"].label
    lines = [Line(n, row) for n, row in enumerate(rows, 2)]
    heads = ["姓名", "身份证号", label]
    return importing.import_table(by=cast.social, at=MONDAY, about="person", heads=heads, lines=lines, name="名单")


def told() -> int:
    return sum(record.after["facts"] for record in Record.objects.filter(verb="registers.import"))


def test_a_table_that_is_taken_in(cast: Cast) -> None:
    names = [f"居民{n}" for n in range(4)]
    with as_system():
        Person.objects.bulk_create([Person(name=name, place_code=HOOD) for name in names])
    rows = [(name, "", "是") for name in names]
    seen = set()
    for after in range(300):
        with as_system():
            before = told()
        was_killed = killed(lambda: take(cast, *rows), after)
        with as_system():
            there = Fact.objects.count()
            assert told() - before == there and there % 2 == 0, f"after {after} statements"
            seen.add(there)
        take(cast, *rows)
        with as_system():
            assert Fact.objects.count() == 4 and Fact.objects.values("subject").distinct().count() == 4
            Fact.objects.all().delete()
            Entry.objects.all().delete()
        if not was_killed:
            break
    assert seen == {0, 2, 4}


def test_those_who_wait_to_be_registered(cast: Cast) -> None:
    found = take(cast, ("新来的", "11010519491231002X", "是"), ("又一个", "110101199003078515", "否"))
    assert found.waiting_id is not None
    key = found.waiting_id
    with as_system():
        before = told()  # of records nothing is taken away, not by a test either

    def state() -> object:
        with as_system():
            people = Person.objects.filter(name__in=("新来的", "又一个")).count()
            return (
                people,
                Fact.objects.count(),
                WaitingPart.objects.count(),
                Waiting.objects.get().done,
                told() - before,
            )

    whole_or_not_at_all(
        lambda: verbs.register_waiting(by=cast.social, at=MONDAY, waiting_id=key), state, (2, 2, 0, 2, 2)
    )
