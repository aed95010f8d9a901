"""What the kernel's JSON holds, as templates want it: instants as times, places by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from linli.kernel.places import queries as places

_STREET, _HOOD = 9, 12


def with_times(value: Any, name: str = "") -> Any:
    """The same JSON with its instants (names ending in _at, _due, due_before, due_after) as aware datetimes."""
    if isinstance(value, dict):
        return {key: with_times(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_times(inner, name) for inner in value]
    if isinstance(value, str) and name.endswith(("_at", "_due", "due_before", "due_after")):
        return datetime.fromisoformat(value)
    return value


def with_places(rows: Iterable[dict[str, Any]], scope: str) -> list[dict[str, Any]]:
    """Rows with `place`, the neighbourhood's name, and `above`, the street's when the reader looks over several."""
    listed = list(rows)
    lengths = (_HOOD,) if len(scope) >= _STREET else (_STREET, _HOOD)
    names = places.names({row["place_code"][:n] for row in listed for n in lengths})
    for row in listed:
        line = [names.get(row["place_code"][:n], "") for n in lengths if len(row["place_code"]) >= n]
        *above, row["place"] = list(filter(None, line)) or [""]
        row["above"] = above[0] if above else ""
    return listed
