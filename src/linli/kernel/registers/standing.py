"""Which of several facts about one element of one subject is in force, and what a person should look at. Pure.

The rule:
1. What was rejected or erased does not count.
2. The strongest source wins (`Element.rank`); among equals the fact that was last seen to be so; then the one recorded last.
3. A decision holds over all that was known when it was made. After it only what was seen later counts beside the fact
   that was chosen; and a source that merely repeats what was decided against does not count.

A person should look (a conflict) where a fact that counts differs from the one in force and
- was seen later: a weaker source, or one that repeats itself after a decision, knows something newer (`later`); or
- either of the two was written down by somebody who had not seen the other: a phone that was offline (`unaware`),
  as long as nobody who knew both has looked since: wrote something, or confirmed what is in force (还是这样).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact as the rule sees it. `says` is equal where two facts say the same."""

    id: UUID
    source: str
    rank: int
    says: Hashable
    seen_at: datetime
    recorded_at: datetime
    unaware_of: UUID | None = None
    looked_at: datetime | None = None
    """When somebody who had it before them last wrote down that it is still so."""

    @property
    def strength(self) -> tuple[int, datetime, datetime, UUID]:
        """Sorted by, the last is the strongest."""
        return (-self.rank, self.seen_at, self.recorded_at, self.id)


@dataclass(frozen=True, slots=True)
class Decided:
    """A person chose a fact at an instant."""

    fact: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in force, and why somebody should look: "later", "unaware" or nothing; `against` are the facts that differ."""

    in_force: UUID | None
    why: str = ""
    against: tuple[UUID, ...] = ()


def stand(live: Iterable[Candidate], decided: Decided | None = None) -> Standing:
    """The rule. `live` are the facts that are neither rejected nor erased, `decided` the latest decision, if any; one whose
    fact is no longer live does not hold."""
    known = list(live)
    if not known:
        return Standing(None)
    chosen = next((c for c in known if decided is not None and c.id == decided.fact), None)
    holds = decided if chosen is not None else None
    counting = [c for c in known if _counts(c, known, holds)]
    first = max(counting, key=lambda c: c.strength)
    later = [c for c in known if _later(c, first, holds)]
    fresh = [c for c in known if holds is None or c.recorded_at > holds.at or c is first]
    unaware = [c for c in fresh if _unaware(c, first, counting)]
    against = tuple(c.id for c in sorted({*later, *unaware}, key=lambda c: c.strength, reverse=True))
    return Standing(first.id, "unaware" if unaware and not later else "later" if later else "", against)


def _counts(one: Candidate, known: Sequence[Candidate], decided: Decided | None) -> bool:
    if decided is None or one.id == decided.fact:
        return True
    if one.seen_at <= decided.at:
        return False
    return not _repeats(one, known, decided)


def _repeats(one: Candidate, known: Sequence[Candidate], decided: Decided) -> bool:
    """Whether its source said just this when it was decided against."""
    chosen = next(c for c in known if c.id == decided.fact)
    return one.says != chosen.says and any(
        c.says == one.says and c.source == one.source and c.recorded_at <= decided.at for c in known
    )


def _later(one: Candidate, first: Candidate, decided: Decided | None) -> bool:
    if one.says == first.says or one.seen_at <= first.seen_at:
        return False
    return decided is None or one.seen_at > decided.at


def _unaware(one: Candidate, first: Candidate, counting: Sequence[Candidate]) -> bool:
    """Whether it and what is in force were written down past each other, and nobody has looked at both since."""
    if one.says == first.says or (one.unaware_of != first.id and first.unaware_of != one.id):
        return False
    recorded, seen = max(one.recorded_at, first.recorded_at), max(one.seen_at, first.seen_at)
    if first.looked_at is not None and first.looked_at > recorded and first.seen_at > one.seen_at:
        return False
    return not any(c.unaware_of is None and c.recorded_at > recorded and c.seen_at > seen for c in counting)
