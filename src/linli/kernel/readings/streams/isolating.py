"""A batch the database will never take is taken apart until what it refuses is alone; that becomes a dead letter, and all
the rest is stored. A database that is away is another matter: it is waited for (`Away`)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from .. import limits
from ..models import DeadLetter
from ..wire import Dead, Entry, pack, unpack
from . import Packed, Stream, Unstorable, append_now

log = structlog.get_logger(__name__)

WHY = DeadLetter.Why.REFUSED.value
_SHARD = 0
"""Letters may go through any part of the stream; it may be the shard itself that is refused."""
_LOST = 2048
"""Bytes of what not even a dead letter could hold, kept in the log."""

Groups = list[list[Packed]]
_T = TypeVar("_T")
Told = Callable[[Entry], None]


async def append_each(stream: Stream, groups: Groups) -> None:
    """Store the groups, the first first; each that is stored leaves the list, so that after Away the rest is known."""
    while groups:
        try:
            await stream.append(groups[0])
        except Unstorable as error:
            groups[:1] = apart(groups[0], str(error))
        else:
            groups.pop(0)


def append_each_now(groups: Groups, told: Told | None = None) -> None:
    """The same for a process that is no event loop; `told` hears of each reading that became a letter. Raises Away."""
    while groups:
        try:
            append_now(groups[0])
        except Unstorable as error:
            groups[:1] = apart(groups[0], str(error), told)
        else:
            groups.pop(0)


def apart(group: Sequence[Packed], why: str, told: Told | None = None) -> Groups:
    """What is tried instead of a group that was refused: its halves; of a single item, its dead letter."""
    if len(group) > 1:
        return [list(part) for part in _halves(group)]
    shard, packed = group[0]
    batch = unpack(packed)
    if len(batch.entries) + len(batch.dead) > 1:
        # Readings and letters apart first, then each in half: nothing comes out as large as it went in.
        if batch.entries and batch.dead:
            parts: list[tuple[Sequence[Entry], Sequence[Dead]]] = [(batch.entries, ()), ((), batch.dead)]
        elif batch.entries:
            parts = [(half, ()) for half in _halves(batch.entries)]
        else:
            parts = [((), half) for half in _halves(batch.dead)]
        return [[(shard, pack(*part))] for part in parts]
    if batch.entries:
        if told is not None:
            told(batch.entries[0])
        letter = of_entry(batch.entries[0], why, packed)
    elif batch.dead and batch.dead[0].why != WHY:
        letter = of_letter(batch.dead[0], why)
    else:
        kept = base64.b64encode(packed[:_LOST]).decode()
        log.error("intake: the database refuses even the letter about what it refused", error=why, packed=kept)
        return []
    log.warning("intake: the database refuses this for ever; it is set aside", error=why, thing=letter.thing)
    return [[(_SHARD, pack((), [letter]))]]


def of_entry(entry: Entry, why: str, packed: bytes, reason: str = WHY) -> Dead:
    """The letter about a reading that was read and cannot be kept: its payload is the reading as it was packed."""
    return Dead(entry.received, "", entry.thing, "stream", "", "", reason, plain(why), packed, len(packed))


def of_letter(dead: Dead, why: str, reason: str = WHY) -> Dead:
    """The letter about a letter that cannot be kept as it is."""
    says = plain(f"{why}; {dead.why}: {dead.says}")
    key, topic = plain(dead.key), plain(dead.topic)
    return Dead(dead.received, key, dead.thing, dead.via, topic, dead.codec, reason, says, dead.payload, dead.size)


def plain(text: str) -> str:
    """As PostgreSQL takes it: without NUL, and no half of a pair (a lone surrogate)."""
    whole = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return " ".join(whole.encode("utf-8", "replace").decode("utf-8").split())[: limits.SAYS]


def _halves(items: Sequence[_T]) -> tuple[Sequence[_T], Sequence[_T]]:
    middle = (len(items) + 1) // 2
    return items[:middle], items[middle:]
