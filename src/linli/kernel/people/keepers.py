"""Who keeps what about a person: every room above that stores something says so here, once, when it starts.

A copy and a farewell must be whole (PIPL arts 45 and 47), and this room cannot know what rooms above it keep. So
they hand down a `Keeper` (docs/adr/0008). Its functions run in the transaction of the verb, with the system's eyes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

Word = str | Promise
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of a copy: a title, the columns as (name, words), and rows of plain values by column name.

    Values are text, numbers, instants or None; a list is several of them.
    """

    name: str
    title: Word
    columns: tuple[tuple[str, Word], ...]
    rows: Sequence[Row]
    note: Word = ""


def as_plain(chapters: Sequence[Chapter]) -> dict[str, Any]:
    """A copy for programs: chapter by name, with its title, the words of its columns and its rows."""
    return {
        chapter.name: {
            "title": str(chapter.title),
            "columns": {name: str(words) for name, words in chapter.columns},
            "rows": list(chapter.rows),
        }
        for chapter in chapters
    }


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who asks to be forgotten: the person, and the account they signed in with, if any."""

    person_id: UUID
    account_id: UUID | None


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something done only with a person's consent: its name, and what the person agrees to, in their words.

    `without` says what happens without consent: nothing is refused to somebody who does not agree.
    """

    name: str
    words: Word
    without: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """A room, a scene or a gateway that keeps something about persons.

    `copy` returns chapters for a person; its second argument says whether it goes into the person's own hands
    (True) or is printed at the counter, where what was reported without a name must not appear. `forget` erases.
    `goes` and `stays` tell the person beforehand what is erased, and what is not and why. `withdrawn` puts an end
    to what was done for a purpose, in the transaction in which the consent is taken back. `sayings` are words for
    what its verbs write into a person's own history ("matters.read_theirs"); `telling` completes them from what the record
    says, where the room keeps other things than a card's fields; `histories` names further streams that are the
    person's own, where `person:<id>` would tell too much by itself. `joined` is told that one registration (first)
    turned out to be another person's second, after what points at it followed (`following`), and returns what it wants to
    remember; `parted` is given that back when they are two after all.
    """

    name: str
    copy: Callable[[UUID, bool], Sequence[Chapter]]
    forget: Callable[[Leaving, datetime], None]
    goes: tuple[Word, ...] = ()
    stays: tuple[Word, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    withdrawn: Callable[[UUID, str, datetime], None] | None = None
    sayings: Mapping[str, Word] = field(default_factory=dict)
    telling: Callable[[Word, Mapping[str, Any]], str] | None = None
    histories: Callable[[UUID], Sequence[str]] | None = None
    joined: Callable[[UUID, UUID, datetime], Any] | None = None
    parted: Callable[[UUID, UUID, Any, datetime], None] | None = None


@dataclass(slots=True)
class Keepers:
    """The keepers of this process, in the order in which their rooms started: from the bottom up."""

    known: dict[str, Keeper] = field(default_factory=dict)

    def add(self, keeper: Keeper) -> None:
        self.known[keeper.name] = keeper

    def chapters(self, person_id: UUID, *, own: bool) -> list[Chapter]:
        return [chapter for keeper in self.known.values() for chapter in keeper.copy(person_id, own)]

    def forget(self, leaving: Leaving, at: datetime) -> None:
        """From the top down: what hangs on a person goes before the person."""
        for keeper in reversed(self.known.values()):
            keeper.forget(leaving, at)

    def withdrawn(self, person_id: UUID, purpose: str, at: datetime) -> None:
        for keeper in self.known.values():
            if keeper.withdrawn is not None:
                keeper.withdrawn(person_id, purpose, at)

    def joined(self, alias: UUID, standing: UUID, at: datetime) -> dict[str, Any]:
        """What each room remembers of two registrations becoming one."""
        told = {k.name: k.joined(alias, standing, at) for k in self.known.values() if k.joined is not None}
        return {name: memory for name, memory in told.items() if memory}

    def parted(self, alias: UUID, standing: UUID, told: Mapping[str, Any], at: datetime) -> None:
        """From the top down: the last to join is the first to part."""
        for keeper in reversed(self.known.values()):
            if keeper.parted is not None:
                keeper.parted(alias, standing, told.get(keeper.name), at)

    def purposes(self) -> dict[str, Purpose]:
        """What somebody here may be asked to agree to, by name."""
        return {purpose.name: purpose for keeper in self.known.values() for purpose in keeper.purposes}

    def sayings(self) -> dict[str, Word]:
        return {verb: words for keeper in self.known.values() for verb, words in keeper.sayings.items()}

    def histories(self, person_id: UUID) -> list[str]:
        """Every stream that is a person's own. With the system's eyes."""
        own = [keeper.histories(person_id) for keeper in self.known.values() if keeper.histories is not None]
        return [f"person:{person_id}", *(stream for streams in own for stream in streams)]

    def tellings(self) -> dict[str, Callable[[Word, Mapping[str, Any]], str]]:
        """Who completes the words of which verb."""
        return {verb: k.telling for k in self.known.values() if k.telling is not None for verb in k.sayings}

    def goes(self) -> list[str]:
        return [str(words) for keeper in self.known.values() for words in keeper.goes]

    def stays(self) -> list[str]:
        return [str(words) for keeper in self.known.values() for words in keeper.stays]


keepers = Keepers()
