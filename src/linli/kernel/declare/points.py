"""Ledgers 账本 of whole numbers (minutes, points), and the rules by which a person gets or loses some.

One ledger holds one unit: hours, points and integrity points never mix. Points decide about nothing but rewards; no
rule gates, delays or prices a public service (docs/rights.md, 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .matters import SLUG
from .spans import Span, Unit

LONGEST_NAME = 40
MOST = 10**12
"""No amount and no limit is greater: far above any life's minutes, far below what the database holds."""
LEVELS = (2, 4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One kind of books: what is counted, how long it lasts, who may give it away.

    A community, the place of `books` digits above whoever owns an account, keeps books of its own. What somebody holds
    never goes below `lowest` nor above `highest`. What was got expires `expires` (whole days) after the day it was got
    on, what would expire first is spent first. `transferable`: a person may give some to another. `single` is the most
    one act moves. `clearing` is what one community may owe another at most; nought where nothing crosses over.
    """

    name: str
    unit: str = "points"
    expires: Span | None = None
    lowest: int = 0
    highest: int | None = None
    transferable: bool = False
    single: int = 1_000_000
    clearing: int = 0
    books: int = 12

    def faults(self) -> Iterator[str]:
        for fault in self._faults():
            yield f"ledger {self.name!r}: {fault}"

    def _faults(self) -> Iterator[str]:
        if not SLUG.match(self.name) or len(self.name) > LONGEST_NAME:
            yield f"the name must be lower-case words joined by hyphens, {LONGEST_NAME} letters at the most"
        if self.unit not in ("minutes", "points"):
            yield f"counts {self.unit!r}; a ledger counts minutes or points"
        if self.expires is not None and (
            self.expires.unit is not Unit.DAY or not 1 <= self.expires.amount <= 36_600
        ):
            yield "what expires does so after 1 to 36600 whole days"
        if not -MOST <= self.lowest <= 0:
            yield "nobody can be made to begin above nought: lowest is nought or below"
        if self.highest is not None and not 0 < self.highest <= MOST:
            yield "highest is above nought"
        if not 0 < self.single <= MOST:
            yield "one act moves at least one"
        if not 0 <= self.clearing <= MOST:
            yield "what communities may owe each other is nought or more"
        if self.books not in LEVELS:
            yield f"no community has a code of {self.books} digits"


@dataclass(frozen=True, slots=True)
class WhenClosed:
    """The rule follows by itself when a matter of one of these kinds is closed with one of these outcomes.

    `of` is the scene that declares the kinds, where it is another than the rule's.
    """

    kinds: tuple[str, ...]
    outcomes: tuple[str, ...] = ("solved",)
    of: str = ""


@dataclass(frozen=True, slots=True)
class PointsRule:
    """For what somebody gets `amount` (for each `per`, when it is given), or with `takes` loses it.

    `daily`, `monthly` and `ever` are the most one owner gets by this rule in a local day, a month, at all. `evidence`
    names the kinds of evidence one of which must be given; what is taken away always needs some, is told to the person
    and can be appealed. Another `version` whenever amount, caps or text change: a statement names the text as it stood.
    `of` is the scene whose ledger it is, where it is another than the rule's; while that scene is off, the rule sleeps.
    """

    name: str
    ledger: str
    amount: int
    per: str = ""
    to: str = "person"
    takes: bool = False
    daily: int | None = None
    monthly: int | None = None
    ever: int | None = None
    evidence: tuple[str, ...] = ()
    when: WhenClosed | None = None
    version: int = 1
    of: str = ""

    def faults(self) -> Iterator[str]:
        for fault in self._faults():
            yield f"points rule {self.name!r}: {fault}"

    def misfits(self, ledger: Ledger) -> Iterator[str]:
        """What it asks that its ledger does not allow."""
        if self.amount > ledger.single:
            yield f"points rule {self.name!r}: gives more at once than the ledger {ledger.name!r} moves"

    def _faults(self) -> Iterator[str]:
        if not SLUG.match(self.name) or len(self.name) > LONGEST_NAME:
            yield f"the name must be lower-case words joined by hyphens, {LONGEST_NAME} letters at the most"
        if not 0 < self.amount <= MOST:
            yield "an amount is a whole number above nought; what is taken away says `takes`"
        if self.per and not re.fullmatch(r"[a-z]+", self.per):
            yield f"{self.per!r} is no word for what is counted"
        if self.to not in ("person", "unit", "reporter"):
            yield f"goes to {self.to!r}; points go to a person, a unit or the reporter of a matter"
        if self.version < 1:
            yield "versions are counted from one"
        caps = [cap for cap in (self.daily, self.monthly, self.ever) if cap is not None]
        if caps != sorted(caps):
            yield "a day's cap is not above a month's, nor a month's above the cap at all"
        if any(not self.amount <= cap <= MOST for cap in caps):
            yield "a cap below the amount itself would never let anybody have it"
        if any(not SLUG.match(kind) for kind in self.evidence):
            yield "kinds of evidence are lower-case words joined by hyphens"
        if self.takes and not self.evidence:
            yield "nothing is taken from anybody without evidence: name its kinds"
        if self.takes and (self.when is not None or self.to == "reporter"):
            yield "what is taken away is decided by a person, never by itself"
        if (self.to == "reporter") != (self.when is not None):
            yield "a reporter gets points when a matter is closed: `to` and `when` go together"
        if self.when is not None and not (self.when.kinds and self.when.outcomes):
            yield "says when no matter could ever be closed like that"
