"""Several people at once, on connections of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from linli.kernel.access import Conflict, as_system
from linli.kernel.audit.models import Record
from linli.kernel.declare import Source
from linli.kernel.matters.tests.cast import MONDAY, Cast
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Conflict as Open
from linli.kernel.registers.models import Contest, Entry, Fact
from linli.kernel.registers.queries.known import known

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Run the acts in parallel; returns what they raised."""
    start, raised = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_of_many_entries_at_once_each_is_kept_and_one_is_in_force(cast: Cast):
    said = ("single", "married", "divorced", "widowed") * 2

    def entering(number: int, value: str) -> Callable[[], object]:
        return lambda: verbs.enter(
            by=cast.social if number % 2 else cast.grid, at=MONDAY + timedelta(hours=1), form="resident-card",
            subject=cast.granny.person_id, source=Source.VISIT, seen={}, observed_at=MONDAY + timedelta(minutes=number),
            values={"residence-kind": "abroad", "marriage": value},
        )  # fmt: skip

    assert at_once(*(entering(n, value) for n, value in enumerate(said))) == []
    with as_system():
        assert Entry.objects.count() == len(said)
        facts = Fact.objects.filter(element="marriage")
        assert facts.filter(state="in_force").count() == 1
        assert known(cast.granny.person_id)["marriage"].value == "widowed", "seen last, whoever came last"
        assert Open.objects.filter(element="marriage", end="").count() <= 1
        assert Record.objects.filter(verb="registers.enter").count() == len(said)


def test_a_phone_that_sends_twice_at_once_is_one_entry(cast: Cast):
    key = uuid4()

    def sending() -> object:
        return verbs.enter(
            by=cast.social, at=MONDAY, form="resident-card", subject=cast.granny.person_id, key=key,
            values={"residence-kind": "abroad"},
        )  # fmt: skip

    assert at_once(*[sending] * 5) == []
    with as_system():
        assert Entry.objects.count() == 1 and Fact.objects.count() == 1


def test_of_two_who_answer_a_contest_one_is_told_that_it_is_answered(cast: Cast):
    verbs.enter(
        by=cast.social, at=MONDAY, form="resident-card", subject=cast.granny.person_id,
        values={"residence-kind": "abroad"},
    )  # fmt: skip
    with as_system():
        fact = Fact.objects.get()
    row = verbs.contest(by=cast.granny, at=MONDAY, fact_id=fact.id, reason="我一直住在这里")

    def answering(who: str, value: str) -> Callable[[], object]:
        return lambda: verbs.answer_contest(
            by=cast.actors[who], at=MONDAY, contest_id=row.id, corrected=True, answer="查了户籍", value=value
        )

    raised = at_once(answering("social", "registered-here"), answering("street_duty", "registered-elsewhere"))
    assert [type(error) for error in raised] == [Conflict]
    with as_system():
        assert Contest.objects.get().state == "corrected" and Fact.objects.filter(source="correction").count() == 1
