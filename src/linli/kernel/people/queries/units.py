"""What units are called."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from linli.kernel.access import as_system
from linli.kernel.access.prepared import read

_NAMES = """
SELECT 'unit', id::text, name FROM people_unit WHERE id = ANY(%s)
UNION ALL
SELECT 'post', p.id::text, u.name FROM people_post p JOIN people_unit u ON u.id = p.unit_id WHERE p.id = ANY(%s)
"""


def unit_names(units: Collection[UUID], posts: Collection[UUID]) -> tuple[dict[str, str], dict[str, str]]:
    """Names of units by unit id and by post id, as texts; one query, none for nobody. A unit's name is no secret, so the
    system's eyes read it."""
    found: dict[str, dict[str, str]] = {"unit": {}, "post": {}}
    if units or posts:
        with as_system():
            for which, key, name in read(_NAMES, [list(units), list(posts)]):
                found[which][key] = name
    return found["unit"], found["post"]
