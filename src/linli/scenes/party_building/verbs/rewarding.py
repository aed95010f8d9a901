"""Points of organisational life, in the kernel's books: for those who agreed that they are kept, on evidence, and reversed
when the evidence turns out to be wrong. In the transaction of the verb that makes the evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.access import SYSTEM, Actor
from linli.kernel.people.models import Consent
from linli.kernel.points import verbs as points
from linli.kernel.points.models import Appeal, Decision, State, Transfer
from linli.kernel.points.verbs import Award, Evidence
from linli.kernel.points.verbs.reversing import reversal

from .. import cards
from ..models import Member

AGREED = "party-points"
"""The purpose one agrees to (`keeping.POINTS`): an account of this ledger says that its person is in a branch."""
LEDGER = "party-life"
AGAIN = 10
"""So many times one piece of evidence is rewarded: ticked, found wrong, ticked again."""


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
    keys = _next_keys({one.key for one, person in known if person in agreed})
    awards = [
        Award(
            key=keys[one.key], rule=one.rule, person_id=person, place_code=place_code,
            evidence=[Evidence(one.kind, one.evidence)], event_at=one.at,
        )
        for one, person in known if one.key in keys
    ]  # fmt: skip
    made = points.award_each(by=SYSTEM, at=at, awards=awards) if awards else []
    return sum(one.state == State.POSTED for one in made)


def take_away(member: Member, kind: str, evidence: UUID | str, *, by: Actor, at: datetime, reason: str) -> bool:
    """The evidence was wrong: what was awarded on it is reversed, once, with the reason, in the name of who found it wrong, so
    that another decides when the member objects. Whether there was anything."""
    base = f"party:{kind}:{evidence}:{member.id}"
    found = _awards({base}).get(base, [])
    if not found or found[-1].state != State.POSTED or found[-1].reversals.exists():
        return False
    last = found[-1]
    reversal(by=by, at=at, key=f"{last.key}:wrong", transfer_id=last.id, reason=reason, decided=True)
    return True


def _awards(bases: set[str]) -> dict[str, list[Transfer]]:
    """What was awarded on some evidence, by its key, oldest first: more than one where the first was reversed."""
    every = [key for base in bases for key in (base, *(f"{base}:{n}" for n in range(2, AGAIN)))]
    rows = Transfer.objects.filter(ledger=LEDGER, key__in=every).prefetch_related("reversals").order_by("id")
    found: dict[str, list[Transfer]] = {}
    for row in rows:
        base = row.key if row.key in bases else row.key.rpartition(":")[0]
        found.setdefault(base, []).append(row)
    return found


def _next_keys(bases: set[str]) -> dict[str, str]:
    """The key under which evidence is rewarded now: what was reversed before is given again under the next number. What stands,
    or was given back on appeal, is left out: it is not given twice."""
    keys = {}
    given = _awards(bases) if bases else {}
    lost = [reversal_.id for rows in given.values() for row in rows for reversal_ in row.reversals.all()]
    given_back = set(
        Appeal.objects.filter(transfer__in=lost, state=Decision.UPHELD).values_list("transfer_id", flat=True)
    )
    for base in bases:
        before = given.get(base, [])
        stands = any(all(one.id in given_back for one in row.reversals.all()) for row in before)
        if not stands and len(before) < AGAIN - 1:
            keys[base] = f"{base}:{len(before) + 1}" if before else base
    return keys
