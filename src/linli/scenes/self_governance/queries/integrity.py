"""Integrity points as the desk and the person look at them: what is proposed, what was decided, what could be rewarded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from linli.kernel.access import Actor, as_system, require
from linli.kernel.points import queries as books
from linli.kernel.points.models import Transfer
from linli.kernel.points.queries import Balance
from linli.kernel.points.queries.statement import Line
from linli.kernel.points.words import declared_word

from ..models import Commendation, Deduction, SignUp
from ..points import BROKEN, INTEGRITY
from ..verbs.common import JOINS, READS

MOST = 50
BACK = timedelta(days=60)
"""So long after it somebody's not having come may still be spoken of."""


@dataclass(frozen=True, slots=True)
class Office:
    """`open`: waits for a second person; `missed`: nobody proposed anything; `praised`: commendations without a reward."""

    open: Sequence[Deduction]
    missed: Sequence[SignUp]
    praised: Sequence[Commendation]
    decided: Sequence[Deduction]

    @property
    def persons(self) -> set[UUID]:
        rows = (*self.open, *self.missed, *self.praised, *self.decided)
        return {one.person_id for one in rows}


def office(by: Actor, *, at: datetime) -> Office:
    """In the actor's scope; row level security says which. Five queries. Names are read with `read_integrity`."""
    require(by, READS)
    said = Deduction.objects.select_related("sign_up__shift__activity", "proposed_by", "decided_by")
    missed = SignUp.objects.filter(
        state="no_show", heads=1, deduction=None, lasts__startswith__gt=at - BACK
    ).select_related("shift__activity")
    recent = list(
        Commendation.objects.filter(recorded_at__gt=at - BACK)
        .select_related("unit")
        .order_by("-recorded_at")[:MOST]
    )
    with as_system():
        keys = Transfer.objects.filter(ledger=INTEGRITY.name, key__in=[f"commended:{one.id}" for one in recent])
        done = set(keys.values_list("key", flat=True))
    return Office(
        open=list(said.filter(decided_at=None).order_by("proposed_at")[:MOST]),
        missed=list(missed.order_by("-lasts")[:MOST]),
        praised=[one for one in recent if f"commended:{one.id}" not in done],
        decided=list(said.exclude(decided_at=None).order_by("-decided_at")[:20]),
    )


@dataclass(frozen=True, slots=True)
class Own:
    """One's own: what is on the account, what is proposed and not yet decided, what was, and every line with its rule."""

    balance: Balance | None
    open: Sequence[Deduction]
    decided: Sequence[Deduction]
    lines: Sequence[Line]


def own(by: Actor) -> Own:
    require(by, JOINS)
    balance = next(iter(books.mine(by, ledger=INTEGRITY.name)), None)
    rows = list(
        Deduction.objects.filter(person=by.person_id)
        .select_related("sign_up__shift__activity")
        .order_by("-proposed_at")[:MOST]
    )
    lines = books.statement(balance.account.id, by=by, limit=20).lines if balance else ()
    return Own(
        balance, [r for r in rows if r.decided_at is None], [r for r in rows if r.decided_at is not None], lines
    )


def rule_of_deductions() -> tuple[str, int, int]:
    """The rule's word, its version, and how many points it takes."""
    return declared_word("points", BROKEN.name), BROKEN.version, BROKEN.amount


def waiting(by: Actor) -> int:
    """How many proposals wait for one's own word."""
    if by.person_id is None:
        return 0
    return Deduction.objects.filter(person=by.person_id, decided_at=None, answered_at=None).count()
