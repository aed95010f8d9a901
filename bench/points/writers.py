"""Thirty-two writers: four processes of eight threads each, or as many as are asked for, a connection a thread, all beginning at once."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID, uuid4

WRITERS = 32


class Crew:
    """The writers of one database. They stay for all rounds: to begin takes them longer than a round."""

    def __init__(self, database: str, processes: int) -> None:
        context = multiprocessing.get_context("spawn")
        threads = WRITERS // processes
        self.ready, self.results = context.Barrier(processes), context.Queue()
        self.orders = [context.Queue() for _ in range(processes)]
        self.processes = [
            context.Process(target=_process, args=(database, threads, orders, self.ready, self.results, number))
            for number, orders in enumerate(self.orders)
        ]
        for process in self.processes:
            process.start()

    def run(self, what: str, accounts: list[str], seconds: float) -> Counter[str]:
        """Every writer does `what` ("bare", "rows", "verb") for so long. Returns what came of it (done, refused …), and the
        `microseconds` of processor the writers took."""
        for orders in self.orders:
            orders.put((what, accounts, seconds))
        total: Counter[str] = Counter()
        for _ in self.processes:
            total += self.results.get(timeout=seconds + 300)
        return total

    def leave(self) -> None:
        for orders in self.orders:
            orders.put(None)
        for process in self.processes:
            process.join()


def _process(database: str, threads: int, orders: Any, ready: Barrier, results: Any, number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    import django

    django.setup()
    from .ledger import declare

    declare()
    for turn in itertools.count():
        order = orders.get()
        if order is None:
            return
        results.put(_round(database, threads, *order, ready, turn * 1_000 + number * 100))


def _round(
    database: str, many: int, what: str, accounts: list[str], seconds: float, ready: Barrier, seed: int
) -> Counter[str]:
    from django.db import connection

    connection.settings_dict["NAME"] = database
    counts = [Counter[str]() for _ in range(many)]
    begins = threading.Barrier(many + 1)
    work = {"bare": _bare, "rows": _rows, "verb": _verb}[what]
    threads = [
        threading.Thread(
            target=work, args=(database, accounts, seconds, begins, counts[n], random.Random(seed + n))
        )
        for n in range(many)
    ]
    for thread in threads:
        thread.start()
    ready.wait()
    begins.wait()
    before = time.process_time()
    for thread in threads:
        thread.join()
    total = sum(counts, Counter[str]())
    total["microseconds"] = int((time.process_time() - before) * 1e6)
    return total


def _bare(
    database: str,
    accounts: list[str],
    seconds: float,
    begins: threading.Barrier,
    count: Counter[str],
    dice: random.Random,
) -> None:
    """Two rows in a transaction of their own by psycopg, and nothing else."""
    from django.db import connection

    connection.settings_dict["NAME"] = database
    connection.ensure_connection()
    raw = connection.connection
    raw.prepare_threshold = 1
    begins.wait()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pair = dice.sample(accounts, 2)
        now = datetime.now(UTC)
        with raw.transaction():
            raw.execute(
                "INSERT INTO bench_bare (account, amount, at) VALUES (%s, %s, %s), (%s, %s, %s)",
                [pair[0], -1, now, pair[1], 1, now],
            )
        count["done"] += 1
    connection.close()


def _rows(
    database: str,
    accounts: list[str],
    seconds: float,
    begins: threading.Barrier,
    count: Counter[str],
    dice: random.Random,
) -> None:
    """Two rows of as many as there are accounts changed by psycopg, in the order of their keys: what their locks alone allow."""
    from django.db import connection

    connection.settings_dict["NAME"] = database
    connection.ensure_connection()
    raw = connection.connection
    raw.prepare_threshold = 1
    begins.wait()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        first, second = sorted(dice.sample(range(len(accounts)), 2))
        with raw.transaction():
            raw.execute("UPDATE bench_rows SET amount = amount - 1 WHERE id = %s", [first])
            raw.execute("UPDATE bench_rows SET amount = amount + 1 WHERE id = %s", [second])
        count["done"] += 1
    connection.close()


def _verb(
    database: str,
    accounts: list[str],
    seconds: float,
    begins: threading.Barrier,
    count: Counter[str],
    dice: random.Random,
) -> None:
    from django.db import OperationalError, connection

    from linli.kernel.access import SYSTEM, Refused
    from linli.kernel.points import verbs

    connection.settings_dict["NAME"] = database
    connection.ensure_connection()
    ids = [UUID(one) for one in accounts]
    begins.wait()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        source, target = dice.sample(ids, 2)
        try:
            verbs.transfer(
                by=SYSTEM, at=datetime.now(UTC), key=uuid4(), source_id=source, target_id=target, amount=1
            )
            count["done"] += 1
        except Refused as refused:
            count[f"refused {refused.code}"] += 1
        except OperationalError as error:
            count[f"error {type(error.__cause__).__name__}"] += 1
    connection.close()
