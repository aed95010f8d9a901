"""What one connected client listens to, and what is on its way to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from . import writing
from .topics import matches

WINDOW = 20
"""Messages sent to a client before it has acknowledged the first of them."""


class Down(NamedTuple):
    """A message on its way to a client. `id` as it is stored; 0 when it is not (a kept message told anew)."""

    id: int
    thing: int
    session: int | None
    topic: str
    payload: bytes
    qos: int
    tried: bool = False
    order: UUID | None = None
    retain: bool = False


@dataclass(slots=True, eq=False)
class Session:
    """`id` as it is stored, None for a clean session, which ends with its connection."""

    thing: int
    client: str
    id: int | None = None
    filters: dict[str, int] = field(default_factory=dict)
    _queue: deque[Down] = field(default_factory=deque)
    _flying: dict[int, Down] = field(default_factory=dict)
    _known: set[int] = field(default_factory=set)
    _last: int = 0

    def wants(self, topic: str) -> int | None:
        """The quality this topic is listened to with, the best of all filters that take it in; None: not at all."""
        return max((qos for pattern, qos in self.filters.items() if matches(pattern, topic)), default=None)

    @staticmethod
    def would(filters: Iterable[str], topic: str) -> bool:
        """Whether it would listen to this topic with these filters."""
        return any(matches(pattern, topic) for pattern in filters)

    def offer(self, down: Down) -> bool:
        """Take a message for this client; False when it does not listen to its topic. The same one twice is one."""
        qos = self.wants(down.topic)
        if qos is None:
            return False
        if down.id not in self._known:
            if down.id:
                self._known.add(down.id)
            self._queue.append(down if qos >= down.qos else down._replace(qos=qos))
        return True

    def next(self) -> Iterator[tuple[bytes, int, int]]:
        """What can be sent now: the packet, the id of a message that is done with it, and that of an order that is
        told with it and waits for its acknowledgement (0: none is)."""
        while self._queue and len(self._flying) < WINDOW:
            down = self._queue.popleft()
            packet = 0
            if down.qos:
                packet = self._packet(down.id)
                self._flying[packet] = down
            else:
                self._known.discard(down.id)
            data = writing.publish(
                down.topic, down.payload, qos=down.qos, packet=packet, again=down.tried and down.qos > 0,
                retain=down.retain,
            )  # fmt: skip
            yield data, 0 if down.qos else down.id, down.id if down.qos and down.order else 0

    def acknowledged(self, packet: int) -> int:
        """The id of the message a client has acknowledged; 0 for none that is stored."""
        down = self._flying.pop(packet, None)
        if down is None:
            return 0
        self._known.discard(down.id)
        return down.id

    def unanswered(self) -> Iterable[int]:
        """The stored ones that were sent and not acknowledged."""
        return [down.id for down in self._flying.values() if down.id]

    def _packet(self, stored: int) -> int:
        """A packet identifier that is free. A stored message gets the same one again after a new connection
        (MQTT-4.4.0-1), unless 65,535 others came in between."""
        packet = stored % 65535 + 1 if stored else self._last % 65535 + 1
        while packet in self._flying:
            packet = packet % 65535 + 1
        if not stored:
            self._last = packet
        return packet
