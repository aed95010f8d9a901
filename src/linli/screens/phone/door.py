"""Who may use the phone's own pages of duty and of installing; and whose draft it is."""

from __future__ import annotations

import hashlib

from django.conf import settings

from linli.kernel.access import Actor, holds
from linli.parts.doors import View, for_workers, workers_door


def for_duty(view: View) -> View:
    """Only who may go to an alarm sees this page."""
    return workers_door(view, goes)


for_serving = for_workers("duty.serve")
"""Only who can have a shift sees this page: staff in a post that serves."""

for_visits = for_workers("registers.enter")
"""Only who fills in the register sees this page: grid and social workers."""


def for_installers(view: View) -> View:
    """Only who may install devices sees this page: staff in a post, on their phone."""
    return workers_door(view, lambda actor: holds(actor, "things.install"), others="phone/not_an_installer.html")


def goes(actor: Actor) -> bool:
    """Whether somebody works in a post that goes to alarms."""
    return actor.unit_id is not None and holds(actor, "matters.go")


def print_of(actor: Actor) -> str:
    """Whose draft it is, for this device only: says who without naming them. "" when nobody is signed in."""
    # Staff write in a post: what one wrote for one unit another post of the same person does not send.
    key = actor.person_id or (actor.post_id if goes(actor) else None)
    if key is None:
        return ""
    return hashlib.sha256(f"linli.phone:{settings.SECRET_KEY}:{key}".encode()).hexdigest()[:24]
