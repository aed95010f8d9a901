"""Data elements 数据元 and forms 表单, as values (GB/T 19488.1, ISO/IEC 11179): what is asked once and shared.

    LIVES_ALONE = Element("lives-alone", Type.YES_NO, About.PERSON, purpose="elder-care", basis="elder-law",
                          keeps=days(730), owner="civil-affairs")
    VISIT = Form("elder-visit", About.PERSON, groups=(Group("care", (Ask("lives-alone", required=True),)),),
                 visit=True, every=days(7))

An element belongs to no form: whoever needs it arranges it in one, and what is known already is shown, not asked again.
Its purpose, its lawful basis and how long it is kept are said where it is declared (docs/rights.md, 4); their words
stand in words.toml under `purpose` and `basis`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .devices import LONGEST_NAME, seconds
from .matters import SLUG
from .spans import Span, Unit

MOST_CHOICES = 200
MOST_ASKED = 120
"""Elements on one form: more is nobody's visit."""
LONGEST_TEXT = 1000


class Type(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    PHONE = "phone"
    IDENTITY = "identity"
    PLACE = "place"
    FILE = "file"


NUMBERS = (Type.INTEGER, Type.DECIMAL)
CHOSEN = (Type.CHOICE, Type.CHOICES)


class About(StrEnum):
    """What a fact is about."""

    PERSON = "person"
    HOUSEHOLD = "household"
    PLACE = "place"
    THING = "thing"


class Sensitivity(StrEnum):
    """OPEN may be shown to whoever reads the register; PERSONAL is about somebody; SENSITIVE (PIPL art. 28) is sealed in
    its column, masked on every page and unmasked one at a time with a reason."""

    OPEN = "open"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class Source(StrEnum):
    """Where a fact comes from: an office's own data, a visit, an entry at a desk, the person themselves, a table that was
    brought in; and what was put right after somebody contested it."""

    DEPARTMENT = "department"
    VISIT = "visit"
    STAFF = "staff"
    RESIDENT = "resident"
    IMPORT = "import"
    CORRECTION = "correction"


Precedence = tuple[tuple[Source, ...], ...]
"""Groups of sources, the strongest first; one that stands in no group is weaker than all of them."""


@dataclass(frozen=True, slots=True)
class Codes:
    """A code list 代码表 (value domain). Its words: name_zh, and <choice>_zh for each choice, under `codes` in words.toml."""

    name: str
    choices: tuple[str, ...]

    def faults(self) -> Iterator[str]:
        if not SLUG.match(self.name) or len(self.name) > LONGEST_NAME:
            yield f"codes {self.name!r}: the name must be lower-case words joined by hyphens"
        if not 2 <= len(self.choices) <= MOST_CHOICES:
            yield f"codes {self.name!r}: has {len(self.choices)} choices, where 2 to {MOST_CHOICES} make sense"
        for choice, count in Counter(self.choices).items():
            if count > 1:
                yield f"codes {self.name!r}: the choice {choice!r} stands there {count} times"
            if not SLUG.match(choice) or choice == "name":
                yield f"codes {self.name!r}: the choice {choice!r} must be lower-case words joined by hyphens"


@dataclass(frozen=True, slots=True)
class Element:
    """One data element. `keeps` counts from when it was last seen to be so. `precedence` says whose word stands when
    sources differ: within one group the later observation does; empty, all sources are alike. `digits` are the decimals of
    a DECIMAL; `unit` is a symbol of GB 3100 or a counter word."""

    name: str
    type: Type
    about: About
    purpose: str
    basis: str
    keeps: Span
    owner: str
    sensitivity: Sensitivity = Sensitivity.PERSONAL
    unit: str = ""
    digits: int = 0
    codes: Codes | None = None
    low: int | None = None
    high: int | None = None
    longest: int = 200
    precedence: Precedence = ()

    def rank(self, source: str) -> int:
        """How strong a source is, 0 the strongest. What was put right after a contest is as strong as any."""
        if source == Source.CORRECTION:
            return 0
        for number, group in enumerate(self.precedence):
            if source in group:
                return number
        return len(self.precedence)

    @property
    def sealed(self) -> bool:
        return self.sensitivity is Sensitivity.SENSITIVE

    @property
    def days(self) -> int:
        return seconds(self.keeps) // 86400

    def faults(self) -> Iterator[str]:
        for fault in self._faults():
            yield f"element {self.name!r}: {fault}"

    def _faults(self) -> Iterator[str]:
        if not SLUG.match(self.name) or len(self.name) > LONGEST_NAME:
            yield "the name must be lower-case words joined by hyphens"
        if not (self.purpose and self.basis and self.owner):
            yield "needs a purpose, a lawful basis and a department that owns it"
        if self.keeps.unit is not Unit.DAY or not 1 <= self.keeps.amount <= 36_600:
            yield f"{self.keeps} is no time a fact is kept: say days"
        if (self.codes is not None) != (self.type in CHOSEN):
            yield "has a code list just when something is chosen from it"
        if self.codes is not None:
            yield from self.codes.faults()
        if (self.unit or self.low is not None or self.high is not None) and self.type not in NUMBERS:
            yield "only a number has a unit and a range"
        if self.low is not None and self.high is not None and self.low > self.high:
            yield f"has no range between {self.low} and {self.high}"
        if not 0 <= self.digits <= 6 or (self.digits and self.type is not Type.DECIMAL):
            yield "only a decimal has digits after its point, six at most"
        if not 1 <= self.longest <= LONGEST_TEXT:
            yield f"a text is 1 to {LONGEST_TEXT} characters long"
        if self.type is Type.IDENTITY and not self.sealed:
            yield "an identity number is sensitive"
        if self.sealed and self.about in (About.PLACE, About.THING):
            yield "what is sensitive is about a person or a household"
        for source, count in Counter(s for group in self.precedence for s in group).items():
            if count > 1:
                yield f"the source {source!r} stands {count} times in its precedence"


@dataclass(frozen=True, slots=True)
class Shown:
    """Asked only when another element of the form has one of these values: "yes", "no", a choice."""

    element: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """An element on a form. `own`: who it is about may say it themselves, on their phone; as the source RESIDENT, with the
    rank the element gives it."""

    element: str
    required: bool = False
    when: Shown | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """An arrangement of elements about one kind of subject. `version` rises when what is asked changes. A `visit` 走访 is
    made where the subject lives, on the phone, and comes due again `every` so often."""

    name: str
    about: About
    groups: tuple[Group, ...]
    version: int = 1
    visit: bool = False
    every: Span | None = None

    @property
    def asks(self) -> tuple[Ask, ...]:
        return tuple(ask for group in self.groups for ask in group.asks)

    @property
    def elements(self) -> tuple[str, ...]:
        return tuple(ask.element for ask in self.asks)

    def ask(self, element: str) -> Ask | None:
        return next((ask for ask in self.asks if ask.element == element), None)

    def faults(self) -> Iterator[str]:
        for fault in self._faults():
            yield f"form {self.name!r}: {fault}"

    def _faults(self) -> Iterator[str]:
        if not SLUG.match(self.name) or len(self.name) > LONGEST_NAME:
            yield "the name must be lower-case words joined by hyphens"
        if self.version < 1:
            yield "versions count from one"
        if not 1 <= len(self.asks) <= MOST_ASKED:
            yield f"asks {len(self.asks)} elements, where 1 to {MOST_ASKED} make sense"
        if self.every is not None and (not self.visit or self.every.unit is not Unit.DAY or self.every.amount < 1):
            yield "only a visit comes due again, after so many days"
        for name, count in Counter(self.elements).items():
            if count > 1:
                yield f"asks {name!r} {count} times"
        seen: set[str] = set()
        for ask in self.asks:
            if ask.when is not None and ask.when.element not in seen:
                yield f"{ask.element!r} is shown by what {ask.when.element!r} says, which is not asked before it"
            if ask.own and self.about is not About.PERSON:
                yield f"{ask.element!r} is about a {self.about}: only a person says something about themselves"
            if ask.when is not None and not ask.when.values:
                yield f"{ask.element!r} is never shown"
            seen.add(ask.element)

    def misfits(self, elements: Mapping[str, Element]) -> Iterator[str]:
        """What it asks of elements that are not declared, or are about something else."""
        for ask in self.asks:
            element = elements.get(ask.element)
            if element is None:
                yield f"form {self.name!r}: no scene declares the element {ask.element!r}"
            elif element.about is not self.about:
                yield f"form {self.name!r}: is about a {self.about}, and {ask.element!r} about a {element.about}"
            elif ask.when is not None and (other := elements.get(ask.when.element)) is not None:
                known = other.codes.choices if other.codes else ("yes", "no") if other.type is Type.YES_NO else ()
                for value in ask.when.values:
                    if value not in known:
                        yield f"form {self.name!r}: {other.name!r} is never {value!r}, which shows {ask.element!r}"
