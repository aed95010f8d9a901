"""Kinds that only these tests have, and how they are told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access import SYSTEM, Actor, act
from linli.kernel.messages.kinds import Kind
from linli.kernel.messages.verbs import tell
from linli.kernel.people.tests.conftest import AT as MONDAY

MOVED = Kind(
    name="test-moved", words="候补转正", says="%(activity)s：%(at)s 的候补已转为正式。", fields=("activity", "at"), leads="phone:home"
)  # fmt: skip
TAKEN = Kind(name="test-taken", words="积分扣减", says="扣减 %(amount)s 分。", fields=("amount",), owed=True)
LETTER = Kind(name="test-letter", words="组织关系", says="介绍信已接收。", private=True)
KINDS = (MOVED, TAKEN, LETTER)


def moved(person: UUID | None, about: str = "sign-up:1", *, by: Actor = SYSTEM, at: datetime = MONDAY) -> bool:
    with act():
        return tell(
            by=by, at=at, person_id=person, kind=MOVED, about=about, fields={"activity": "清洁楼道", "at": MONDAY}
        )


def taken(person: UUID | None, amount: int = 4, *, at: datetime = MONDAY) -> bool:
    about = f"transfer:{amount}"
    with act():
        return tell(by=SYSTEM, at=at, person_id=person, kind=TAKEN, about=about, fields={"amount": amount})


def letter(person: UUID | None, *, at: datetime = MONDAY) -> bool:
    with act():
        return tell(by=SYSTEM, at=at, person_id=person, kind=LETTER, about="letter:1")
