"""What somebody chose about reminders; the usual where they chose nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.kernel.access import Actor, as_system

from ..models import Preference, Subscription


def preference_of(by: Actor) -> Preference:
    """The actor's own; not saved when there is none."""
    if by.account_id is None:
        return Preference()
    with as_system():
        return Preference.objects.filter(account_id=by.account_id).first() or Preference(account_id=by.account_id)


@dataclass(frozen=True, slots=True)
class Switched:
    """A browser that push is switched on in."""

    device: str
    at: datetime


def browsers_of(by: Actor) -> list[Switched]:
    """Where the actor switched push on, the latest first."""
    if by.account_id is None:
        return []
    with as_system():
        rows = Subscription.objects.filter(account_id=by.account_id).order_by("-at")
        return [Switched(row.device, row.at) for row in rows]
