"""What a person may be told: a value per kind, declared by the room or scene whose verbs tell it, when it starts.

Sentences are Chinese msgids with named blanks, and are said in the language of whoever reads, when they read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Word = str | Promise
Fields = Mapping[str, Any]
_NAME = re.compile(r"[a-z]+(-[a-z]+)*")
_BLANK = re.compile(r"%\(([a-z_]+)\)s")
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of message.

    `words` is what it is called ("积分扣减"), `says` its sentence with a blank for each of `fields`: text, whole numbers, dates
    and instants. A field that is a name (of a ledger, a state) is made words by `fill`, when it is read. `leads` is the name of
    the address it leads to, "" for none. `owed`: docs/rights.md asks for it (a deduction, a decision over somebody); it cannot
    be switched off, and is told by sms as well to who has no phone that rings. `private` is not shown to a proxy either.
    """

    name: str
    words: Word
    says: Word
    fields: tuple[str, ...] = ()
    leads: str = ""
    owed: bool = False
    private: bool = False
    fill: Callable[[Fields], Fields] | None = None

    def say(self, fields: Fields) -> str:
        """The sentence in the active language."""
        filled = self.fill(fields) if self.fill is not None else fields
        return str(self.says) % {name: _said(value) for name, value in filled.items()}

    def faults(self) -> Iterator[str]:
        """What is wrong with the declaration, each a sentence."""
        if not _NAME.fullmatch(self.name) or len(self.name) > LONGEST_NAME:
            yield f"message {self.name!r}: the name must be lower-case words joined by hyphens"
        blanks = set(_BLANK.findall(str(self.says)))
        if self.fill is None and blanks - set(self.fields):  # what `fill` makes is known when it is read
            yield f"message {self.name!r}: {', '.join(sorted(blanks - set(self.fields)))} is no field of it"


@dataclass(slots=True)
class Kinds:
    """The kinds of this process, in the order in which their rooms started."""

    known: dict[str, Kind] = field(default_factory=dict)

    def add(self, *kinds: Kind) -> None:
        """Raises ValueError for a name that another kind has."""
        for kind in kinds:
            if self.known.get(kind.name, kind) != kind:
                raise ValueError(f"message {kind.name!r} is declared twice")
            self.known[kind.name] = kind

    @property
    def silenceable(self) -> list[Kind]:
        return [kind for kind in self.known.values() if not kind.owed]


kinds = Kinds()


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return format_date(timezone.localtime(value), _("n月j日 H:i"))
    return format_date(value, _("n月j日")) if isinstance(value, date) else str(value)
