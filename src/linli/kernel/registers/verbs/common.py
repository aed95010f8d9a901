"""What the verbs of this room share: permission at a subject, its history, and putting facts in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli.kernel import audit
from linli.kernel.access import Actor, require
from linli.kernel.access import act as act
from linli.kernel.access.lines import fitting
from linli.kernel.declare import Element

from ..defined import elements as defined
from ..models import Confirmation, Conflict, Decision, Fact, State
from ..standing import Candidate, Decided, stand
from ..subjects import Subject
from ..values import says

READS, ENTERS, DECIDES, CHANGES = "registers.read", "registers.enter", "registers.decide", "registers.change"
CONTESTS = "registers.contest"
LIVE = (State.IN_FORCE, State.BESIDE)
Which = tuple[UUID, str]
"""A subject's id, and an element."""


def text_of(value: str, most: int, field: str, *, needed: bool = True) -> str:
    """Text as it is kept, with something in it. Raises Invalid when it is missing or too long."""
    return fitting(value.replace("\x00", " ").strip(), most, field, needed=needed, letters=2)


def require_at(by: Actor, permission: str, subject: Subject) -> None:
    """The permission at the subject's place. Raises NotAllowed."""
    require(by, permission, subject.place_code)


def record(
    by: Actor,
    at: datetime,
    verb: str,
    subject: Subject,
    *,
    after: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> None:
    """What was done, in the history of each person it is about, so that they can read it; of none, in the subject's own.

    Names of elements are told, never what they say: history needs no unsealing to erase."""
    told: list[tuple[str, str, tuple[UUID, ...]]] = [
        (f"person:{key}", code, (key,)) for key, code in subject.persons
    ]
    entries = [
        audit.Entry(stream, code, person_ids=persons, after=after, note=note)
        for stream, code, persons in told or [(subject.stream, subject.place_code, ())]
    ]
    audit.append_each(entries, by=by, at=at, verb=f"registers.{verb}")


def kept_until(element: Element, seen_at: datetime) -> Any:
    return (seen_at + timedelta(days=element.days)).date()


def candidate(fact: Fact, element: Element | None, looked_at: datetime | None = None) -> Candidate:
    """A fact as the rule sees it; of an element that nobody declares any more, all sources are alike."""
    said = bytes(fact.print) if fact.print is not None else says(element, fact.value)
    rank = element.rank(fact.source) if element else 0
    return Candidate(fact.id, fact.source, rank, said, fact.seen_at, fact.recorded_at, fact.unaware_of, looked_at)


def put_in_force(subject: Subject, names: Iterable[str], at: datetime) -> dict[str, str]:
    """Reckon anew, for some elements of a subject that is held, which fact is in force and whether somebody should look.

    Returns why by element, for those where somebody should. Five queries, and a few more where something changes.
    """
    whys = put_each_in_force([(subject, list(names))], at)
    return {name: why for (_subject, name), why in whys.items()}


def put_each_in_force(several: Sequence[tuple[Subject, Sequence[str]]], at: datetime) -> dict[Which, str]:
    """The same for many subjects, in as many queries. Returns why by subject and element."""
    subjects = {subject.id: subject for subject, _names in several}
    wanted = {(subject.id, name) for subject, names in several for name in names}
    facts, decided = _live(subjects, wanted)
    looked = _looked(facts)
    known = defined(sorted({name for _key, name in wanted}))
    lowered: list[UUID] = []
    raised: list[UUID] = []
    whys: dict[Which, str] = {}
    for key in sorted(wanted):
        element = known[key[1]].element if key[1] in known else None
        standing = stand([candidate(f, element, looked.get(f.id)) for f in facts[key]], decided.get(key))
        for fact in facts[key]:
            if fact.id == standing.in_force and fact.state != State.IN_FORCE:
                raised.append(fact.id)
            elif fact.id != standing.in_force and fact.state == State.IN_FORCE:
                lowered.append(fact.id)
        if standing.why:
            whys[key] = standing.why
    # Lowered first: there is never more than one in force.
    Fact.objects.filter(pk__in=lowered).update(state=State.BESIDE)
    Fact.objects.filter(pk__in=raised).update(state=State.IN_FORCE)
    _conflicts(subjects, wanted, whys, at)
    return whys


def _live(
    subjects: Collection[UUID], wanted: Collection[Which]
) -> tuple[dict[Which, list[Fact]], dict[Which, Decided]]:
    """Facts that count, and the latest decision, by subject and element."""
    about = {"subject__in": list(subjects), "element__in": sorted({name for _key, name in wanted})}
    facts: dict[Which, list[Fact]] = {key: [] for key in wanted}
    for fact in Fact.objects.filter(**about, state__in=LIVE).defer("sealed"):
        if (fact.subject, fact.element) in facts:
            facts[fact.subject, fact.element].append(fact)
    decided = {
        (row.subject, row.element): Decided(row.fact_id, row.at)
        for row in Decision.objects.filter(**about).order_by("at", "id")
    }
    return facts, decided


def _looked(facts: Mapping[Which, Sequence[Fact]]) -> dict[UUID, datetime]:
    """When facts were last confirmed by somebody who had seen them; asked only where some were written past each other."""
    asked = [
        fact.id
        for group in facts.values()
        if any(fact.unaware_of is not None for fact in group)
        for fact in group
        if fact.unaware_of is None
    ]
    if not asked:
        return {}
    rows = Confirmation.objects.filter(fact__in=asked).order_by("entry__recorded_at")
    return dict(rows.values_list("fact", "entry__recorded_at"))


def _conflicts(
    subjects: Mapping[UUID, Subject], wanted: Collection[Which], whys: Mapping[Which, str], at: datetime
) -> None:
    """Open what somebody should look at, and end what has settled itself."""
    names = sorted({name for _key, name in wanted})
    rows = Conflict.objects.filter(subject__in=list(subjects), element__in=names, end="")
    standing = {(row.subject, row.element): row for row in rows if (row.subject, row.element) in wanted}
    fresh = [
        Conflict(
            about=subjects[key].about,
            subject=key,
            element=name,
            place_code=subjects[key].place_code,
            why=why,
            opened_at=at,
        )
        for (key, name), why in whys.items()
        if (key, name) not in standing
    ]
    Conflict.objects.bulk_create(fresh)
    settled = [row.id for which, row in standing.items() if which not in whys]
    Conflict.objects.filter(pk__in=settled).update(end=Conflict.End.SETTLED, ended_at=at)
