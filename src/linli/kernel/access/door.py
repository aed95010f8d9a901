"""The one door for permission, and the setting row level security looks at.

`require` is the first lock, asked by every verb. The second is in PostgreSQL: every policy compares a row
with the settings `linli.sees`, `linli.scope` (and `linli.also`), `linli.unit` and `linli.person` that `looking_as`
writes.
A connection on which nobody wrote them sees no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection
from django.utils.translation import gettext as _

from .actor import SYSTEM, Actor
from .prepared import prepared
from .refusal import NotAllowed
from .roles import PERMISSIONS

_NAMES = ("linli.sees", "linli.scope", "linli.also", "linli.unit", "linli.person")
_SET = "SELECT " + ", ".join(f"set_config('{name}', %s, false)" for name in _NAMES)
_NOW = "SELECT " + ", ".join(f"current_setting('{name}', true)" for name in _NAMES)


def covers(actor: Actor, place_code: str) -> bool:
    """Whether a place lies in the actor's scope."""
    return actor.scope == "*" or place_code.startswith(actor.scopes)


def holds(actor: Actor, permission: str) -> bool:
    """Whether the actor's role has a permission at all, wherever it may be."""
    granted = PERMISSIONS[actor.role]
    return permission in granted or "*" in granted


def allows(actor: Actor, permission: str, place_code: str) -> bool:
    """Whether the actor may do this at this place."""
    return holds(actor, permission) and covers(actor, place_code)


def require(actor: Actor, permission: str, place_code: str | None = None) -> None:
    """Raise NotAllowed with a sentence unless the actor may do this (at this place, when one is given)."""
    if not holds(actor, permission):
        raise NotAllowed(_("您现在的岗位没有做这件事的权限。"), code="role")
    if place_code is not None and not covers(actor, place_code):
        raise NotAllowed(_("这件事不在您的管辖范围内。"), code="scope")


def look_as(actor: Actor) -> None:
    """From now on this connection sees what the actor may see. Each request and each job begins with it."""
    values = (
        actor.sees.value,
        actor.scope,
        ",".join(actor.also),
        str(actor.unit_id or ""),
        str(actor.person_id or ""),
    )
    with prepared() as cursor:
        cursor.execute(_SET, values)


@contextmanager
def looking_as(actor: Actor) -> Iterator[None]:
    """Look as the actor inside the block, and as before after it."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        before = cursor.fetchone()
    look_as(actor)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(_SET, tuple(value or "" for value in before))


def as_system() -> AbstractContextManager[None]:
    """The system's own eyes, for sign-in, the worker and migrations: sees every row."""
    return looking_as(SYSTEM)
