"""What can be asked of triage: a kind for a text, what may be the same matter, topics, and how good it is.

All of it only suggests, and is silent where it is switched off (`verbs.switch`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from linli.kernel.access import Actor, Role, looking_as, require
from linli.kernel.catalogue.language import language
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.models import OPEN
from linli.kernel.matters.queries.nearby import nearby

from .model import Model
from .model import Suggestion as Guess
from .models import Switch
from .similar import Candidate, Likeness, Point, similar
from .suggesting import in_force
from .text import Message

LEAST = 0.05
"""A kind less probable than this is no suggestion."""
NEAR, LATELY = 300.0, 28
"""Metres and days in which a duplicate is looked for."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A kind by its declared word, its department, how sure (0-1), and the words of the text that decided."""

    kind: str
    word: str
    department: str
    department_word: str
    confidence: float
    words: tuple[str, ...]

    @property
    def percent(self) -> int:
        return round(self.confidence * 100)


def is_on(place_code: str = "") -> bool:
    """Whether suggestions are shown here: the nearest switch decides, without any they are. One query."""
    prefixes = ["", *(place_code[:n] for n in range(2, len(place_code) + 1))]
    rows = dict(Switch.objects.filter(place_code__in=prefixes).values_list("place_code", "on"))
    return rows[max(rows, key=len)] if rows else True


WORTH_SAYING = 20
"""Percent. A guess among some seventy kinds that is less sure than this helps nobody decide."""


def suggest(title: str, body: str, *, place_code: str = "", most: int = 3) -> tuple[Suggestion, ...]:
    """The likeliest kinds of a text, best first; none for an empty text or where it is switched off. Two queries."""
    if not (title + body).strip() or not is_on(place_code):
        return ()
    model = in_force()
    if model is None:
        return ()
    return tuple(
        _told(guess) for guess in _declared(model, Message(title, body), most) if guess.confidence >= LEAST
    )


def _declared(model: Model, message: Message, most: int) -> list[Guess]:
    """A model may know kinds that are declared no more."""
    kinds = catalogue().kinds
    unknown = sum(label not in kinds for label in model.labels)
    return [guess for guess in model.suggest(message, most + unknown) if guess.label in kinds][:most]


def _told(guess: Guess) -> Suggestion:
    declared, spoken = catalogue(), language()
    owner = declared.kind(guess.label).owner
    return Suggestion(
        guess.label,
        declared.word("matter", guess.label, spoken),
        owner,
        declared.word("department", owner, spoken),
        guess.confidence,
        guess.words,
    )


def likely_duplicates(
    actor: Actor,
    *,
    place_code: str,
    lon: float | None,
    lat: float | None,
    at: datetime,
    title: str,
    body: str,
    kind: str | None = None,
) -> list[dict[str, Any]]:
    """Rows of `matters.queries.nearby` the actor sees that are probably the same, likeliest first, each with its
    `likeness`: a Likeness with probability and reasons. None where it is switched off."""
    if not is_on(place_code):
        return []
    rows = nearby(actor, place_code=place_code, lon=lon, lat=lat, at=at, metres=NEAR, days=LATELY)
    asked = {"id": None, "title": title, "body": body, "opened_at": at, "place_code": place_code, "kind": kind}
    found = compare({**asked, "lon": lon, "lat": lat}, rows)
    by_id = {row["id"]: row for row in rows}
    return [{**by_id[str(like.id)], "likeness": like} for like in found]


def compare(matter: dict[str, Any], near: list[dict[str, Any]]) -> tuple[Likeness, ...]:
    """`similar` over rows of `nearby`."""
    return similar(_candidate(matter), [_candidate(row) for row in near])


def _candidate(row: dict[str, Any]) -> Candidate:
    opened = row["opened_at"]
    return Candidate(
        id=row["id"],
        text=Message(row["title"], row["body"]),
        at=opened if isinstance(opened, datetime) else datetime.fromisoformat(opened),
        point=Point(row["lon"], row["lat"]) if row["lon"] is not None and row["lat"] is not None else None,
        place_code=row["place_code"],
        kind=row["kind"],
    )


@dataclass(frozen=True, slots=True)
class Already:
    """An open public matter that may be the same: its kind, how far, since when, how it stands. No word of its text."""

    kind: str
    metres: int | None
    opened_at: datetime
    state: str


def already_reported(
    *,
    place_code: str,
    lon: float | None,
    lat: float | None,
    at: datetime,
    title: str,
    body: str,
    kind: str | None = None,
    most: int = 3,
) -> list[Already]:
    """For a resident before sending: what may be told to anybody, seen with a partner's eyes in the street.

    Row level security lets through public matters only; of those nothing a person wrote is handed on.
    """
    eyes = Actor(role=Role.PARTNER, scope=place_code[:9])
    with looking_as(eyes):
        rows = likely_duplicates(
            eyes, place_code=place_code, lon=lon, lat=lat, at=at, title=title, body=body, kind=kind
        )
    return [
        Already(row["kind"], row["metres"], datetime.fromisoformat(row["opened_at"]), row["state"])
        for row in rows
        if row["state"] in OPEN
    ][:most]


@dataclass(frozen=True, slots=True)
class Share:
    """How often the likeliest suggestion was what staff decided, for one kind or one street."""

    name: str
    decided: int
    right: int

    @property
    def share(self) -> float:
        return self.right / self.decided


@dataclass(frozen=True, slots=True)
class Figures:
    whole: Share
    kinds: tuple[Share, ...]
    streets: tuple[Share, ...]


_FIGURES = """
SELECT grouping(kind, p9), kind, p9, count(*), count(*) FILTER (WHERE suggested = kind)
FROM (SELECT kind, suggested, left(place_code, 9) AS p9 FROM triage_decision
      WHERE suggested <> '' AND starts_with(place_code, %s) AND (%s::timestamptz IS NULL OR decided_at >= %s)) d
GROUP BY GROUPING SETS ((), (kind), (p9)) ORDER BY 1, 4 DESC, 2, 3
"""


def figures(actor: Actor, since: datetime | None = None) -> Figures:
    """Suggestions against decisions in the actor's scope, whole, by kind and by street: rule 7's error by group.

    Only matters a model had been asked about before it could learn from them. One query.
    """
    require(actor, "matters.read")
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, ["" if actor.scope == "*" else actor.scope, since, since])
        rows = cursor.fetchall()
    whole, kinds, streets = Share("", 0, 0), [], []
    for level, kind, street, decided, right in rows:
        share = Share(kind or street or "", decided, right)
        if level == 3:
            whole = replace(share, name="")
        elif level == 1:
            kinds.append(share)
        else:
            streets.append(share)
    return Figures(whole, tuple(kinds), tuple(streets))
