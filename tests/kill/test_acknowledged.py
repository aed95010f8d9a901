"""kill -9 of web, worker and PostgreSQL in turn under load: what was acknowledged is there, once."""

from __future__ import annotations

import http.client
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from tests.house import SEED, House, until

pytestmark = pytest.mark.slow
WRITERS, ROUNDS, BETWEEN = 4, 2, 2.0
HOOD = "990101001001"
VERIFY = "from linli.kernel.audit.queries import verify\nprint('BREAKS', list(verify()))\n"


class Writer(threading.Thread):
    """A reporter who sends the same report again until it is acknowledged, as a phone does."""

    def __init__(self, house: House, key: str, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.house, self.key, self.over = house, key, over
        self.acknowledged: dict[str, str] = {}
        self.broken = 0
        self.refused: list[object] = []

    def run(self) -> None:
        while not self.over.is_set():
            self._send(str(uuid4()))

    def _send(self, source_key: str) -> None:
        body = {
            "kind": "street-litter",
            "body": f"路边有垃圾没有清理 {source_key}",
            "place_code": HOOD,
            "source_key": source_key,
        }
        for _try in range(200):
            try:
                status, answer = self.house.post("/api/v1/matters", body, self.key)
            except (OSError, ValueError, http.client.HTTPException):
                self.broken += 1
                time.sleep(0.2)
                continue
            if status == 201:
                self.acknowledged[source_key] = answer["number"]
                return
            if status < 500:
                self.refused.append(answer)
                return
            self.broken += 1
            time.sleep(0.2)
        raise AssertionError(f"{source_key} was never acknowledged")


def victims(house: House) -> dict[str, list[psutil.Process]]:
    postmaster = house.postmaster()
    return {
        "web": house.children("granian", "wsgi"),
        "worker": house.children("work", "--bare"),
        "postgres": [postmaster] if postmaster else [],
    }


def test_what_was_acknowledged_is_there_once_whatever_was_killed(data: Path) -> None:
    house = House(data)
    try:
        house.move_in()
        key = next(
            line.split()[1]
            for line in house.linli("manage", "shell", "-v", "0", given=SEED).splitlines()
            if line.startswith("KEY")
        )
        house.start("serve", "--port", str(house.port))
        house.start("work")
        until(lambda: all(victims(house).values()), "web, worker and PostgreSQL")
        over = threading.Event()
        writers = [Writer(house, key, over) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        killed: Counter[str] = Counter()
        for _round in range(ROUNDS):
            for name in ("web", "worker", "postgres"):
                before = sum(len(w.acknowledged) for w in writers)
                until(
                    lambda n=before: sum(len(w.acknowledged) for w in writers) > n + 5,
                    f"reports before killing {name}",
                )
                for process in until(lambda n=name: victims(house)[n], name):
                    process.send_signal(signal.SIGKILL)
                    killed[name] += 1
                time.sleep(BETWEEN)
        before = sum(len(w.acknowledged) for w in writers)
        until(lambda: sum(len(w.acknowledged) for w in writers) > before + 20, "reports after the last kill")
        over.set()
        for writer in writers:
            writer.join(120)
            assert not writer.is_alive()
        assert set(killed) == {"web", "worker", "postgres"}
        assert [w.refused for w in writers] == [[]] * WRITERS

        acknowledged = {k: n for w in writers for k, n in w.acknowledged.items()}
        rows = house.rows("SELECT split_part(source_key, ':', 2), number FROM matters_matter")
        assert Counter(k for k, _n in rows).most_common(1)[0][1] == 1, "a report is there twice"
        stored = dict(rows)
        lost = [k for k in acknowledged if stored.get(k) != acknowledged[k]]
        assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged reports are lost"
        opened = house.rows("SELECT count(*), count(DISTINCT stream) FROM audit_record WHERE verb = 'matters.open'")
        assert opened == [[len(rows), len(rows)]], "not exactly one record of opening for each report"
        broken_chains = house.linli("manage", "shell", "-v", "0", given=VERIFY)
        assert "BREAKS []" in broken_chains
        broken = sum(w.broken for w in writers)
        print(f"{len(acknowledged)} acknowledged, {broken} tries broken by {dict(killed)}, none lost, none twice")
    finally:
        house.stop()
