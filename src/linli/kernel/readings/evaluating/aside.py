"""A batch that makes every round fail must not stop its part of the stream: what in it fails is found, and set aside.

A round that failed is tried again with fewer batches, down to the one that fails alone. Parts of that are evaluated in
transactions that are rolled back, until each reading or letter that fails is alone; then the batch is evaluated without
them, and each becomes a dead letter with what went wrong, in the one transaction that takes the batch.

Only what will fail the same for ever counts: a database that is away, full or not as it should be is waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import DatabaseError, InterfaceError, OperationalError

from ..models import DeadLetter
from ..streams import never
from ..streams.isolating import of_entry, of_letter
from ..wire import Batch, Dead, pack

WHY = DeadLetter.Why.NOT_EVALUATED.value
ALONE = 2
"""So often a batch must have failed by itself before it is taken apart."""

SINGLY = 20
"""So many are looked for one after the other; more than that are told apart by halves."""

Probe = Callable[[Batch], str]
"""Evaluates a part of a batch and takes it back; returns what went wrong, "" for nothing."""


_OURS = (
    ValueError, TypeError, ArithmeticError, LookupError, AttributeError, UnicodeError, AssertionError, RecursionError,
)  # fmt: skip


def poison(error: BaseException) -> bool:
    """Whether an error is of what was evaluated, and not of the moment."""
    if isinstance(error, OperationalError | InterfaceError):
        return False
    if isinstance(error, DatabaseError):
        return error.__cause__ is not None and never(error.__cause__)
    return isinstance(error, _OURS)


def culprits(batch: Batch, probe: Probe) -> dict[int, str]:
    """Which of a batch's items (readings first, then letters) make it fail, and with what; none where the failure is not
    theirs. Where several fail only together, it is the one with which it begins."""
    if probe(Batch.of(())):
        return {}
    kept = list(range(len(batch.columns.widths) + len(batch.dead)))
    failing: dict[int, str] = {}
    while went_wrong := probe(_part(batch, kept)):
        if len(failing) >= SINGLY:
            return failing | (_among(batch, kept, probe) or dict.fromkeys(kept, went_wrong))
        # The shortest beginning that fails: its last item is one of them.
        sound, enough = 0, len(kept)
        while enough - sound > 1:
            middle = (sound + enough) // 2
            if said := probe(_part(batch, kept[:middle])):
                enough, went_wrong = middle, said
            else:
                sound = middle
        failing[kept.pop(enough - 1)] = went_wrong
    return failing


def _among(batch: Batch, items: Sequence[int], probe: Probe) -> dict[int, str]:
    """Those of many that fail by themselves, half by half."""
    went_wrong = probe(_part(batch, items))
    if not went_wrong:
        return {}
    if len(items) == 1:
        return {items[0]: went_wrong}
    middle = len(items) // 2
    return _among(batch, items[:middle], probe) | _among(batch, items[middle:], probe)


def without(batch: Batch, failing: dict[int, str]) -> Batch:
    """The batch with a letter in place of each item that fails."""
    kept = _part(batch, [n for n in range(len(batch.columns.widths) + len(batch.dead)) if n not in failing])
    return Batch(kept.columns, kept.dead + [_letter(batch, n, why) for n, why in sorted(failing.items())])


def _part(batch: Batch, items: Sequence[int]) -> Batch:
    entries, dead = batch.entries, batch.dead
    count = len(entries)
    return Batch.of([entries[n] for n in items if n < count], [dead[n - count] for n in items if n >= count])


def _letter(batch: Batch, n: int, why: str) -> Dead:
    entries = batch.entries
    if n >= len(entries):
        return of_letter(batch.dead[n - len(entries)], why, WHY)
    return of_entry(entries[n], why, pack([entries[n]]), WHY)
