"""What is measured, section by section; each adds its lines to the table."""

from __future__ import annotations

import asyncio
import importlib.util
import resource
import statistics
import sys
import time
from collections import Counter
from typing import Any

from bench.matters.table import Table
from bench.readings.cpu import Cpu
from linli.project.tests.ports import free_port

from .crowd import Crowd
from .processes import Served, Writer
from .town import Looker

KB = 1024


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def files() -> None:
    """As many open files as we may: every viewer is one here and one there."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def viewers(url: str, engine: Any, lookers: list[Looker], table: Table, given: Any) -> None:
    """Memory, idle, one change, a burst: all with the same open viewers."""
    many = len(lookers)
    with Served(url, free_port()) as live:
        before = live.memory()
        crowd = Crowd(live.port, lookers)
        seconds, cpu = await crowd.open(), live.cpu()
        await asyncio.sleep(3)
        memory = (live.memory() - before) / many
        table.add(
            f"memory a viewer, {many:,} viewers",
            f"{memory / KB:.1f} kB",
            "",
            f"{memory / KB / 60:.3f} of the limit",
            "≤ 60 kB",
        )
        table.add("all of them open, from none", f"{seconds:.2f} s", "", f"{many / seconds:,.0f} /s")
        table.note(f"The process itself holds {before / KB / KB:.0f} MB before anybody comes.")
        await _idle(live, engine, many, table, given.idle)
        async with Writer(url) as writer:
            await _changes(crowd, writer, table, "one change by a verb", given.changes, 5, "verb")
            await _changes(crowd, writer, table, "one change, its record alone", given.changes, 20, "record")
            cpu = live.cpu()
            began = time.monotonic()
            each = await _changes(
                crowd,
                writer,
                table,
                f"{given.rate} changes a second",
                given.rate * given.seconds,
                given.rate,
                "record",
            )
            used = live.cpu() - cpu
            share = used / (time.monotonic() - began)
            table.add(
                f"processor at {given.rate} a second, {each:,} deliveries",
                f"{100 * share:.0f} % of a core",
                "",
                f"{1e6 * used / max(1, each):.1f} µs a delivery, reading included",
            )
        await crowd.close()
    screens = Counter(looker.screen for looker in lookers)
    table.note("Viewers: " + ", ".join(f"{n:,} {screen}" for screen, n in screens.items()) + ".")


async def _idle(live: Served, engine: Any, many: int, table: Table, seconds: int) -> None:
    database = Cpu.of_engine(engine)
    cpu, theirs = live.cpu(), database.seconds()
    await asyncio.sleep(seconds)
    used, beside = (live.cpu() - cpu) / seconds, (database.seconds() - theirs) / seconds
    table.add(
        f"processor, {many:,} idle viewers for {seconds} s",
        f"{100 * used:.2f} % of a core",
        "",
        f"{used / 0.05:.2f} of the limit; PostgreSQL beside it {100 * beside:.2f} %",
        "≤ 5 % of a core",
    )


async def _changes(crowd: Crowd, writer: Writer, table: Table, what: str, many: int, rate: float, kind: str) -> int:
    changes = await writer.write(many, rate, kind)
    each, last = await crowd.reached(changes)
    reached = (len(changes) - 1) / (changes[-1].committed - changes[0].committed)
    if reached < 0.9 * rate:
        table.note(f"{what}: the writer reached {reached:.0f} a second of {rate:.0f}.")
    table.add(
        f"{what}: committed → heard, each of {len(each):,} deliveries",
        f"{1000 * statistics.median(each):.1f} ms",
        f"{1000 * percentile(each, 99):.1f} ms (99th)",
        f"{percentile(each, 99):.3f} of the limit",
        "≤ 1 s (99th)",
    )
    table.add(
        f"{what}: committed → heard by all it concerns, {len(last):,} changes",
        f"{1000 * statistics.median(last):.1f} ms",
        f"{1000 * percentile(last, 99):.1f} ms (99th)",
        f"{percentile(last, 99):.3f} of the limit",
        "≤ 1 s (99th)",
    )
    return len(each)


async def back(url: str, lookers: list[Looker], table: Table) -> None:
    """The process is killed with everybody on it while changes go on, and started again."""
    with Served(url, free_port()) as live:
        crowd = Crowd(live.port, lookers)
        await crowd.open()
        async with Writer(url) as writer:
            first = await writer.write(20, 20, "record")
            await crowd.reached(first)
            live.kill()
            writing = asyncio.create_task(writer.write(240, 20, "record"))
            await asyncio.sleep(1)
            await asyncio.to_thread(live.start)
            began, cpu = time.monotonic(), live.cpu()
            await crowd.until(lambda: all(viewer.open for viewer in crowd.viewers), 60)
            seconds, used = time.monotonic() - began, live.cpu() - cpu
            told = crowd.heard.again
            _each, last = await crowd.reached(await writing)
        table.add(
            f"killed, and {len(lookers):,} viewers back, {len(last)} changes meanwhile heard once each",
            f"{seconds:.1f} s",
            "",
            f"{100 * used / seconds:.0f} % of a core; {told} were told to ask again",
        )
        table.note(f"Longest from such a change to the last viewer, the outage included: {max(last):.1f} s.")
        await crowd.close()


async def slow(url: str, lookers: list[Looker], table: Table, given: Any) -> None:
    """A tenth of the viewers stop reading, as a program that hangs does."""
    with Served(url, free_port()) as live:
        crowd = Crowd(live.port, lookers)
        await crowd.open()
        deaf = [viewer for viewer in crowd.viewers if viewer.n % 10 == 0]
        for viewer in deaf:
            viewer.wanted = False
            viewer.transport.pause_reading()  # type: ignore[attr-defined]
        before = live.memory()
        async with Writer(url) as writer:
            changes = await writer.write(given.rate * given.seconds, given.rate, "record")
        await asyncio.sleep(2)
        hears = [viewer.n for viewer in crowd.viewers if viewer.wanted]
        delays = [
            at - change.committed
            for change in changes
            for n, at in crowd.heard.of[change.subject]
            if n in set(hears)
        ]
        table.add(
            f"{len(deaf)} viewers stop reading, {given.rate} changes a second: the others hear",
            f"{1000 * statistics.median(delays):.1f} ms",
            f"{1000 * percentile(delays, 99):.1f} ms (99th)",
            f"memory grew by {(live.memory() - before) / KB / len(deaf):.1f} kB each of the deaf",
            "≤ 1 s (99th)",
        )
        await crowd.close()


async def readers(url: str, engine: Any, table: Table, given: Any) -> None:
    """What another live process costs the database: it reads each record for itself (docs/adr/0018)."""
    database = Cpu.of_engine(engine)
    for many in (0, 1, 2, 4):
        served = [Served(url, free_port()) for _ in range(many)]
        try:
            await asyncio.sleep(2)
            idle = database.seconds()
            await asyncio.sleep(5)
            idle = (database.seconds() - idle) / 5
            async with Writer(url) as writer:
                before, ours = database.seconds(), sum(one.cpu() for one in served)
                await writer.write(given.rate * given.seconds, given.rate, "record")
                used = (database.seconds() - before) / given.seconds
                ours = (sum(one.cpu() for one in served) - ours) / given.seconds
        finally:
            for one in served:
                one.__exit__(None, None, None)
        table.add(
            f"{many} live processes without viewers, {given.rate} records a second: PostgreSQL",
            f"{100 * used:.1f} % of a core",
            "",
            f"idle {100 * idle:.2f} %; the processes themselves {100 * ours:.1f} %",
        )


async def floor(lookers: list[Looker], table: Table) -> None:
    """The same number of connections on bare sockets, and on the servers one could take instead."""
    granian = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--workers", "1"]
    granian += ["--log-level", "warning", "--backlog", "16384", "--backpressure", "16384", "--no-ws"]
    port = free_port()
    ways = {
        "the floor: bare asyncio sockets": [sys.executable, "-m", "bench.live.floor", str(port)],
        "a plain ASGI callable on granian": [*granian, "--port", str(port), "bench.live.floor:plain"],
    }
    if importlib.util.find_spec("starlette"):
        ways["Starlette on granian, as it was"] = [*granian, "--port", str(port), "bench.live.floor:framework"]
    for name, command in ways.items():
        with Served("", port, command) as server:
            before = server.memory()
            crowd = Crowd(port, lookers)
            await crowd.open()
            await asyncio.sleep(2)
            memory, cpu = (server.memory() - before) / len(lookers), server.cpu()
            for _ in range(20):
                await _tell(port)
                await asyncio.sleep(0.2)
            used = server.cpu() - cpu
            table.add(
                name,
                f"{memory / KB:.1f} kB a viewer",
                "",
                f"{1e6 * used / 20 / len(lookers):.1f} µs a delivery",
            )
            await crowd.close()


async def _tell(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /tell HTTP/1.1\r\nHost: live\r\nConnection: close\r\n\r\n")
    await reader.read()
    writer.close()
