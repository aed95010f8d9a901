"""Accounts, their sessions, posts asked for, and keys: what the administrators and the owners look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from linli.kernel.access import Actor, as_system, covers, holds, require

from ..models import Account, ApiKey, Appointment, Post, RecoveryCode, Session, Tally


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One place where an account is signed in. `here` is the one that asks."""

    key: str
    device: str
    address: str
    signed_in_at: datetime | None
    last_seen_at: datetime | None
    here: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A line of the list of staff accounts."""

    id: UUID
    username: str
    name: str
    is_active: bool
    locked: bool
    has_factor: bool
    last_login: datetime | None


def sessions_of(account_id: UUID, *, here: str | None, at: datetime) -> list[SessionRow]:
    """Where an account is signed in, the latest seen first."""
    rows = Session.objects.filter(account_id=account_id, expire_date__gt=at).order_by("-last_seen_at")
    return [
        SessionRow(
            key=row.session_key,
            device=row.device,
            address=row.address,
            signed_in_at=row.signed_in_at,
            last_seen_at=row.last_seen_at,
            here=row.session_key == here,
        )
        for row in rows
    ]


def accounts(by: Actor, *, at: datetime, words: str = "", limit: int = 200) -> list[AccountRow]:
    """Staff accounts by name or user name. For those who change, unlock or disable them."""
    if not any(holds(by, permission) for permission in ("accounts.change", "accounts.unlock", "access.read")):
        require(by, "accounts.change")
    locked = Tally.objects.filter(account=OuterRef("pk"), locked_until__gt=at)
    found = Account.objects.filter(kind=Account.Kind.STAFF).annotate(locked=Exists(locked))
    if words:
        found = found.filter(Q(name__icontains=words) | Q(username__icontains=words))
    return [
        AccountRow(
            id=row.id,
            username=row.username,
            name=row.name,
            is_active=row.is_active,
            locked=row.locked,
            has_factor=row.has_factor,
            last_login=row.last_login,
        )
        for row in found.order_by("username")[:limit]
    ]


def appointments(by: Actor, *, waiting: bool = True) -> list[Appointment]:
    """Posts asked for within the actor's scope, the oldest first; only undecided ones when `waiting`."""
    if not holds(by, "posts.change"):
        require(by, "posts.approve")
    found = Appointment.objects.select_related("account", "unit", "proposed_by", "decided_by")
    if waiting:
        found = found.filter(decided_at=None)
    return [asked for asked in found.order_by("proposed_at")[:500] if covers(by, asked.place_code)]


def keys(by: Actor) -> QuerySet[ApiKey]:
    """The keys within the actor's scope, those that work first. Needs `keys.change`."""
    require(by, "keys.change")
    found = ApiKey.objects.select_related("account").order_by(F("revoked_at").desc(nulls_first=True), "name", "-id")
    return found if by.scope == "*" else found.filter(place_code__startswith=by.scope or "-")


def recovery_codes_left(account_id: UUID) -> int:
    """How many recovery codes of an account are unused."""
    with as_system():
        return RecoveryCode.objects.filter(account_id=account_id, used_at=None).count()


def posts_in(by: Actor, *, at: datetime) -> QuerySet[Post]:
    """The posts held within the actor's scope now."""
    require(by, "posts.end")
    found = Post.objects.filter(valid__contains=at).select_related("account", "unit").order_by("place_code", "role")
    return found if by.scope == "*" else found.filter(place_code__startswith=by.scope)
