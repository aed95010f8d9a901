"""Which of the matters near may be the same one: triage's comparison, with its reasons in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linli.kernel.triage.similar import Candidate, Point, similar
from linli.kernel.triage.text import Message


def likely_same(matter: dict[str, Any], near: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `near` that are probably the same matter, likeliest first, with `likeness` in percent and `why`."""
    rows = {row["id"]: row for row in near}
    found = similar(_candidate(matter), [_candidate(row) for row in near])
    return [
        {
            **rows[str(like.id)],
            "likeness": round(like.probability * 100),
            "why": [_(reason.sentence) % reason.values for reason in like.reasons],
        }
        for like in found
    ]


def _candidate(row: dict[str, Any]) -> Candidate:
    point = Point(row["lon"], row["lat"]) if row["lon"] is not None else None
    return Candidate(
        id=row["id"],
        text=Message(row["title"], row["body"]),
        at=row["opened_at"],
        point=point,
        place_code=row["place_code"],
        kind=row["kind"],
    )
