"""A dump brought into another cluster, whose transactions count from the beginning: followers skip and repeat nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.house import SEED, House

pytestmark = pytest.mark.slow

# A follower of this test alone: what it reads is printed, its cursor lies in the database.
READ = """
import json
from linli.kernel.access import as_system
from linli.kernel.audit.followers import Follower, step
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD
from linli.kernel.people.verbs import issue_key
from linli.kernel.access import Actor, Role

def write(count):
    for n in range(count):
        issue_key(by=Actor(role=Role.SECURITY_ADMIN, scope="*"), at=now(), name=f"partner {now()} {n}", place_code=HOOD)

def read(limit):
    seen = []
    follower = Follower("test.restored", frozenset({"people.issue_key"}), lambda records: seen.extend(str(r.id) for r in records))
    while step(follower, at=now(), limit=limit) and limit > 100:
        pass
    print("SEEN", json.dumps(seen))

def every():
    with as_system():
        rows = Record.objects.order_by("era", "tx", "seq").values_list("id", "era", "tx")
        print("ALL", json.dumps([[str(i), e, int(t)] for i, e, t in rows]))
"""
# Transactions that nobody reads: they only make this cluster's count run ahead of a new one's.
AHEAD = (
    "SET synchronous_commit = off",
    "DO $$ BEGIN FOR n IN 1..30000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$",
)


def told(printed: str, word: str) -> list:
    return next(json.loads(line[len(word) :]) for line in printed.splitlines() if line.startswith(f"{word} "))


def test_nothing_is_skipped_or_repeated_in_another_cluster(data: Path) -> None:
    old, new = House(data / "old"), House(data / "new")
    for house in (old, new):
        house.data.mkdir(mode=0o755)
        house.environment["LINLI_LANGUAGE"] = "zh"
    old.move_in()
    old.linli("pg", "psql", "-d", "linli", "-qc", AHEAD[0], "-c", AHEAD[1])
    first = told(old.linli("manage", "shell", "-v", "0", given=SEED + READ + "write(5)\nread(3)\n"), "SEEN")
    assert len(first) == 3, "it stands in the middle of what there is"
    dump = data / "linli.dump"
    old.linli("pg", "pg_dump", "-Fc", "-f", str(dump))
    shutil.copytree(old.data / "secrets", new.data / "secrets")

    new.linli("pg", "pg_restore", "--clean", "--if-exists", "-d", "linli", str(dump))
    said = new.linli("check")
    assert "! 这个数据库原来在集群" in said and "linli check --mend" in said, said
    printed = new.linli("manage", "shell", "-v", "0", given=READ + "write(4)\nread(500)\nevery()\n")
    records = told(printed, "ALL")
    assert max(tx for _id, era, tx in records if era == 1) < max(tx for _id, era, tx in records if era == 0), (
        "the new cluster counts below the old ids, or this test shows nothing"
    )
    assert first + told(printed, "SEEN") == [key for key, _era, _tx in records]
    said = new.linli("check", "--mend", "--audit")
    assert "先后没有错,不用修" in said and "第 1 代" in said and "哈希链完整" in said, said
