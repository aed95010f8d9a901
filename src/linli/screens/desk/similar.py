"""Which of the matters near may be the same one: triage's comparison, with its reasons in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linli.kernel.triage.queries import compare, is_on


def likely_same(matter: dict[str, Any], near: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `near` that are probably the same matter, likeliest first, with `likeness` in percent and `why`;
    none where suggestions are switched off."""
    if not near or not is_on(matter["place_code"]):
        return []
    rows = {row["id"]: row for row in near}
    found = compare(matter, near)
    return [
        {
            **rows[str(like.id)],
            "likeness": round(like.probability * 100),
            "why": [_(reason.sentence) % reason.values for reason in like.reasons],
        }
        for like in found
    ]
