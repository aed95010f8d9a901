"""Who acts: one account in one post, through one door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from .levels import Level, level_of_scope
from .roles import Role, Sees, sees_of


class Via(StrEnum):
    """The door an act came through; written into every audit record."""

    WEB = "web"
    API = "api"
    WORKER = "worker"
    IMPORT = "import"
    SHELL = "shell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One account working in one post. A session has one active post, so there is exactly one scope.

    `scope` is a place-code prefix: "" sees no place, "*" every place (the system itself). `also` holds other
    prefixes that mean the same places while rows are being carried from old codes to new ones (`moves.also`). A proxy acts
    with their own account and name for the person `person_id`, whose name is `on_behalf`.
    """

    role: Role
    scope: str = ""
    also: tuple[str, ...] = ()
    name: str = ""
    account_id: UUID | None = None
    person_id: UUID | None = None
    post_id: UUID | None = None
    unit_id: UUID | None = None
    via: Via = Via.WEB
    address: str = ""
    on_behalf: str = ""

    @property
    def level(self) -> Level:
        return level_of_scope(self.scope)

    @property
    def scopes(self) -> tuple[str, ...]:
        """Every prefix under which the actor's places lie; empty for who sees none."""
        return (self.scope, *self.also) if self.scope else ()

    @property
    def sees(self) -> Sees:
        return sees_of(self.role)

    def through(self, via: Via) -> Actor:
        return replace(self, via=via)


SYSTEM = Actor(role=Role.SYSTEM, scope="*", name="系统", via=Via.WORKER)
ANONYMOUS = Actor(role=Role.ANONYMOUS)
