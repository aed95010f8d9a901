"""Dues as pages show them: a branch's month, a member's own, and who has paid nothing for half a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Count, F, Prefetch, Sum, When
from django.db.models.functions import Greatest

from linli.kernel.access import Actor, as_system, require

from .. import cards, dues
from ..models import Bracket, Category, Declared, Due, Member, RateTable
from ..verbs.common import READS, day_of
from ..verbs.dues import base_of
from .meetings import _branch
from .own import own_member

LONG = 6
"""连续六个月不交党费 (党章 art. 9): from here on the branch has to talk to them; nothing happens by itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """A member's month: what is owed, what came. `state`: paid, late (after the month), short, waived, owed."""

    due: Due
    name: str
    state: str


def state_of(due: Due) -> str:
    """Paid in time, late (in full, after its month), short, waived whole, or owed still."""
    if due.waived and due.waived == due.owed:
        return "waived"
    if due.missing == 0:
        late = due.paid_on is not None and due.paid_on >= dues.next_month(due.month)
        return "late" if late else "paid"
    return "short" if due.paid else "owed"


@dataclass(frozen=True, slots=True)
class Month:
    """A branch's month: its lines, and who declared nothing (names)."""

    rows: list[Row]
    without: list[tuple[UUID, str]]
    owed: int
    paid: int

    @property
    def missing(self) -> int:
        return sum(row.due.missing for row in self.rows)


def month(by: Actor, branch_id: UUID, first: date) -> Month:
    """What a branch's members owe for a month. Four queries. Raises NotFound."""
    branch = _branch(by, branch_id)
    found = (
        Due.objects.filter(branch=branch, month=first)
        .select_related("member", "table")
        .prefetch_related("payments")
    )
    rows = [Row(due, cards.of(due.member).name, state_of(due)) for due in found]
    members = Member.objects.filter(branch=branch, gone_on=None, stage__in=("probationary", "full"))
    declared = Declared.objects.filter(since__lte=first).values("member_id")
    without = [(one.id, cards.of(one).name) for one in members.exclude(pk__in=declared)]
    order = ["owed", "short", "late", "paid", "waived"]
    return Month(
        sorted(rows, key=lambda r: (order.index(r.state), r.name)), sorted(without, key=lambda w: w[1]),
        sum(r.due.owed - r.due.waived for r in rows), sum(r.due.paid for r in rows),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """A branch's dues of a month in figures, for the table of branches."""

    branch_id: UUID
    members: int
    owed: int
    paid: int
    missing: int


def sums(by: Actor, first: date) -> dict[UUID, Figures]:
    """Figures of a month by branch, as far as the actor sees. One query."""
    require(by, READS)
    found = Due.objects.filter(month=first).values("branch_id").annotate(
        n=Count("pk"), o=Sum(F("owed") - F("waived")), p=Sum("paid"), m=Sum(Greatest(F("owed") - F("waived") - F("paid"), 0))
    )  # fmt: skip
    return {row["branch_id"]: Figures(row["branch_id"], row["n"], row["o"], row["p"], row["m"]) for row in found}


def long_unpaid(by: Actor, branch_id: UUID, at: datetime) -> list[tuple[UUID, str, int]]:
    """(member, name, months) of who has paid nothing for six months in a row and more. Two queries."""
    branch = _branch(by, branch_id)
    today = dues.first_of(day_of(at))
    rows = (
        Due.objects.filter(branch=branch, month__lt=today).order_by("member_id", "-month").select_related("member")
    )
    run: dict[UUID, int] = {}
    over: set[UUID] = set()
    members: dict[UUID, Member] = {}
    for due in rows:
        members[due.member_id] = due.member
        if due.member_id in over:
            continue
        if due.paid or (due.waived and due.waived == due.owed):
            over.add(due.member_id)
        else:
            run[due.member_id] = run.get(due.member_id, 0) + 1
    return [(pk, cards.of(members[pk]).name, n) for pk, n in run.items() if n >= LONG]


@dataclass(frozen=True, slots=True)
class Own:
    """One's own dues: what was declared, and the months, the latest first."""

    base: int | None
    category: str
    rows: list[Row]


def own_dues(by: Actor, limit: int = 24) -> Own | None:
    """None for who is in no branch. Three queries."""
    member = own_member(by)
    if member is None:
        return None
    with as_system():
        declared = Declared.objects.filter(member=member).order_by("-since").first()
        found = Due.objects.filter(member=member).select_related("table").order_by("-month")[:limit]
        rows = [Row(due, "", state_of(due)) for due in found]
    if declared is None:
        return Own(None, "", rows)
    return Own(base_of(declared), str(declared.get_category_display()), rows)


def tables() -> list[RateTable]:
    """Every table of rates, the latest first, with its brackets in order. Two queries; rates are public."""
    order = Case(*(When(category=value, then=n) for n, value in enumerate(Category.values)))
    brackets = Prefetch("brackets", Bracket.objects.order_by(order, "above"))
    return list(RateTable.objects.order_by("-since").prefetch_related(brackets))
