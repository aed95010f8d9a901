"""What a saying is made of: the record, what it needs to be told, and words for what it names.

A record's `before` and `after` are JSON: instants are ISO strings, ids are strings. A record whose content was
erased (PIPL) has neither: its sentence is then said without the particulars.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from linli.kernel.audit.models import Record
from linli.kernel.catalogue.language import language
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock import words as clock_words
from linli.kernel.clock.reckoning import Line


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence; what somebody wrote; the arithmetic of a date, line by line; and the tone it is drawn in.

    Tones: "" an ordinary step, accent (the reporter's own), paused, reminded, supervised, done.
    """

    sentence: str
    quote: str = ""
    lines: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A record with what is needed to tell it: names of units by id, and whether it is told to its reporter."""

    record: Record
    units: Mapping[str, str] = field(default_factory=dict)
    to_reporter: bool = False

    @property
    def after(self) -> Mapping[str, Any]:
        return self.record.after or {}

    @property
    def before(self) -> Mapping[str, Any]:
        return self.record.before or {}

    @property
    def note(self) -> str:
        return self.record.note or ""

    def unit(self, unit_id: object) -> str:
        return self.units.get(str(unit_id or ""), "") or _("承办单位")

    def quoted(self, noun: str, *names: str) -> str:
        """A text within one of the verb's own details: quoted("order", "text")."""
        found: Any = self.after.get(noun)
        for name in names:
            found = found.get(name) if isinstance(found, Mapping) else None
        return str(found or "")

    def arithmetic(self, name: str) -> tuple[str, ...]:
        written = (self.after.get("arithmetic") or {}).get(name) or []
        return tuple(clock_words.sentences(Line.from_json(line) for line in written))


Saying = Callable[[Told], Said]


def moment(written: object) -> str:
    """ "11月23日 15:30" in the place's time, from an ISO instant; "" when there is none."""
    if not written:
        return ""
    at = timezone.localtime(datetime.fromisoformat(str(written)))
    return str(format_date(at, _("n月j日 H:i")))


def word(noun: str, name: object) -> str:
    return catalogue().word(noun, str(name or ""), language())


def join(names: Iterable[str]) -> str:
    return _("、").join(names)


def promised(sentence: str, due: object) -> str:
    """The sentence and the date it promises."""
    if not due:
        return sentence
    return _("%(sentence)s，承诺 %(date)s 前办结") % {"sentence": sentence, "date": moment(due)}
