"""python -m bench.replay [--only smoke,gas_mq] [--data DIR] [--series DIR]

An intake and an evaluator of its own over an embedded PostgreSQL; every series is said over MQTT, then what is stored is
compared with what was said, file by file: rows, and the sum of all values.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.matters.ground import Ground, ground

from .series import Row, Told, all_of

ROOT = Path(__file__).resolve().parents[2]
SERIES = Path(os.environ.get("LINLI_SHARED_DATA", ROOT.parent / "shared" / "data")) / "iot"
NAME = "replay"
HEAD = ("file", "rows", "devices", "said", "stored", "said twice", "dead letters", "sum of values", "")


def main() -> None:
    given = _arguments()
    if not given.series.exists():
        raise SystemExit(f"the real series are not here: {given.series}")
    os.environ["LINLI_SCENES"] = "bench.replay"
    lines: list[tuple[str, ...]] = [HEAD, tuple("---" for _column in HEAD)]
    with tempfile.TemporaryDirectory(prefix="linli-replay-") as temporary:
        data = given.data or Path(temporary)
        data.mkdir(parents=True, exist_ok=True)
        with ground(data) as on:
            told = [one for one in all_of(given.series) if not given.only or one.file in given.only.split(",")]
            _run(on, told, lines, given.port)
    sys.stdout.write("\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")
    if any("NOT" in line[-1] for line in lines):
        raise SystemExit(1)


def _run(on: Ground, told: list[Told], lines: list[tuple[str, ...]], port: int) -> None:
    from django.core.management import call_command

    on.drop(NAME)
    on.create(NAME)
    on.use(NAME)
    call_command("migrate", verbosity=0)
    secrets = _register(told)
    until = time.time() - 120
    with _processes(on, port):
        for one in told:
            _replay(on, one, secrets, until, port, lines)


def _register(told: list[Told]) -> dict[str, str]:
    """Every series as a device of its own, in the neighbourhoods of the demo in turn."""
    from linli.kernel.access import SYSTEM, as_system
    from linli.kernel.clock.now import now
    from linli.kernel.places.verbs import bulk_add
    from linli.kernel.things.queries.registry import ensure_slots
    from linli.kernel.things.verbs import NewThing, register_many
    from linli.project.demo import filling, geography

    spots = [spot for spot in geography.build(1).spots if len(spot.code) <= 12]
    hoods = [spot.code for spot in spots if len(spot.code) == 12]
    series = [series for one in told for series in one.series]
    with as_system():
        bulk_add([filling._place(spot, now().date()) for spot in spots], by=SYSTEM, at=now())
        ensure_slots()
        taken = register_many(
            [NewThing(key=s.key, model=s.model, place_code=hoods[n % len(hoods)]) for n, s in enumerate(series)],
            by=SYSTEM, at=now(),
        )  # fmt: skip
    if taken.refused:
        raise SystemExit(str(taken.refused))
    return {new.key: new.secret for new in taken.new.values()}


def _replay(
    on: Ground, one: Told, secrets: dict[str, str], until: float, port: int, lines: list[tuple[str, ...]]
) -> None:
    from .sending import send_all

    said = [(s.key, secrets[s.key], s.shifted(until)) for s in one.series]
    rows = sum(len(rows) for _key, _secret, rows in said)
    # The same again is known again; another value of the same instant is another reading (docs/payloads.md).
    instants = sum(len(set(_each(rows))) for _key, _secret, rows in said)
    begun = time.perf_counter()
    asyncio.run(send_all(port, said))
    acknowledged = time.perf_counter() - begun
    keys = [key for key, _secret, _rows in said]
    with on.connect(NAME) as connection:
        connection.execute("SELECT set_config('linli.sees', '*', false)")
        deadline = time.perf_counter() + 120
        while (found := _stored(connection, keys))[0] < instants and time.perf_counter() < deadline:
            time.sleep(0.3)
        stored, total = found
        dead = connection.execute(
            # That a device floods is noted once a minute; nothing of it is lost.
            "SELECT count(*) FROM readings_deadletter WHERE key = ANY(%s) AND why <> 'flood'",
            [keys],
        ).fetchone()[0]
    expected = _total(said)
    exact = stored == instants and dead == 0 and abs(total - expected) <= 1e-6 * max(1.0, abs(expected))
    line = (
        one.file, f"{one.rows:,}", f"{len(said):,}", f"{rows:,}", f"{stored:,}", f"{rows - instants:,}", f"{dead:,}",
        f"{total:,.3f}", "exact" if exact else f"NOT EXACT: {expected:,.3f} said",
    )  # fmt: skip
    lines.append(line)
    sys.stdout.write(f"  {' · '.join(line)} · {rows / acknowledged:,.0f} acknowledged/s · {one.note}\n")
    sys.stdout.flush()


def _each(rows: list[Row]) -> Iterator[tuple[int, tuple[tuple[str, float], ...]]]:
    """Each reading as what tells it from others."""
    return ((round(at * 1000), tuple(sorted(values.items()))) for at, values in rows)


def _total(said: list[tuple[str, str, list[Row]]]) -> float:
    """The sum of everything that was said, of each reading once."""
    each = ((value for _name, value in values) for _k, _s, rows in said for _at, values in set(_each(rows)))
    return sum(value for values in each for value in values)


def _stored(connection: Any, keys: list[str]) -> tuple[int, float]:
    row = connection.execute(
        "SELECT count(*), coalesce(sum((SELECT sum(v) FROM unnest(r.values) v)), 0) FROM readings_reading r"
        " WHERE thing IN (SELECT no FROM things_thing WHERE key = ANY(%s))",
        [keys],
    ).fetchone()
    return int(row[0]), float(row[1])


@contextmanager
def _processes(on: Ground, port: int) -> Iterator[None]:
    env = os.environ | {"LINLI_DATABASE_URL": on.url(NAME), "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    env.pop("LINLI_NATS_URL", None)
    commands = (["intake", "--bare", "--port", str(port)], ["evaluate", "--bare"])
    started = [subprocess.Popen([sys.executable, "-m", "linli.cli", *words], env=env) for words in commands]
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(30)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.replay")
    parser.add_argument("--only", help="names of files, with commas between")
    parser.add_argument("--data", type=Path, help="keep the database here")
    parser.add_argument("--series", type=Path, default=SERIES)
    parser.add_argument("--port", type=int, default=21920)
    return parser.parse_args()


if __name__ == "__main__":
    main()
