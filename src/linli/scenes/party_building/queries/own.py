"""What a member asks about themselves, on the phone. Found by this room's own print, with the system's eyes."""

from __future__ import annotations

from dataclasses import dataclass

from linli.kernel.access import Actor, as_system, holds

from .. import cards
from ..models import Entry, Member


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own membership. Looking at oneself is not written down."""

    member: Member
    card: cards.Card
    entries: list[Entry]


def mine(by: Actor) -> Mine | None:
    """The actor's own membership; None for who is in no branch. Two queries."""
    member = own_member(by)
    if member is None:
        return None
    with as_system():
        return Mine(member, cards.of(member).masked, list(member.entries.order_by("since", "pk")))


def own_member(by: Actor) -> Member | None:
    """The membership of the person who acts; a proxy has no membership in another's name."""
    if by.person_id is None or not holds(by, "party.own"):
        return None
    with as_system():
        return (
            Member.objects.select_related("branch", "group")
            .filter(person_print=cards.person_print(by.person_id), gone_on=None).first()
        )  # fmt: skip
