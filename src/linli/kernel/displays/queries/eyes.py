"""With whose eyes a display looks: two actors that can do nothing, and see what row level security gives them.

A board sees what is public at its place. A television has two pairs: what is public where it stands, and what is its
person's own. Each page says which it asks with; nothing is ever asked with both at once.
"""

from __future__ import annotations

from uuid import UUID

from linli.kernel.access import Actor, Role, also
from linli.kernel.places import queries as places

from ..models import Display, State

NEIGHBOURHOOD = 12
"""Digits: what is told in public is told of the neighbourhood, not of the house a screen stands in."""


def public_eyes(display: Display) -> Actor:
    """Of a screen that is not enrolled: eyes that see nothing."""
    scope = display.place_code[:NEIGHBOURHOOD] if display.state == State.ENROLLED else ""
    return Actor(role=Role.BOARD, scope=scope, also=also(scope, places.open_moves()), name=display.name)


def own_eyes(display: Display) -> Actor:
    """A television's: its person's own matters, and none besides. A board has no person, and so sees nothing with them."""
    person_id = display.person_id if display.state == State.ENROLLED else None
    return Actor(role=Role.TV, scope=display.place_code, person_id=person_id, name=display.name)


def household_of(display: Display) -> UUID | None:
    return display.household_id
