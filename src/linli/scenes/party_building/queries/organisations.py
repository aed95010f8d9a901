"""Organisations as pages show them: the tree, one with its terms and figures, elections that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, Sees, as_system, require

from .. import cards
from ..models import Kind, Member, Office, Organisation, Position, Stage, Term, Transfer
from ..verbs.common import READS, day_of, over, own

SOON = timedelta(days=180)
"""How long before its election a term is called due: those above ask half a year ahead."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the tree: how deep, how many members (full and probationary), how many on the way."""

    organisation: Organisation
    depth: int
    members: int
    coming: int
    due_on: date | None
    late: bool


def tree(by: Actor, at: datetime) -> list[Row]:
    """The actor's organisation and all beneath it, in order. Three queries."""
    require(by, READS)
    mine = own(by)
    found = Organisation.objects.filter(dissolved_on=None)
    if by.sees is not Sees.ALL:
        found = found.filter(path__contains=[mine.id]) if mine else found.none()
    rows = list(found.select_related("parent"))
    counts = _counts(rows)
    terms = {
        t.organisation_id: t.put_off_to or t.due_on
        for t in Term.objects.filter(ended_on=None, organisation__in=rows)
    }
    return [_row(one, depth, rows, counts, terms, day_of(at)) for one, depth in _in_order(rows)]


def _in_order(rows: list[Organisation]) -> list[tuple[Organisation, int]]:
    known = {one.id for one in rows}
    below: dict[UUID | None, list[Organisation]] = {}
    for one in rows:
        below.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
    told: list[tuple[Organisation, int]] = []

    def tell(parent: UUID | None, depth: int) -> None:
        for one in sorted(
            below.get(parent, []), key=lambda o: (o.kind == Kind.GROUP, o.place_code, o.founded_on, o.name)
        ):
            told.append((one, depth))
            tell(one.id, depth + 1)

    tell(None, 0)
    return told


def _counts(rows: list[Organisation]) -> dict[UUID, tuple[int, int]]:
    found = Member.objects.filter(gone_on=None, branch__in=rows).values("branch_id", "group_id")
    counted = found.annotate(
        members=Count("pk", filter=Q(stage__in=("probationary", "full"))),
        coming=Count("pk", filter=~Q(stage__in=("probationary", "full"))),
    )
    sums: dict[UUID, tuple[int, int]] = {}
    for line in counted:
        for key in {line["branch_id"], line["group_id"]} - {None}:
            members, coming = sums.get(key, (0, 0))
            sums[key] = members + line["members"], coming + line["coming"]
    return sums


def _row(
    one: Organisation, depth: int, rows: list[Organisation], counts: dict[UUID, tuple[int, int]],
    terms: dict[UUID, date], today: date,
) -> Row:  # fmt: skip
    ids = [other.id for other in rows if one.id in other.path and other.kind == Kind.BRANCH] or [one.id]
    members, coming = (sum(counts.get(i, (0, 0))[n] for i in ids) for n in (0, 1))
    due = terms.get(one.id)
    return Row(one, depth, members, coming, due, due is not None and due < today)


def elections_due(by: Actor, at: datetime) -> list[Term]:
    """Terms whose election is due within half a year or is late, the latest first. One query beside one's own."""
    require(by, READS)
    mine = own(by)
    found = Term.objects.filter(ended_on=None, organisation__dissolved_on=None).select_related("organisation")
    if by.sees is not Sees.ALL:
        found = found.filter(organisation__path__contains=[mine.id]) if mine else found.none()
    until = day_of(at) + SOON
    due = found.filter(Q(put_off_to=None, due_on__lte=until) | Q(put_off_to__lte=until))
    return sorted(due, key=lambda term: term.put_off_to or term.due_on)


def organisation(by: Actor, organisation_id: UUID) -> Organisation:
    """One organisation, the actor's or beneath it. Raises NotFound."""
    require(by, READS)
    found = Organisation.objects.select_related("parent").filter(pk=organisation_id).first()
    if found is None or not over(by, found):
        raise NotFound(_("没有这个党组织，或者它不归您管。"))
    return found


@dataclass(frozen=True, slots=True)
class Seat:
    position: str
    name: str


def committee(found: Organisation) -> tuple[Term | None, list[Seat]]:
    """The term that runs and who sits in its committee, by name. Who leads a branch is told to who sees the branch."""
    term = Term.objects.filter(organisation=found, ended_on=None).first()
    if term is None:
        return None, []
    rows = Office.objects.filter(term=term).select_related("member")
    order = {position.value: n for n, position in enumerate(Position)}
    seats = [Seat(row.position, cards.of(row.member).name) for row in rows]
    return term, sorted(seats, key=lambda seat: order[seat.position])


def branches(by: Actor) -> list[Organisation]:
    """The branches an actor works for: their own, or those beneath. One query beside one's own."""
    mine = own(by)
    found = Organisation.objects.filter(kind=Kind.BRANCH, dissolved_on=None)
    if by.sees is not Sees.ALL:
        found = found.filter(path__contains=[mine.id]) if mine else found.none()
    return list(found.order_by("place_code", "name"))


def everywhere() -> list[tuple[UUID, str]]:
    """Every branch there is, with what stands above it: whom a letter may go to. Organisations are public."""
    rows = Organisation.objects.filter(kind=Kind.BRANCH, dissolved_on=None).select_related("parent")
    return [
        (o.id, f"{o.name} · {o.parent.name}" if o.parent else o.name) for o in rows.order_by("place_code", "name")
    ]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with the name of who is transferred: for both branches, since one hands them to the other."""

    transfer: Transfer
    name: str
    stage: str
    ours: bool
    theirs: bool


def letters(by: Actor, *, open_only: bool = False) -> list[Letter]:
    """Letters from and to the actor's branches, the latest first: the second lock says which. Three queries."""
    require(by, READS)
    mine = {one.id for one in branches(by)}
    found = Transfer.objects.select_related("from_branch", "to_branch").order_by("-opened_on", "-number")
    rows = list((found.filter(state="open") if open_only else found)[:200])
    with as_system():  # the other branch's member is no row of ours before we received them
        members = Member.objects.in_bulk([row.member_id for row in rows])
    return [
        Letter(
            row,
            cards.of(members[row.member_id]).name,
            str(Stage(members[row.member_id].stage).label),
            row.from_branch_id in mine,
            (row.to_branch_id or row.from_branch_id) in mine,
        )
        for row in rows
    ]


def full_members(found: Organisation) -> list[tuple[UUID, str]]:
    """(id, name) of a branch's full members, for the forms of who sees the branch. One query."""
    rows = Member.objects.filter(branch=found, gone_on=None, stage=Stage.FULL)
    return sorted(((row.id, cards.of(row).name) for row in rows), key=lambda pair: pair[1])
