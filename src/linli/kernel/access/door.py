"""The one door for permission, and the setting row level security looks at.

`require` is the first lock, asked by every verb. The second is in PostgreSQL: every policy compares a row
with the settings `linli.sees`, `linli.scope` (and `linli.also`), `linli.unit` and `linli.person` that `looking_as`
writes.
A connection on which nobody wrote them sees no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection, transaction
from django.utils.translation import gettext as _

from .actor import SYSTEM, Actor
from .prepared import ask
from .refusal import NotAllowed
from .roles import PERMISSIONS

_NAMES = ("linli.sees", "linli.scope", "linli.also", "linli.unit", "linli.person")
_SET = "SELECT " + ", ".join(f"set_config('{name}', %s, false)" for name in _NAMES)
# What they were is read before any is changed.
_EXCHANGE = (
    "WITH before AS MATERIALIZED (SELECT "  # noqa: S608 - made of the five names above
    + ", ".join(f"coalesce(current_setting('{name}', true), '') AS eye_{n}" for n, name in enumerate(_NAMES))
    + ") SELECT before.*, "
    + ", ".join(f"set_config('{name}', %s, false)" for name in _NAMES)
    + " FROM before"
)


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
    ask(_SET, eyes_of(actor))


def put_on(column: str) -> str:
    """SQL, for a select list, that puts on the eyes a row keeps as an array of text; none for one that keeps none."""
    return ", ".join(
        f"set_config('{name}', coalesce({column}[{n}], ''), false)" for n, name in enumerate(_NAMES, 1)
    )


def eyes_of(actor: Actor) -> tuple[str, ...]:
    """What row level security compares, in the order of its settings."""
    return (
        actor.sees.value,
        actor.scope,
        ",".join(actor.also),
        str(actor.unit_id or ""),
        str(actor.person_id or ""),
    )


@contextmanager
def looking_as(actor: Actor) -> Iterator[None]:
    """Look as the actor inside the block, and as before after it."""
    before = [(value or b"").decode() for value in ask(_EXCHANGE, eyes_of(actor))[0][: len(_NAMES)]]
    try:
        yield
    finally:
        if not connection.needs_rollback:
            ask(_SET, before)


def as_system() -> AbstractContextManager[None]:
    """The system's own eyes, for sign-in, the worker and migrations: sees every row."""
    return looking_as(SYSTEM)


@contextmanager
def act() -> Iterator[None]:
    """One transaction with the system's eyes, for a verb: it asks permission itself, and finds its rows by id."""
    with transaction.atomic(), as_system():
        yield
