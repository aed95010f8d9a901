"""Owners' committees as pages show them: founding, terms that end, members, records, what is still to be handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, Sees, require

from .. import founding
from ..models import Handed, HandOver, Owners, OwnersMember, OwnersRecord, OwnersTerm, Seat
from ..verbs.common import READS, day_of, over, own

_ORDER = {seat.value: n for n, seat in enumerate(Seat)}


@dataclass(frozen=True, slots=True)
class Row:
    """One committee in a list. `state`: founding, serving, near (its end is three months off or nearer), over (its end has gone
    and nobody was elected)."""

    owners: Owners
    term: OwnersTerm | None
    state: str
    step: founding.Standing | None

    @property
    def done(self) -> bool:
        return self.state == "serving"


def rows(by: Actor, at: datetime) -> list[Row]:
    """Those the actor's organisations support, what presses first. Three queries beside one's own."""
    require(by, READS)
    mine = own(by)
    found = Owners.objects.select_related("organisation")
    if by.sees is not Sees.ALL:
        found = found.filter(organisation__path__contains=[mine.id]) if mine else found.none()
    order = {"over": 0, "near": 1, "founding": 2, "serving": 3}
    told = _rows(found.order_by("place_code", "name")[:200], day_of(at))
    return sorted(told, key=lambda row: (order[row.state], row.term.ends_on if row.term else date.max))


def at_home(place_code: str, at: datetime) -> list[Row]:
    """Those whose area lies in a neighbourhood, or holds a home (a longer code): one's own first. Two queries."""
    found = Owners.objects.filter(place_code__startswith=place_code[:12]).order_by("place_code")
    return sorted(_rows(found[:100], day_of(at)), key=lambda row: not place_code.startswith(row.owners.place_code))


def _rows(found: Sequence[Owners], today: date) -> list[Row]:
    running = Prefetch(
        "terms", OwnersTerm.objects.filter(ended_on=None).select_related("matter"), to_attr="running"
    )
    return [_row(one, today) for one in found.prefetch_related(running, "steps")]  # type: ignore[attr-defined]


def _row(one: Owners, today: date) -> Row:
    term = next(iter(one.running), None)  # type: ignore[attr-defined]
    if term is None:
        steps = founding.standing({step.kind: step.on for step in one.steps.all()}, today)
        return Row(one, None, "founding", next((step for step in steps if step.done_on is None), None))
    state = "over" if term.ends_on <= today else "near" if founding.warn_on(term.ends_on) <= today else "serving"
    return Row(one, term, state, None)


@dataclass(frozen=True, slots=True)
class Told:
    """A record; of a result whether it met art. 278."""

    record: OwnersRecord
    counted: founding.Counted | None


@dataclass(frozen=True, slots=True)
class HandingOver:
    """A term that is over: what was handed, what is missing, until when the law wanted it."""

    term: OwnersTerm
    handed: Sequence[HandOver]
    missing: Sequence[str]
    due: date
    late: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """One committee with everything of it the reader may read."""

    row: Row
    steps: Sequence[founding.Standing]
    members: Sequence[OwnersMember]
    records: Sequence[Told]
    over: HandingOver | None
    terms: Sequence[OwnersTerm]

    @property
    def owners(self) -> Owners:
        return self.row.owners

    @property
    def founded(self) -> bool:
        """Whether its founding is written down here: one that was founded before stands without its steps."""
        return any(step.done_on for step in self.steps)

    @property
    def upcoming(self) -> founding.Standing | None:
        """The first step that is not done."""
        return next((step for step in self.steps if step.done_on is None), None)


def whole(by: Actor, owners_id: UUID, at: datetime) -> Whole:
    """For who supports it. Raises NotFound."""
    require(by, READS)
    found = Owners.objects.filter(pk=owners_id).select_related("organisation")
    one = found.first()
    if one is None or not over(by, one.organisation):
        raise NotFound(_("没有这个业委会，或者它不归您管。"))
    return _whole(found, at, published=False)


def posted(place_code: str, owners_id: UUID, at: datetime) -> Whole:
    """For residents of its neighbourhood: what was published. Raises NotFound."""
    found = Owners.objects.filter(pk=owners_id, place_code__startswith=place_code[:12])
    if len(place_code) < 12 or not found.exists():
        raise NotFound(_("没有这个业委会，或者它不在您的居村。"))
    return _whole(found.select_related("organisation"), at, published=True)


def _whole(found, at: datetime, *, published: bool) -> Whole:  # type: ignore[no-untyped-def]
    today = day_of(at)
    row = _rows(found, today)[0]
    one = row.owners
    terms = list(one.terms.select_related("matter").order_by("-number"))
    members = list(row.term.members.filter(left_on=None)) if row.term else []
    records = one.records.order_by("-on", "-made_at")
    kept = records.exclude(published_at=None) if published else records
    steps = founding.standing({step.kind: step.on for step in one.steps.all()}, today)
    return Whole(
        row, steps, sorted(members, key=lambda m: (_ORDER[m.position], m.pk)), [Told(r, counted_of(r)) for r in kept[:60]],
        _handing_over(terms, today), terms,
    )  # fmt: skip


def counted_of(record: OwnersRecord) -> founding.Counted | None:
    names = ("item", "area_all", "area_in", "area_for", "heads_all", "heads_in", "heads_for")
    return founding.Counted(**{name: getattr(record, name) for name in names}) if record.item is not None else None


def _handing_over(terms: Sequence[OwnersTerm], today: date) -> HandingOver | None:
    """Of the latest term that is over: it hands over to the next, or to the street until there is one."""
    over_ = next((term for term in terms if term.ended_on is not None or term.ends_on <= today), None)
    if over_ is None:
        return None
    handed = list(over_.handed.order_by("on", "pk"))
    missing = [what for what in Handed.values if what not in {one.what for one in handed}]
    due = (over_.ended_on or over_.ends_on) + timedelta(days=founding.HAND_OVER)
    return HandingOver(over_, handed, missing, due, bool(missing) and due < today)
