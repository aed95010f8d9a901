"""What a resident asks about the matters they reported: the list, and one of them with what is open in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, as_system

from ..facts import facts_of
from ..flow import possible
from ..models import OPEN, Attachment, Matter, Question, State

PAGE = 30


@dataclass(frozen=True, slots=True)
class Mine:
    """One page of my matters: those that wait for my answer (on the first page all of them), then the newest.

    `before` is the cursor of the next page, "" when there is none.
    """

    asking: Sequence[Matter]
    rest: Sequence[Matter]
    before: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The matter mine was merged into, as far as its reporter is told: how far it is, and how it ended."""

    number: str
    state: str
    finish_due: datetime
    reply: str


@dataclass(frozen=True, slots=True)
class MyMatter:
    """One matter of mine, and what I can do: `can` holds the verbs of the transition table open to me."""

    matter: Matter
    question: Question | None
    photos: Sequence[Attachment]
    unit: str
    can: frozenset[str]
    elsewhere: Elsewhere | None = None
    why_not: dict[str, str] = field(default_factory=dict)


def mine(by: Actor, *, before: str = "", limit: int = PAGE) -> Mine:
    """The matters this person reported. Two queries, one on the pages after the first."""
    matters = _reported_by(by)
    asked = Question.objects.filter(matter=OuterRef("pk"), answered_at=None)
    asking = list(matters.filter(Exists(asked)).annotate(asked_text=_text(asked))) if not before else []
    rest = matters.exclude(Exists(asked))
    if cursor := _read(before):
        opened_at, matter_id = cursor
        rest = rest.filter(opened_at__lte=opened_at).exclude(opened_at=opened_at, id__gte=matter_id)
    rows = list(rest[: limit + 1])
    more = len(rows) > limit
    return Mine(asking, rows[:limit], _write(rows[limit - 1]) if more else "")


def open_of(by: Actor) -> int:
    """How many of the matters this person reported under their name are not over yet."""
    return _reported_by(by).filter(state__in=OPEN, anonymous=False).count()


def my_matter(matter_id: UUID, by: Actor) -> MyMatter:
    """One matter. Raises NotFound, in the same words, whether there is none or it is somebody else's."""
    matter = (
        Matter.objects.filter(id=matter_id, reporter_id=by.person_id, reporter__isnull=False)
        .annotate(unit_name=F("lead_unit__name"))
        .first()
    )
    if matter is None:
        raise NotFound(_("没有找到这件事，或者它不是您反映的。"))
    verbs = possible(matter, facts_of(matter), by)
    return MyMatter(
        matter=matter,
        question=matter.questions.filter(answered_at=None).first(),
        photos=list(matter.attachments.filter(for_reporter=True).order_by("added_at", "id")),
        unit=matter.unit_name or "",
        can=frozenset(verb.verb for verb in verbs if verb.allowed),
        why_not={verb.verb: verb.why for verb in verbs if not verb.allowed},
        elsewhere=_elsewhere(matter),
    )


def numbered(number: str, by: Actor) -> UUID:
    """The id of a matter of mine by the number people quote. Raises NotFound."""
    found = _reported_by(by).filter(number=number.strip()).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(_("没有找到这件事，或者它不是您反映的。"))
    return found


def waiting_for_me(by: Actor) -> int:
    """How many of my matters wait for an answer of mine."""
    return _reported_by(by).filter(Exists(Question.objects.filter(matter=OuterRef("pk"), answered_at=None))).count()


def _reported_by(by: Actor) -> QuerySet[Matter]:
    if by.person_id is None:
        return Matter.objects.none()
    return Matter.objects.filter(reporter_id=by.person_id).order_by("-opened_at", "-id")


def _text(asked: QuerySet[Question]) -> Subquery:
    return Subquery(asked.values("text")[:1])


def _elsewhere(matter: Matter) -> Elsewhere | None:
    """Row level security hides the other's matter; its reporter is told these four things and no more."""
    if matter.state != State.MERGED or matter.merged_into_id is None:
        return None
    with as_system():
        row = (
            Matter.objects.filter(id=matter.merged_into_id)
            .values_list("number", "state", "finish_due", "reply")
            .first()
        )
    return Elsewhere(*row) if row else None


def _write(matter: Matter) -> str:
    return f"{matter.opened_at.isoformat()}~{matter.id}"


def _read(cursor: str) -> tuple[datetime, UUID] | None:
    """A cursor as this module wrote it; anything else is the first page."""
    at, _tilde, key = cursor.partition("~")
    try:
        opened_at, matter_id = datetime.fromisoformat(at), UUID(key)
    except ValueError:
        return None
    return (opened_at, matter_id) if opened_at.tzinfo else None
