"""What the verbs of this room share: permission at a subject, its history, and putting facts in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli.kernel import audit
from linli.kernel.access import Actor, require
from linli.kernel.access import act as act
from linli.kernel.access.lines import fitting
from linli.kernel.declare import Element

from ..defined import elements as defined
from ..models import Conflict, Decision, Fact, State
from ..standing import Candidate, Decided, stand
from ..subjects import Subject
from ..values import says

READS, ENTERS, DECIDES, CHANGES = "registers.read", "registers.enter", "registers.decide", "registers.change"
CONTESTS = "registers.contest"
LIVE = (State.IN_FORCE, State.BESIDE)


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


def candidate(fact: Fact, element: Element | None) -> Candidate:
    """A fact as the rule sees it; of an element that nobody declares any more, all sources are alike."""
    said = bytes(fact.print) if fact.print is not None else says(element, fact.value)
    rank = element.rank(fact.source) if element else 0
    return Candidate(fact.id, fact.source, rank, said, fact.seen_at, fact.recorded_at, fact.unaware_of)


def put_in_force(subject: Subject, names: Iterable[str], at: datetime) -> dict[str, str]:
    """Reckon anew, for some elements of a subject that is held, which fact is in force and whether somebody should look.

    Returns why by element, for those where somebody should. Five queries, and a few more where something changes.
    """
    wanted = list(dict.fromkeys(names))
    facts: dict[str, list[Fact]] = {name: [] for name in wanted}
    for fact in Fact.objects.filter(subject=subject.id, element__in=wanted, state__in=LIVE).defer("sealed"):
        facts[fact.element].append(fact)
    decided: dict[str, Decided] = {}
    for row in Decision.objects.filter(subject=subject.id, element__in=wanted).order_by("at", "id"):
        decided[row.element] = Decided(row.fact_id, row.at)
    known = defined(wanted)
    lowered: list[Fact] = []
    raised: list[Fact] = []
    whys: dict[str, str] = {}
    for name in wanted:
        element = known[name].element if name in known else None
        standing = stand([candidate(fact, element) for fact in facts[name]], decided.get(name))
        for fact in facts[name]:
            if fact.id == standing.in_force and fact.state != State.IN_FORCE:
                raised.append(fact)
            elif fact.id != standing.in_force and fact.state == State.IN_FORCE:
                lowered.append(fact)
        if standing.why:
            whys[name] = standing.why
    # Lowered first: there is never more than one in force.
    Fact.objects.filter(pk__in=[fact.id for fact in lowered]).update(state=State.BESIDE)
    Fact.objects.filter(pk__in=[fact.id for fact in raised]).update(state=State.IN_FORCE)
    _conflicts(subject, wanted, whys, at)
    return whys


def _conflicts(subject: Subject, wanted: list[str], whys: Mapping[str, str], at: datetime) -> None:
    """Open what somebody should look at, and end what has settled itself."""
    standing = {row.element: row for row in Conflict.objects.filter(subject=subject.id, element__in=wanted, end="")}
    fresh = [
        Conflict(
            about=subject.about,
            subject=subject.id,
            element=name,
            place_code=subject.place_code,
            why=why,
            opened_at=at,
        )
        for name, why in whys.items()
        if name not in standing
    ]
    Conflict.objects.bulk_create(fresh)
    settled = [row.id for name, row in standing.items() if name not in whys]
    Conflict.objects.filter(pk__in=settled).update(end=Conflict.End.SETTLED, ended_at=at)
