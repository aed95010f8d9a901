"""kill -9 of the worker while it carries a street's matters over to another: what was begun is finished, once."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import psycopg
import pytest

from tests.house import House, until

pytestmark = pytest.mark.slow
MATTERS, KILLS = 6000, 4
OLD, NEW = "990101001", "990101002"

PROMISED = (
    "SELECT md5(string_agg(concat(id, finish_due, next_tick_at, version), ',' ORDER BY id)) FROM matters_matter"
)
# Many old matters, then the merger, a minute ago, so that the follower may begin at once.
SCRIPT = f"""
from datetime import timedelta
from linli.kernel.access import SYSTEM
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, make_cast
from linli.kernel.matters.verbs.bulk import Incoming, take_in
from linli.kernel.places.verbs import merge_places
make_cast()
at = now() - timedelta(minutes=2)
for batch in range({MATTERS} // 2000):
    rows = [
        Incoming(source="import:old", source_key=f"{{batch}}-{{n}}", kind="unlicensed-stall", title="路边有人摆摊",
                 body=f"路边有人摆摊 {{batch}} {{n}}", place_code=HOOD, state="reported", opened_at=at)
        for n in range(2000)
    ]
    assert not take_in(rows, by=SYSTEM, at=at).refused
merge_places(by=SYSTEM, at=at, codes_from=["{OLD}"], into="{NEW}")
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT set_config('linli.sees', '*', false)")
    cursor.execute("{PROMISED}")
    print("PROMISED", cursor.fetchone()[0])
"""
VERIFY = "from linli.kernel.audit.queries import verify\nprint('BREAKS', list(verify()))\n"


def carried(house: House) -> dict[str, int]:
    return house.rows("SELECT carried FROM places_recoding")[0][0]


def answers(house: House) -> bool:
    try:
        return bool(house.rows("SELECT 1"))
    except psycopg.OperationalError:
        return False


def test_a_killed_worker_goes_on_with_the_next_batch(data: Path) -> None:
    house = House(data)
    house.environment["LINLI_WORKER_PAUSE"] = "0.1"
    try:
        house.move_in()
        printed = house.linli("manage", "shell", "-v", "0", given=SCRIPT)
        promised = next(line.split()[1] for line in printed.splitlines() if line.startswith("PROMISED"))
        house.start("work")
        until(lambda: answers(house), "the database")
        kills, seen = 0, 0
        while kills < KILLS:
            seen = until(
                lambda n=seen: (c := carried(house).get("matters", 0)) > n and c, "more matters carried over", 180
            )
            if seen >= MATTERS:
                break
            for process in until(lambda: house.children("work", "--bare"), "the worker"):
                process.send_signal(signal.SIGKILL)
            kills += 1
            time.sleep(0.5)
        assert kills >= 2, f"it was through before it could be killed: {carried(house)}"
        until(lambda: house.rows("SELECT finished_at FROM places_recoding")[0][0], "the end", 300)
        assert carried(house)["matters"] == MATTERS
        assert house.rows(f"SELECT count(*) FROM matters_matter WHERE p9 = '{OLD}'") == [[0]]
        assert house.rows(f"SELECT count(*) FROM matters_search WHERE '{OLD}' = ANY (places)") == [[0]]
        told = house.rows("SELECT count(*), count(DISTINCT stream) FROM audit_record WHERE verb = 'matters.recode'")
        assert told == [[MATTERS, MATTERS]], "not exactly one record for each matter"
        assert house.rows(PROMISED) == [[promised]], "a date moved because a street was renamed"
        assert "BREAKS []" in house.linli("manage", "shell", "-v", "0", given=VERIFY)
        print(json.dumps(carried(house)), f"{kills} kills")
    finally:
        house.stop()
