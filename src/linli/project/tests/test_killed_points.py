"""Writers of points are killed (SIGKILL) in the midst of it: what was acknowledged is there once, and the books are right.

Each writer is a fork with a connection of its own, over the same few accounts as the others; none has a chance to tidy up.
"""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from linli.kernel.access import SYSTEM, Refused, as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, Cast, make_cast
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Transfer
from linli.kernel.points.queries.proving import faults
from linli.kernel.points.tests.ground import NOON, account, funded, neighbour
from linli.kernel.points.tests.ground import ground as ground

from .test_killed_verbs import whole_or_not_at_all

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, ROUNDS, EACH = 4, 3, 0.7


@pytest.fixture
def cast(transactional_db: None, ground: None) -> Cast:
    return make_cast()


def _write(said: Path, accounts: list[Account], dice: random.Random) -> None:
    """Transfers, promises, reversals and awards in a row; each that was acknowledged is a line."""
    with said.open("a", buffering=1) as lines:
        while True:
            source, target = dice.sample(accounts, 2)
            key = f"{os.getpid()}-{dice.random()}"
            try:
                what = dice.choice(["give", "give", "promise", "reverse", "award"])
                if what == "award":
                    evidence = [verbs.Evidence("shift", key)]
                    done = verbs.award_each(by=SYSTEM, at=NOON, awards=[
                        verbs.Award(key=f"{key}-{n}", rule="served", person_id=one.person_id, quantity=2, evidence=evidence)
                        for n, one in enumerate((source, target))
                    ])[0]  # fmt: skip
                else:
                    done = verbs.transfer(
                        by=SYSTEM, at=NOON, key=key, source_id=source.id, target_id=target.id, amount=dice.randint(1, 9),
                        pending=what == "promise",
                    )  # fmt: skip
                lines.write(f"{done.key}\n")
                if what == "promise":
                    dice.choice([verbs.post, verbs.void])(by=SYSTEM, at=NOON, transfer_id=done.id)
                elif what == "reverse":
                    lines.write(
                        f"{verbs.reverse(by=SYSTEM, at=NOON, key=f'{key}-b', transfer_id=done.id, reason='记错').key}\n"
                    )
            except Refused as refused:
                if refused.code not in ("lowest", "highest", "clearing"):
                    lines.write(f"! {refused.code}\n")
            except Exception as error:
                lines.write(f"! {error!r}\n".replace("\n", " ") + "\n")


@pytest.mark.slow
def test_books_are_right_after_writers_were_killed(cast: Cast, tmp_path: Path) -> None:
    people = [neighbour(f"居民{n}", HOOD if n % 2 else OTHER_HOOD) for n in range(5)]
    accounts = [funded(cast, person, 150) for person in people]
    for turn in range(ROUNDS):
        children = []
        connections.close_all()
        for number in range(WRITERS):
            child = os.fork()
            if not child:
                _write(tmp_path / f"{turn}-{number}", accounts, random.Random(turn * 10 + number))
            children.append(child)
        time.sleep(EACH + turn * 0.3)
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)
        _still_writing()
        assert not list(faults())
    said = [
        line
        for file in tmp_path.iterdir()
        for line in file.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    ]
    acknowledged = {line.strip() for line in said if not line.startswith("!")}
    assert not [line for line in said if line.startswith("!")]
    assert len(acknowledged) > 20
    with as_system():
        found = list(Transfer.objects.filter(key__in=acknowledged).values_list("key", flat=True))
        told = ["points.transfer", "points.promise", "points.reverse", "points.award"]
        written = Record.objects.filter(stream__in=[one.stream for one in accounts], verb__in=told).count()
        assert written == Transfer.objects.count(), "a record for each, and none without"
    assert sorted(found) == sorted(acknowledged)
    assert not list(verify())


def _still_writing() -> None:
    """What a killed client had sent, PostgreSQL finishes by itself; then its process is gone."""
    from django.db import connection

    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("a writer is still there")


def test_an_upheld_appeal_is_put_right_whole_or_not_at_all(cast: Cast) -> None:
    person = cast.granny.person_id
    verbs.award(by=SYSTEM, at=NOON, key="s", rule="swept", person_id=person)
    taken = verbs.deduct(
        by=cast.social, at=NOON, key="l", rule="littered", person_id=person, evidence=[verbs.Evidence("photo", "1")]
    )
    made = verbs.appeal(by=cast.granny, at=NOON, transfer_id=taken.id, text="不是我")
    held = account(cast.granny)

    def state() -> Any:
        with as_system():
            return (
                Account.objects.get(pk=held.pk).balance,
                Transfer.objects.filter(kind="reverse").count(),
                Record.objects.filter(
                    stream=held.stream, verb__in=["points.reverse", "points.decide_appeal"]
                ).count(),
                [one.state for one in type(made).objects.all()],
            )

    whole_or_not_at_all(
        lambda: verbs.decide_appeal(
            by=cast.street_duty, at=NOON + timedelta(hours=1), appeal_id=made.id, uphold=True, answer="查过了"
        ),
        state,
        (5, 1, 2, ["upheld"]),
    )
    assert not list(faults())
