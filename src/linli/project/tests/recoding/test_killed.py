"""The real follower over committed rows: broken off between any two batches it goes on, and it waits for who began before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import psycopg
import pytest
from django.db import connection, transaction

from linli.kernel.access import as_system
from linli.kernel.audit.followers import Follower, step
from linli.kernel.audit.models import Record
from linli.kernel.audit.tests.test_chain import all_seen_over
from linli.kernel.matters.tests.cast import HOOD, make_cast
from linli.kernel.places.models import Recoding
from linli.kernel.places.recoding import VERBS
from linli.project import recoding

from .merged import READY, Street, dead_rows, merge, populate, row_of

pytestmark = pytest.mark.django_db(transaction=True)
names = count()


@pytest.fixture
def street(transactional_db: None) -> Street:
    return populate(make_cast())


def follower(most: int, breaks: Sequence[bool] = ()) -> Follower:
    """Ours, with small batches, that begins now; where `breaks` says so the batch is done and then lost, as by a kill."""
    breaking = iter(breaks)

    def work(record: Record, at: datetime) -> int | None:
        done = recoding.carry(record, at, most=most)
        if next(breaking, False):
            raise ConnectionError("killed")
        return done

    made = Follower(f"test.recodings.{next(names)}", verbs=VERBS, slowly=work, from_now=True)
    step(made, at=READY)
    return made


def run(made: Follower) -> tuple[int, int]:
    """Until it is through; how many batches were kept, and how many lost. After each loss it waits longer."""
    at, kept, lost = READY, 0, 0
    for _round in range(2000):
        at += timedelta(minutes=11)
        try:
            kept += step(made, at=at) > 0
        except ConnectionError:
            lost += 1
        if Recoding.objects.get().finished_at:
            return kept, lost
    raise AssertionError("it comes to no end")


def test_broken_off_after_every_batch_it_ends_as_if_it_had_not_been(street: Street):
    rows = {name: row_of(m) for name, m in street.matters.items()}
    made = follower(1, breaks=[True, False] * 1000)
    merge()
    all_seen_over()
    kept, lost = run(made)
    assert kept > 50 and lost >= kept - 1
    assert not any(dead_rows().values()), dead_rows()
    assert {name: row_of(m) for name, m in street.matters.items()} == rows
    with as_system():
        for name, matter in street.matters.items():
            told = Record.objects.filter(stream=matter.stream, verb="matters.recode").count()
            assert told == (name != "elsewhere"), "exactly one record, however often a batch was lost"
        posts = Record.objects.filter(verb="people.recode_post", happened_at__gte=READY)
        assert len({r.before["post"] for r in posts}) == len(posts)
        carried = Record.objects.get(verb="places.carried", stream=f"recoding:{Recoding.objects.get().id}").after
    assert carried["carried"]["matters"] == len(street.matters) - 1


def test_two_workers_do_not_do_it_twice(street: Street):
    """The second skips what the first has locked: the cursor is one row."""
    made = follower(1000)
    merge()
    all_seen_over()
    with transaction.atomic():
        assert step(made, at=READY) > 0
        with other_session() as session:
            session.execute("SELECT set_config('linli.sees', '*', false)")
            row = session.execute(
                "SELECT name FROM audit_follower WHERE name = %s FOR UPDATE SKIP LOCKED", [made.name]
            ).fetchone()
            assert row is None
    run(made)
    assert not any(dead_rows().values())


def test_a_transaction_that_began_before_is_waited_for_and_what_it_wrote_goes_along(street: Street):
    """It read the places before the act, and writes an old code when all seemed done."""
    made = follower(1000)
    with other_session() as late:
        late.execute("SELECT set_config('linli.sees', '*', false)")
        late.execute("BEGIN")
        late.execute("SELECT count(*) FROM places_place WHERE valid_to IS NULL")
        merge()
        all_seen_over()
        at, carried = READY, {}
        for _round in range(160):  # a batch a round, and every room has one
            at += timedelta(seconds=1)
            step(made, at=at)
            before, carried = carried, Recoding.objects.get().carried
            if before and before == carried:
                break
        assert Recoding.objects.get().finished_at is None, "it is not through while somebody may write an old code"
        rules = {
            "clock_day",
            "clock_hours",
            "matters_kindnumbers",
            "triage_switch",
            "triage_topicsheet",
            "readings_rulenumber",
        }
        assert {table for table, rows in dead_rows().items() if rows} == rules, (
            "and until then they hold under both"
        )
        late.execute("INSERT INTO people_person (id, name, place_code) VALUES (uuidv7(), '晚到', %s)", [HOOD])
        late.execute("COMMIT")
    assert dead_rows()["people_person"] == 1
    run(made)
    assert not any(dead_rows().values())


def test_a_row_somebody_holds_is_left_for_the_next_round(street: Street):
    made = follower(1000)
    merge()
    all_seen_over()
    with other_session() as busy:
        busy.execute("SELECT set_config('linli.sees', '*', false)")
        busy.execute("BEGIN")
        busy.execute("SELECT 1 FROM matters_matter WHERE id = %s FOR UPDATE", [street.matters["done"].id])
        at = READY
        for _round in range(60):
            at += timedelta(seconds=1)
            step(made, at=at)
        assert dead_rows()["matters_matter"] == 1 and Recoding.objects.get().finished_at is None
        busy.execute("COMMIT")
    run(made)
    assert not any(dead_rows().values())


def other_session() -> psycopg.Connection:
    given = connection.settings_dict
    return psycopg.connect(
        host=given["HOST"],
        port=given["PORT"] or None,
        user=given["USER"],
        password=given["PASSWORD"] or None,
        dbname=given["NAME"],
        autocommit=True,
    )
