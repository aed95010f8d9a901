"""Points of organisational life, in the kernel's books: for those who agreed that they are kept, on evidence, and reversed
when the evidence turns out to be wrong. In the transaction of the verb that makes the evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.access import SYSTEM
from linli.kernel.people.models import Consent
from linli.kernel.points import verbs as points
from linli.kernel.points.models import State, Transfer
from linli.kernel.points.verbs import Award, Evidence

from .. import cards
from ..models import Member

AGREED = "party-points"
"""The purpose one agrees to (`keeping.POINTS`): an account of this ledger says that its person is in a branch."""
LEDGER = "party-life"


@dataclass(frozen=True, slots=True)
class Earned:
    """Who earned something by which rule, on what: `key` says what it is about."""

    member: Member
    rule: str
    kind: str
    evidence: str
    at: datetime

    @property
    def key(self) -> str:
        return f"party:{self.kind}:{self.evidence}:{self.member.id}"


def reward(earned: Iterable[Earned], *, at: datetime, place_code: str) -> int:
    """Award what was earned to those who agreed and are in the register of persons. Returns how many got something."""
    known = [(one, person) for one in earned if (person := cards.of(one.member).person_id)]
    agreed = set(
        Consent.objects.filter(
            person__in=[person for _one, person in known], purpose=AGREED, withdrawn_at=None
        ).values_list("person_id", flat=True)
    )
    awards = [
        Award(
            key=one.key, rule=one.rule, person_id=person, place_code=place_code,
            evidence=[Evidence(one.kind, one.evidence)], event_at=one.at,
        )
        for one, person in known if person in agreed
    ]  # fmt: skip
    made = points.award_each(by=SYSTEM, at=at, awards=awards) if awards else []
    return sum(one.state == State.POSTED for one in made)


def take_away(member: Member, kind: str, evidence: UUID | str, *, at: datetime, reason: str) -> bool:
    """The evidence was wrong: what was awarded on it is reversed, once, with the reason. Whether there was anything."""
    key = f"party:{kind}:{evidence}:{member.id}"
    found = Transfer.objects.filter(key=key, ledger=LEDGER, state=State.POSTED).first()
    if found is None:
        return False
    points.reverse(by=SYSTEM, at=at, key=f"{key}:wrong", transfer_id=found.id, reason=reason)
    return True
