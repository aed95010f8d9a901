"""A district's devices that knock at once are let in at once."""

from __future__ import annotations

import asyncio
import socket

import pytest

from linli.gateways.devices.mqtt.listening import Door

uvloop = pytest.importorskip("uvloop")


async def _turns_until_in(clients: int) -> int:
    """How many turns of the loop it takes until this many that stand in the queue are in."""
    came: list[asyncio.Protocol] = []

    class In(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            came.append(self)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    door = Door("127.0.0.1", port, In, patience=1.0)
    knocking = [socket.create_connection(("127.0.0.1", port)) for _ in range(clients)]
    turns = 0
    while len(came) < clients and turns < 1000:
        await asyncio.sleep(0)
        turns += 1
    door.close()
    for one in knocking:
        one.close()
    return turns


def test_a_hundred_in_the_queue_do_not_take_a_hundred_turns() -> None:
    assert uvloop.run(_turns_until_in(100)) < 20
