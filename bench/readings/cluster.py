"""Several machines in small: three NATS servers with three copies, two intakes, two evaluators; one of each is killed,
then the stream's leader. The same proof as in `kills`, and how long devices waited.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path
from typing import Any

from bench.matters.ground import Ground
from bench.matters.table import Table

from . import kills
from .kills import Load, Town


def measure(on: Ground, name: str, table: Table, data: Path) -> None:
    from linli.kernel.readings.streams.tests.servers import nodes

    servers = nodes(data / "nats", 3)
    urls = ",".join(server.url for server in servers)
    os.environ["LINLI_NATS_URL"] = urls
    load = Load()
    try:
        with Town(on, name, data, many=2) as town:
            speaking = threading.Thread(target=asyncio.run, args=(kills.devices(load, town.ports),))
            posting = threading.Thread(target=kills.post, args=(load,))
            speaking.start()
            posting.start()
            time.sleep(15)
            with on.connect(name) as connection:
                for what in ("intake 2", "evaluate 2"):
                    _gap(table, connection, what, lambda what=what: town.kill(what))
                    time.sleep(10)
                leader = asyncio.run(_leader(urls))
                other = next(server for server in servers if server.name != leader)
                first = next(server for server in servers if server.name == leader)
                for what, server in (("a NATS server", other), ("the stream's leader", first)):
                    _gap(table, connection, what, server.kill)
                    server.start()
                    time.sleep(10)
                load.stop = True
                speaking.join()
                posting.join()
                _settle(connection)
                connection.execute("SELECT set_config('linli.sees', '*', false)")
                kills.report(connection, load, town, table, 0)
    finally:
        os.environ.pop("LINLI_NATS_URL")
        for server in servers:
            server.kill()


def _gap(table: Table, connection: Any, what: str, kill: Any) -> None:
    """The longest time in which nothing new was stored, in the fifteen seconds after."""
    kill()
    longest, last, since = 0.0, _stored(connection), time.perf_counter()
    until = time.perf_counter() + 15
    while time.perf_counter() < until:
        time.sleep(0.02)
        count = _stored(connection)
        if count != last:
            longest, last, since = max(longest, time.perf_counter() - since), count, time.perf_counter()
    table.add(
        f"{what} killed: longest time without a new reading", f"{max(longest, time.perf_counter() - since):.2f} s"
    )


def _stored(connection: Any) -> Any:
    """Something that changes with every reading and costs little."""
    return connection.execute("SELECT max(received_at) FROM readings_latest").fetchone()


def _settle(connection: Any) -> None:
    last, same = None, 0
    while same < 10:
        time.sleep(0.5)
        count = connection.execute("SELECT count(*) FROM readings_reading").fetchone()
        last, same = count, same + 1 if count == last else 0


async def _leader(urls: str) -> str:
    import nats

    client = await nats.connect(urls.split(","))
    try:
        info = await client.jetstream().stream_info("LINLI_READINGS")
        return str(info.cluster.leader) if info.cluster else ""
    finally:
        await client.close()
