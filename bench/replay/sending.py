"""Each series by a connection of its own: QoS 1, a few messages in flight, sent again until acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

from linli.gateways.devices.mqtt import writing
from linli.gateways.devices.mqtt.packets import Kind, Reader

from .series import Row

ITEMS = 250
"""Readings in one message, as a device that was out of reach sends them."""
WINDOW = 4
AT_ONCE = 150
"""Devices connected at a time."""


def messages(rows: list[Row]) -> Iterator[bytes]:
    for first in range(0, len(rows), ITEMS):
        part = [{"t": round(at * 1000), **values} for at, values in rows[first : first + ITEMS]]
        yield json.dumps(part, separators=(",", ":")).encode()


async def send_all(port: int, series: list[tuple[str, str, list[Row]]]) -> int:
    """(key, secret, rows) of every device. Returns how many messages were acknowledged: all of them."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(key: str, secret: str, rows: list[Row]) -> int:
        async with gate:
            return await _send(port, key, secret, list(messages(rows)))

    return sum(await asyncio.gather(*(one(*device) for device in series)))


async def _send(port: int, key: str, secret: str, payloads: list[bytes]) -> int:
    """One device from its first message to its last acknowledgement; a lost connection is made again."""
    waiting = dict(enumerate(payloads, start=1))
    tried: set[int] = set()
    for _attempt in range(20):
        try:
            await _connected(port, key, secret, waiting, tried)
        except (OSError, EOFError):
            await asyncio.sleep(1)
        if not waiting:
            return len(payloads)
    raise SystemExit(f"{key}: {len(waiting)} messages were never acknowledged")


async def _connected(port: int, key: str, secret: str, waiting: dict[int, bytes], tried: set[int]) -> None:
    reading, sending = await asyncio.open_connection("127.0.0.1", port)
    packets = Reader()
    try:
        sending.write(writing.connect(key, keep_alive=600, user=key, password=secret))
        todo = iter(list(waiting))
        flying = 0
        while waiting:
            data = await reading.read(65536)
            if not data:
                raise EOFError
            for first, body, _size in packets.feed(data):
                if first >> 4 == Kind.CONNACK and body[1]:
                    raise SystemExit(f"{key}: refused with {body[1]}")
                if first >> 4 == Kind.PUBACK and waiting.pop(body[0] << 8 | body[1], None) is not None:
                    flying -= 1
            while flying < WINDOW and (packet := next(todo, 0)):
                again = packet in tried
                tried.add(packet)
                sending.write(writing.publish(f"d/{key}/up", waiting[packet], qos=1, packet=packet, again=again))
                flying += 1
        sending.write(writing.DISCONNECT)
    finally:
        sending.close()
