"""What gateways hand in: read at once, stored together every few milliseconds, acknowledged only after the commit.

While one commit runs the next batch grows, so the busier it is the less a message costs. While it cannot be stored it
is kept, asked for again and again, and above a bound sessions are told to stop reading. Nothing is acknowledged before
it is durable, and nothing is dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec
import structlog

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Device
from linli.kernel.readings import limits
from linli.kernel.readings.streams import Away, Packed, Stream
from linli.kernel.readings.streams.isolating import append_each
from linli.kernel.readings.wire import Dead, Entry, pack

from .clocks import Clocks, of_now
from .knocks import Knocks, Note
from .paces import Paces, worth
from .payloads import Model, Models, Sender, digest, letter, undeclared

log = structlog.get_logger(__name__)

_BACK_OFF = (0.05, 2.0)
"""Seconds before what could not be stored is tried again: the first time, and at most."""
FEW = 200
"""Messages of a batch that a commit is dear for."""
_LETTER = 200
"""Bytes a dead letter takes beside its payload, roughly."""
_ENTRY = 60


class Known(Sender, Protocol):
    shard: int


class Slots(Protocol):
    """What is asked of `things.queries.registry.Registry` here."""

    def slots(self, model: str) -> Mapping[str, int]: ...


class Message(msgspec.Struct, gc=False):
    """One message of a device. `done` is called on the loop after it was committed, never before.

    `packet` is MQTT's packet id (0 at QoS 0); `token` is for others that tell messages apart, such as HTTP.
    """

    known: Known
    via: str
    topic: str
    payload: bytes
    received: int
    again: bool = False
    packet: int = 0
    done: Callable[[Message], None] | None = None
    token: str = ""

    @property
    def mark(self) -> str:
        return self.token or (f"{self.packet}" if self.packet else "")


class Receiver:
    """Takes messages on one event loop and stores them. `run` must run; `drain` ends it with everything stored."""

    def __init__(
        self,
        registry: Slots,
        stream: Stream,
        *,
        linger: float | tuple[float, float] = 0.004,
        most: int = 2000,
        devices: Mapping[str, Device] | None = None,
        paces: Paces | None = None,
        clocks: Clocks | None = None,
        note: Note | None = None,
    ) -> None:
        """`linger` seconds after its first message a batch is stored, or as soon as it holds `most`; of two numbers the
        second holds after a batch of few (`FEW`)."""
        self.full = False
        self.on_full: Callable[[], None] | None = None
        self.on_drained: Callable[[], None] | None = None
        self.stored = 0
        self.stuck = False
        self._registry = registry
        self._stream = stream
        self._lingers = linger if isinstance(linger, tuple) else (linger, linger)
        self._linger = self._lingers[1]
        self._most = most
        self._models = Models(catalogue().devices if devices is None else devices)
        self._paces = paces or Paces()
        self._clocks = clocks or Clocks()
        self._knocks = Knocks(note)
        self._aside: dict[int, _Aside] = {}
        self._batch = _Batch()
        self._held = self._held_bytes = 0
        self._some = asyncio.Event()
        self._plenty = asyncio.Event()
        self._ending = False
        self._ended = asyncio.Event()

    def take(self, message: Message) -> float:
        """Take one message. Returns for how many seconds nothing more should be read from its device: 0 mostly, more
        when it floods. It is taken either way."""
        known = message.known
        batch = self._batch
        model = self._models.of(known.model, self._registry.slots(known.model))
        entry = model.simple(known, message, message.payload) if model is not None else None
        if entry is not None:
            if self._clocks.heard(entry):
                entry = of_now(entry, digest(known, "", message.payload, 0))
            batch.add(known.shard, entry)
            pause = self._paces.wait(known.no, message.received)
        else:
            pause = self._paces.wait(known.no, message.received, self._read(batch, model, message))
        if pause:
            self._note_flood(message)
        self._taken(message)
        return pause

    def _read(self, batch: _Batch, model: Model | None, message: Message) -> float:
        """Returns how many messages it counts as."""
        known = message.known
        if model is None:
            outcomes = [undeclared(known, message, message.payload)]
        else:
            outcomes = model.read(known, message, message.payload)
        readings, sizes = 0, []
        for outcome in outcomes:
            entry = outcome.entry
            if entry is not None:
                if len(outcomes) > 1:
                    self._clocks.listed(entry)
                elif self._clocks.heard(entry):
                    entry = of_now(entry, digest(known, "", message.payload, 0))
                batch.add(known.shard, entry)
                readings += 1
            if outcome.dead:
                batch.add_dead(known.shard, outcome.dead)
                sizes += [len(one.payload) for one in outcome.dead]
        return worth(readings, sizes)

    def refuse(self, message: Message, why: str, text: str) -> float:
        """Set a message aside for a reason the gateway found itself (`DeadLetter.Why`); `done` is called as ever.
        Returns for how many seconds nothing more should be read from its device."""
        known = message.known
        aside = letter(known, message, why, text, message.payload)
        self._batch.add_dead(known.shard, [aside])
        pause = self._paces.wait(known.no, message.received, worth(0, [len(aside.payload)]))
        if pause:
            self._note_flood(message)
        self._taken(message)
        return pause

    def sets_aside(self, message: Message) -> bool:
        """Whether a message is too much of its device, far above its pace: then it is not taken, and `done` is called as
        ever. One a minute is kept as a sample, and says how many there were. For a way in on which a device cannot be
        slowed for itself."""
        no = message.known.no
        above = self._paces.owes(no, message.received) > limits.FLOOD_BEHIND
        aside = self._aside.get(no)
        if not above and aside is None:
            return False
        if aside is None:
            aside = self._aside[no] = _Aside()
        aside.count += above
        if message.received - aside.noted >= limits.FLOOD_NOTED:
            if aside.count:
                self._note_aside(message, aside.count)
                aside.count, aside.noted = 0, message.received
            elif not above:
                del self._aside[no]
        if above:
            self._taken(message)
        return above

    def _note_aside(self, message: Message, count: int) -> None:
        known = message.known
        text = f"> {self._paces.rate:g}/s; {count} set aside"
        sample = message.payload[: limits.FLOOD_SAMPLE]
        self._batch.add_dead(known.shard, [letter(known, message, "flood", text, sample)])

    def owes(self, known: Known, at: int) -> float:
        """For how many seconds nothing should be read from a device that has said too much, ms."""
        return self._paces.owes(known.no, at)

    def _note_flood(self, message: Message) -> None:
        known = message.known
        if self._paces.notes(known.no, message.received):
            text = f"> {self._paces.rate:g}/s"
            sample = message.payload[: limits.FLOOD_SAMPLE]
            self._batch.add_dead(known.shard, [letter(known, message, "flood", text, sample)])

    def stranger(self, key: str, why: str, address: str, sample: bytes = b"") -> None:
        """Note who knocked and is not let in (`things.models.Stranger`), beside the work."""
        self._knocks.hear(key, why, address, sample)

    async def run(self) -> None:
        """Store what comes until `drain` ends it. Cancelled, it leaves what is not stored unacknowledged."""
        noting = asyncio.create_task(self._knocks.run())
        try:
            while not self._ending or self._batch.messages:
                await self._some.wait()
                await self._gather()
                await self._store(self._cut())
        finally:
            noting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await noting
            await self._knocks.close()
            self._ended.set()

    async def drain(self) -> None:
        """Store everything that was taken, acknowledge it, and end `run`."""
        self._ending = True
        self._some.set()
        self._plenty.set()
        await self._ended.wait()

    def _taken(self, message: Message) -> None:
        batch = self._batch
        messages = batch.messages
        messages.append(message)
        count = len(messages)
        if count == 1:
            batch.first = asyncio.get_running_loop().time()
            self._some.set()
        elif count == self._most:
            self._plenty.set()
        if not self.full and (
            self._held + count >= limits.HELD or self._held_bytes + batch.bytes >= limits.HELD_BYTES
        ):
            self.full = True
            if self.on_full:
                self.on_full()

    async def _gather(self) -> None:
        """Wait a little for more, unless what is there has waited already while the last batch was stored."""
        left = self._batch.first + self._linger - asyncio.get_running_loop().time()
        if left > 0 and not self._plenty.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._plenty.wait(), left)

    def _cut(self) -> _Batch:
        batch, self._batch = self._batch, _Batch()
        self._some.clear()
        self._plenty.clear()
        if self._ending:
            self._some.set()
            self._plenty.set()
        self._held += len(batch.messages)
        self._held_bytes += batch.bytes
        self._linger = self._lingers[len(batch.messages) < FEW]
        return batch

    async def _store(self, batch: _Batch) -> None:
        groups = [packed] if (packed := batch.packed()) else []
        back_off, longest = _BACK_OFF
        while groups:
            try:
                await append_each(self._stream, groups)
                self.stuck = False
            except Away as error:
                self.stuck = True
                log.warning("intake: cannot store, trying again", error=str(error), waiting=len(batch.messages))
                await asyncio.sleep(back_off)
                back_off = min(back_off * 2, longest)
        self._held -= len(batch.messages)
        self._held_bytes -= batch.bytes
        self.stored += len(batch.messages)
        for message in batch.messages:
            if message.done is not None:
                try:
                    message.done(message)
                except Exception:  # one session's fault is not another's
                    log.exception("intake: a session failed to acknowledge")
        if (
            self.full
            and self._held + len(self._batch.messages) < limits.HELD // 2
            and self._held_bytes + self._batch.bytes < limits.HELD_BYTES // 2
        ):
            self.full = False
            if self.on_drained:
                self.on_drained()


class _Aside(msgspec.Struct):
    """How many messages of a device were set aside since that was noted last, ms."""

    count: int = 0
    noted: int = -limits.FLOOD_NOTED


class _Batch:
    """What has come and is not on its way yet, by shard."""

    __slots__ = ("bytes", "dead", "entries", "first", "messages")

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.entries: dict[int, list[Entry]] = {}
        self.dead: dict[int, list[Dead]] = {}
        self.bytes = 0
        self.first = 0.0

    def add(self, shard: int, entry: Entry) -> None:
        entries = self.entries.get(shard)
        if entries is None:
            entries = self.entries[shard] = []
        entries.append(entry)
        self.bytes += _ENTRY

    def add_dead(self, shard: int, dead: Sequence[Dead]) -> None:
        self.dead.setdefault(shard, []).extend(dead)
        self.bytes += sum(_LETTER + len(one.payload) for one in dead)

    def packed(self) -> list[Packed]:
        """One packed batch a shard; several where one would be too large for a message."""
        made: list[Packed] = []
        for shard in self.entries.keys() | self.dead.keys():
            entries = self.entries.get(shard, [])
            letters: list[Dead] = []
            size = 0
            for one in self.dead.get(shard, ()):
                letters.append(one)
                size += _LETTER + len(one.payload)
                if size >= limits.PACKED:
                    made.append((shard, pack((), letters)))
                    size, letters = 0, []
            most = limits.PACKED_ENTRIES
            for start in range(most, len(entries), most):
                made.append((shard, pack(entries[start - most : start])))
            rest = entries[(len(entries) - 1) // most * most :] if entries else entries
            if rest or letters:
                made.append((shard, pack(rest, letters)))
        return made
