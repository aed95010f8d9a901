"""One device's end of MQTT: connects with its own credential, publishes at QoS 1, sends again what was not acknowledged.

Only what a device of the demo needs; the packets are the gateway's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from linli.gateways.devices.mqtt import writing
from linli.gateways.devices.mqtt.packets import Kind, Reader, publish_of

WINDOW = 20
"""So many messages may wait for their acknowledgement; a device has little memory, and drops the oldest then."""
KEEP_ALIVE = 900
_LISTENS = 65535
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0


class Client(asyncio.Protocol):
    """`lost(client)` is called whenever its connection is gone, also when it was refused."""

    __slots__ = ("_delay", "_next", "_reader", "_transport", "_waiting", "key", "lost", "secret", "told", "up")

    def __init__(
        self,
        key: str,
        secret: str,
        lost: Callable[[Client], None],
        told: Callable[[Client, bytes], None] | None = None,
    ) -> None:
        """With `told` its session lasts, and it listens for orders, each of which is acknowledged and handed on."""
        self.key, self.secret, self.lost, self.told = key, secret, lost, told
        self.up = False
        self._delay = FIRST_DELAY
        self._next = 0
        self._reader = Reader()
        self._transport: asyncio.Transport | None = None
        self._waiting: dict[int, tuple[str, bytes]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are transports in all but name.
        self._transport, self._reader = cast(asyncio.Transport, transport), Reader()
        self._write(
            writing.connect(
                self.key, clean=self.told is None, keep_alive=KEEP_ALIVE, user=self.key, password=self.secret
            )
        )

    def data_received(self, data: bytes) -> None:
        for first, body, _size in self._reader.feed(data):
            kind = first >> 4
            if kind == Kind.PUBACK:
                self._waiting.pop(body[0] << 8 | body[1], None)
            elif kind == Kind.CONNACK:
                self._connack(body)
            elif kind == Kind.PUBLISH and self.told is not None:
                _topic, packet, payload = publish_of(first, body)
                if packet:
                    self._write(writing.puback(packet))
                self.told(self, payload)

    def _connack(self, body: bytes) -> None:
        if body[1]:
            self.close()
            return
        self.up, self._delay = True, FIRST_DELAY
        if self.told is not None and not body[0] & 1:  # a session that is there knows what it listens to
            self._write(writing.subscribe(_LISTENS, [(f"d/{self.key}/down/#", 1)]))
        for packet, (topic, payload) in self._waiting.items():
            self._write(writing.publish(topic, payload, qos=1, packet=packet, again=True))

    def connection_lost(self, _error: Exception | None) -> None:
        self.up, self._transport = False, None
        self.lost(self)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send now, or with what else waits once the connection stands."""
        if len(self._waiting) >= WINDOW:
            self._waiting.pop(next(iter(self._waiting)))
        self._next = self._next % (_LISTENS - 1) + 1
        self._waiting[self._next] = (topic, payload)
        if self.up:
            self._write(writing.publish(topic, payload, qos=1, packet=self._next))

    def later(self) -> float:
        """Seconds until it is worth trying again; longer each time, so that thousands do not come at once."""
        delay, self._delay = self._delay, min(self._delay * 2, LONGEST_DELAY)
        return delay

    def close(self) -> None:
        if self._transport is not None:
            self._transport.write(writing.DISCONNECT)
            self._transport.close()

    def cut(self) -> None:
        """As when the network goes: no word of farewell."""
        if self._transport is not None:
            self._transport.abort()

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)
