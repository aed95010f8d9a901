"""A volunteer's own: what comes, what was, what waits for them, and their record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, as_system, require
from linli.kernel.people.models import Person
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.points import queries as books
from linli.kernel.points.queries import Balance

from .. import flow
from ..models import Appeal, Certificate, Commendation, SignUp, Training, Volunteer
from ..verbs.common import JOINS

COMING = ("applied", "waiting", "in", "arrived")
STANDS = ("certified", "appealed")
"""What was certified stands while it is being reviewed."""
LATEST = 30


@dataclass(frozen=True, slots=True)
class Mine:
    """`asks`: sign-ups of minors that wait for my agreement, with the child's name."""

    coming: Sequence[SignUp]
    past: Sequence[SignUp]
    asks: Sequence[tuple[SignUp, str]]


def mine(by: Actor, *, at: datetime) -> Mine:
    """Three queries."""
    require(by, JOINS)
    rows = _whole(SignUp.objects.filter(person=by.person_id))
    coming = list(rows.filter(state__in=COMING).order_by("lasts"))
    past = list(rows.exclude(state__in=COMING).order_by("-lasts")[:LATEST])
    waiting = list(
        _whole(SignUp.objects.filter(guardian=by.person_id, state="applied", guardian_at=None)).order_by("lasts")
    )
    names = _names(one.person_id for one in waiting)
    return Mine(coming, past, [(one, names.get(one.person_id, "")) for one in waiting])


@dataclass(frozen=True, slots=True)
class One:
    """One sign-up of mine; `place_in_line` counts from one while it waits. `verbs`: what is possible now."""

    sign_up: SignUp
    place: str
    place_in_line: int
    appeals: Sequence[Appeal]
    verbs: frozenset[str]


def one(by: Actor, sign_up_id: UUID, *, at: datetime) -> One:
    """Raises NotFound for anybody else's."""
    require(by, JOINS)
    found = _whole(SignUp.objects.filter(pk=sign_up_id, person=by.person_id)).first()
    if found is None:
        raise NotFound(_("没有这个报名，或者它不是您的。"))
    return One(
        sign_up=found,
        place=places.label(found.place_code, Level.NEIGHBOURHOOD),
        place_in_line=_in_line(found),
        appeals=list(found.appeals.order_by("made_at")),
        verbs=_verbs(found, at),
    )


def of_shift(by: Actor, shift_id: UUID) -> SignUp | None:
    """One's own sign-up for a shift, to find from a scanned code where to go."""
    own = SignUp.objects.filter(shift=shift_id, person=by.person_id).exclude(state="cancelled")
    return own.order_by("-joined_at").first() if by.person_id else None


def _verbs(found: SignUp, at: datetime) -> frozenset[str]:
    theirs = {"withdraw", "check_in", "check_out", "appeal"}
    possible = {verb for verb in theirs if flow.possible(flow.SIGN_UP, verb, found.state)}
    if found.appeals.exists():
        possible -= {"appeal"}
    if found.state == SignUp.State.IN and at >= found.shift.starts_at:
        possible -= {"withdraw"}
    return frozenset(possible)


def _in_line(found: SignUp) -> int:
    if found.state != SignUp.State.WAITING:
        return 0
    with as_system():
        return found.shift.sign_ups.filter(state="waiting", joined_at__lte=found.joined_at).count()


@dataclass(frozen=True, slots=True)
class Record:
    """The five groups of a volunteer's record (条例 art. 19)."""

    person: Person
    volunteer: Volunteer | None
    services: int
    minutes: int
    by_kind: Sequence[tuple[str, int]]
    trainings: Sequence[Training]
    commendations: Sequence[Commendation]
    stars: float | None
    rated: int
    certificates: Sequence[Certificate]


def record(by: Actor) -> Record:
    """One's own."""
    require(by, JOINS)
    if by.person_id is None:
        raise NotFound(_("没有您的登记。"))
    with as_system():
        return record_of(by.person_id)


def record_of(person_id: UUID) -> Record:
    """For a verb or a query that has asked who may read it."""
    person = Person.objects.get(pk=person_id)
    done = list(
        SignUp.objects.filter(person=person, state__in=STANDS, minutes__isnull=False).values_list(
            "shift__activity__kind", "minutes", "stars"
        )
    )
    kinds: dict[str, int] = {}
    for kind, minutes, _stars in done:
        kinds[kind] = kinds.get(kind, 0) + (minutes or 0)
    stars = [star for _kind, _minutes, star in done if star]
    return Record(
        person=person,
        volunteer=Volunteer.objects.filter(person=person).first(),
        services=len(done),
        minutes=sum(kinds.values()),
        by_kind=sorted(kinds.items(), key=lambda pair: -pair[1]),
        trainings=list(Training.objects.filter(person=person).select_related("unit").order_by("-held_on")),
        commendations=list(Commendation.objects.filter(person=person).select_related("unit").order_by("-given_on")),
        stars=round(sum(stars) / len(stars), 1) if stars else None,
        rated=len(stars),
        certificates=list(Certificate.objects.filter(person=person).order_by("-issued_at")[:20]),
    )


def certificate(by: Actor, certificate_id: UUID) -> Certificate:
    """One's own, or for staff at the place. Raises NotFound."""
    found = Certificate.objects.select_related("unit").filter(pk=certificate_id).first()
    if found is None:
        raise NotFound(_("没有这份证明。"))
    return found


def balances(by: Actor) -> dict[str, Balance]:
    """One's own accounts by ledger: points on the card, time saved, integrity points."""
    return {balance.account.ledger: balance for balance in books.mine(by)}


def _whole(rows: QuerySet[SignUp]) -> QuerySet[SignUp]:
    return rows.select_related("shift__activity__unit")


def _names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of one's own children: the guardian knows them."""
    with as_system():
        return dict(Person.objects.filter(pk__in=list(ids)).values_list("id", "name"))
