"""kill -9 of the worker while it learns and while it stores what it learned: the old model goes on, the next run learns."""

from __future__ import annotations

import signal
from pathlib import Path

import psycopg
import pytest

from linli.kernel.triage.schedule import _LOCK
from tests.house import House, until

pytestmark = pytest.mark.slow

# A model that is two days old, and decisions since.
SCRIPT = """
from datetime import timedelta
from linli.kernel.access import SYSTEM
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import make_cast
from linli.kernel.triage.tests.decided import decide_many
from linli.kernel.triage.verbs import learn
cast, crossed = make_cast(), {"inquiry": "illegal-building", "illegal-building": "inquiry"}
decide_many(cast, crossed, 22, at=now() - timedelta(days=3))
assert learn(by=SYSTEM, at=now() - timedelta(days=2)).in_force
decide_many(cast, crossed, 22, at=now() - timedelta(days=1), start=100)
"""
USED = """
from linli.kernel.triage.queries import suggest
from linli.kernel.triage.suggesting import _held
found = suggest("紫色风筝", "紫色风筝在哪里领")
print("USED", _held.version, _held.model is not None, found[0].kind)
"""
VERIFY = "from linli.kernel.audit.queries import verify\nprint('BREAKS', list(verify()))\n"
MODELS = "SELECT id, in_force, length(content) FROM triage_modelversion ORDER BY trained_at"
LEARNS = f"""
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
AND (classid::bigint << 32) | objid::bigint = {_LOCK}
"""
STORES = """
SELECT wrote.pid FROM pg_locks wrote JOIN pg_locks waits ON waits.pid = wrote.pid AND NOT waits.granted
WHERE wrote.relation = 'triage_modelversion'::regclass AND wrote.mode = 'RowExclusiveLock' AND wrote.granted
"""


def answers(house: House) -> bool:
    try:
        return bool(house.rows("SELECT 1"))
    except psycopg.OperationalError:
        return False


def kill(house: House) -> None:
    for process in until(lambda: house.children("work", "--bare"), "the worker"):
        process.send_signal(signal.SIGKILL)


def test_a_worker_killed_while_it_learns_leaves_the_old_model_and_the_next_one_learns(data: Path) -> None:
    house = House(data)
    try:
        house.move_in()
        house.linli("manage", "shell", "-v", "0", given=SCRIPT)
        house.start("work")
        until(lambda: answers(house), "the database")
        old = house.rows(MODELS)
        assert len(old) == 1 and old[0][1] and old[0][2] > 1000
        for _time in range(2):
            (learner,), *_none = until(lambda: house.rows(LEARNS), "learning", 120)
            kill(house)
            until(lambda pid=learner: [pid] not in house.rows(LEARNS), "the end of the dead one's lock")
            assert house.rows(MODELS) == old
        with house.session() as other:
            # The record is written last: who waits for it has put the old model out of force and the new one in.
            other.execute("BEGIN")
            other.execute("LOCK TABLE audit_record IN SHARE MODE")
            (storing,), *_none = until(lambda: house.rows(STORES), "a model being stored", 180)
            assert house.rows(MODELS) == old, "half of it is seen by others"
            kill(house)
            used = house.linli("manage", "shell", "-v", "0", given=USED)
            assert f"USED {old[0][0]} True illegal-building" in used
            other.execute("COMMIT")
        # Only now does the dead one's session go on, and finds nobody to commit for.
        until(
            lambda: not house.rows(f"SELECT FROM pg_stat_activity WHERE pid = {storing}"), "the end of its session"
        )
        assert house.rows(MODELS) == old
        until(lambda: len(house.rows(MODELS)) > 1, "the new model")
        first, second = house.rows(MODELS)
        assert first == [old[0][0], False, 0] and second[1] and second[2] > 1000
        assert house.rows("SELECT count(*) FROM audit_record WHERE verb = 'triage.learn'") == [[2]]
        assert "BREAKS []" in house.linli("manage", "shell", "-v", "0", given=VERIFY)
    finally:
        house.stop()
