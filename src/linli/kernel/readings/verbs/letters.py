"""What people do with dead letters: put them aside with a reason, or have them read again after the codec was mended.

A letter is replayed once: in one transaction it is locked, what was in it goes where intake puts readings, and it is
settled. What of it had been stored before is not stored again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, as_system, covers, look_as, require
from linli.kernel.audit import append
from linli.kernel.audit.ids import uuid7
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import seconds
from linli.kernel.things.models import Thing

from .. import limits
from ..instants import at_us, ms
from ..models import DeadLetter
from ..queries import slots as slots_of
from ..queries.letters import OURS, Asked, can_be_replayed, is_personal, matching, replayable
from ..streams import append_now
from ..wire import Dead, Entry, Flag, pack, unpack

PERMISSION = "letters.replay"
MOST = 1000
"""Letters one act replays; there may be more."""
NOTE = 160

# What is stored already of the same instant: by the device's clock, or, where it gave none, by when it was received
# (the evaluator puts what came at once one behind the other).
_STORED = """
SELECT u.n, r.values FROM unnest(%s::int[], %s::timestamptz[], %s::boolean[]) WITH ORDINALITY u(thing, at, own, n)
JOIN readings_reading r ON r.thing = u.thing AND r.at >= u.at
  AND r.at < u.at + CASE WHEN u.own THEN interval '1 millisecond' ELSE interval '1 minute' END
  AND (u.own OR r.received_at = u.at)
"""

Read = Callable[..., Sequence[tuple[Entry | None, Sequence[Dead]]]]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it: readings stored now, letters settled by that, and letters that stay as they were."""

    stored: int
    settled: int
    stay: int


def settle(*, by: Actor, at: datetime, letter_id: UUID, note: str) -> None:
    """Put a letter aside; the note says why. Raises NotAllowed, NotFound, Conflict (settled already), Invalid (note)."""
    said = " ".join(note.split())
    if not said or len(said) > NOTE:
        sentence = _("请写明原因，最多 %(most)d 字。") % {"most": NOTE}
        raise Invalid(sentence, fields={"note": sentence})
    with transaction.atomic():
        letter = _locked(letter_id, by)
        letter.settled_at, letter.outcome = at, said
        with as_system():
            letter.save(update_fields=["settled_at", "outcome"])
            _record(by, at, "letters.settle", letter, {"why": letter.why}, said)


def replay(*, by: Actor, at: datetime, letter_id: UUID) -> Replayed:
    """Read one letter again. One that still cannot be read stays, with what is wrong now.

    Raises NotAllowed, NotFound, Conflict (settled already, or nothing that could be read again).
    """
    with transaction.atomic():
        letter = _locked(letter_id, by)
        if not can_be_replayed(letter):
            raise Conflict(_("这封死信没有可以重新解读的内容，请写明原因后处理掉。"), code="replay")
        with as_system():
            done = _again([letter], at)
            _record(by, at, "letters.replay", letter, {"why": letter.why, "stored": done.stored}, letter.outcome)
    return done


def replay_all(
    *, by: Actor, at: datetime, place_code: str = "", why: str = "", codec: str = "", thing_id: UUID | None = None
) -> Replayed:
    """Read again all open letters of a reason, a codec, a thing, at most `MOST` of them, the oldest first. One record.

    Raises NotAllowed, Conflict (there is none of this kind).
    """
    require(by, PERMISSION)
    with transaction.atomic():
        look_as(by)
        asked = Asked(place_code=place_code, why=why, codec=codec, thing_id=thing_id)
        letters = list(
            replayable(matching(by, asked))
            .select_related("thing")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("at", "id")[:MOST]
        )
        if not letters:
            raise Conflict(_("没有可以重新解读的死信。"), code="replay")
        with as_system():
            done = _again(letters, at)
            append(
                by=by,
                at=at,
                verb="letters.replay_all",
                stream=f"letters:{uuid7()}",
                place_code=place_code or by.scope.replace("*", ""),
                after={
                    "why": why, "codec": codec, "thing": str(thing_id or ""), "letters": len(letters),
                    "stored": done.stored, "settled": done.settled,
                },
            )  # fmt: skip
        look_as(by)
    return done


def tidy(*, at: datetime) -> int:
    """Remove letters whose time is over, a batch a transaction, and senders that went long ago. What a personal model
    said is kept no longer because it could not be read. Returns how many."""
    settled = at - timedelta(milliseconds=limits.SETTLED_KEPT)
    oldest = at - timedelta(milliseconds=limits.LETTERS_KEPT)
    over = Q(at__lt=oldest) | Q(settled_at__lt=settled)
    for device in catalogue().devices.values():
        if device.personal:
            over |= Q(thing__model=device.name, at__lt=at - timedelta(seconds=seconds(device.keeps)))
    removed = 0
    with as_system():
        while ids := list(DeadLetter.objects.filter(over).values_list("id", flat=True)[:1000]):
            removed += DeadLetter.objects.filter(id__in=ids).delete()[0]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM readings_sender WHERE moved_at < %s", [at - timedelta(days=7)])
    return removed


def _locked(letter_id: UUID, by: Actor) -> DeadLetter:
    require(by, PERMISSION)
    look_as(by)
    letter = DeadLetter.objects.select_for_update(of=("self",)).select_related("thing").filter(pk=letter_id).first()
    if letter is None or not covers(by, letter.place_code):
        raise NotFound(_("没有找到这封死信，或者它不在您的管辖范围内。"))
    if letter.settled_at is not None:
        raise Conflict(_("这封死信已经处理过：%(outcome)s") % {"outcome": letter.outcome}, code="settled")
    return letter


def _again(letters: Sequence[DeadLetter], at: datetime) -> Replayed:
    """Read each again, append what is new of it, and write down what came of it."""
    slots = slots_of.of({letter.thing.model for letter in letters if letter.thing})
    entries: list[tuple[DeadLetter, Entry]] = []
    dead: dict[UUID, list[Dead]] = {}
    many: set[UUID] = set()
    for letter in letters:
        thing = _thing(letter)
        outcomes = _read(letter, slots[thing.model])
        entries += [(letter, entry) for entry, _dead in outcomes if entry is not None]
        dead[letter.id] = [one for _entry, some in outcomes for one in some]
        if len(outcomes) > 1:
            many.add(letter.id)
    fresh = _unknown(entries)
    stored = {letter.id: 0 for letter in letters}
    for letter, _entry in fresh:
        stored[letter.id] += 1
    known = {letter.id for letter, _entry in entries}
    batches: dict[int, tuple[list[Entry], list[Dead]]] = {}
    for letter, entry in fresh:
        batches.setdefault(_thing(letter).shard, ([], []))[0].append(entry)
    settled = 0
    for letter in letters:
        letter.outcome = _outcome(letter, stored[letter.id], dead[letter.id])
        if stored[letter.id] or (letter.id in known and not dead[letter.id]):
            letter.settled_at = at
            settled += 1
            if letter.id in many:  # what of it is still dead gets letters of its own, an item each
                batches.setdefault(_thing(letter).shard, ([], []))[1].extend(dead[letter.id])
    DeadLetter.objects.bulk_update(letters, ["settled_at", "outcome"], batch_size=200)
    if batches:
        append_now([(shard, pack(*batch)) for shard, batch in batches.items()])
    return Replayed(sum(stored.values()), settled, len(letters) - settled)


def _read(letter: DeadLetter, slots: Mapping[str, int]) -> Sequence[tuple[Entry | None, Sequence[Dead]]]:
    """What a letter holds, as it would be read today; a reading we failed with is there as it was read."""
    payload = bytes(letter.payload)
    if letter.why in OURS:
        return [(entry, ()) for entry in unpack(payload).entries]
    read: Read = import_string(settings.LINLI_READER)
    return read(_thing(letter), slots, letter.via, letter.topic, letter.codec, ms(letter.at), payload)


def _outcome(letter: DeadLetter, stored: int, dead: Sequence[Dead]) -> str:
    still = "; ".join(dict.fromkeys(one.says for one in dead)) if not is_personal(letter.thing) else ""
    if stored and dead:
        said = _("重新解读，存入 %(n)d 条；仍不能用：%(still)s") % {"n": stored, "still": still}
    elif stored:
        said = _("重新解读，存入 %(n)d 条。") % {"n": stored}
    elif dead:
        said = _("重新解读过，仍不能用：%(still)s") % {"still": still}
    else:
        said = _("重新解读过，内容早已存入。")
    return said[: limits.SAYS]


def _unknown(entries: Sequence[tuple[DeadLetter, Entry]]) -> list[tuple[DeadLetter, Entry]]:
    """The entries with what is not stored yet; none of those that are stored whole."""
    own = [bool(entry.flags & Flag.OWN_CLOCK) for _letter, entry in entries]
    stored: dict[int, list[Sequence[float | None]]] = {}
    with connection.cursor() as cursor:
        at = [at_us(entry.at * 1000) for _letter, entry in entries]
        cursor.execute(_STORED, [[entry.thing for _letter, entry in entries], at, own])
        for n, values in cursor.fetchall():
            stored.setdefault(n - 1, []).append(values)
    fresh = []
    seen: dict[tuple[int, int], list[Sequence[float | None]]] = {}
    for n, (letter, entry) in enumerate(entries):
        beside = seen.setdefault((entry.thing, entry.at), [])
        values = entry.values
        for there in (*stored.get(n, ()), *beside):
            if _part_of(there, entry.values):
                values = [None if _said(there, slot) else value for slot, value in enumerate(values)]
        if any(value is not None for value in values):
            beside.append(values)
            # It happened then, not now: the evaluator must not take it for something just said.
            flags = (entry.flags | Flag.OWN_CLOCK) & ~(Flag.AGAIN | Flag.PARTLY)
            fresh.append((letter, Entry(entry.thing, entry.at, entry.received, int(flags), 0, values)))
    return fresh


def _part_of(there: Sequence[float | None], values: Sequence[float | None]) -> bool:
    """Whether what is stored is this reading, as far as it could be read then; another of the same instant says otherwise."""
    return all(value is None or (slot < len(values) and values[slot] == value) for slot, value in enumerate(there))


def _said(values: Sequence[float | None], slot: int) -> bool:
    return slot < len(values) and values[slot] is not None


def _thing(letter: DeadLetter) -> Thing:
    assert letter.thing is not None
    return letter.thing


def _record(by: Actor, at: datetime, verb: str, letter: DeadLetter, after: Mapping[str, Any], note: str) -> None:
    stream = letter.thing.stream if letter.thing else f"letter:{letter.id}"
    told = {"letter": str(letter.id), **after}
    append(by=by, at=at, verb=verb, stream=stream, place_code=letter.place_code, after=told, note=note)
