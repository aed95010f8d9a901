"""What lies sealed in a member's row, and the prints that find an equal one. Nothing else here opens or closes it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from linli.kernel.people.numbers import mask_identity, mask_phone
from linli.kernel.sealed import fingerprint, seal, unseal

from .models import Member


@dataclass(frozen=True, slots=True)
class Card:
    """Who a member is. `person` is the id in the register of persons, "" for who is not in it."""

    name: str
    identity: str
    phone: str = ""
    person: str = ""

    @property
    def masked(self) -> Card:
        return replace(
            self, identity=mask_identity(self.identity), phone=mask_phone(self.phone) if self.phone else ""
        )

    @property
    def born(self) -> date:
        return date(int(self.identity[6:10]), int(self.identity[10:12]), int(self.identity[12:14]))

    @property
    def person_id(self) -> UUID | None:
        return UUID(self.person) if self.person else None


def put(member: Member, card: Card) -> None:
    """Seal a card into a row that is not saved yet."""
    member.card_sealed = seal(json.dumps(asdict(card), ensure_ascii=False))
    member.identity_print = identity_print(card.identity)
    member.person_print = person_print(UUID(card.person)) if card.person else None


def of(member: Member) -> Card:
    return Card(**json.loads(unseal(member.card_sealed)))


def identity_print(number: str) -> bytes:
    """A print of this room's own: it equals none in the register of persons, so that nobody joins the two."""
    return fingerprint(f"party:identity:{number}")


def person_print(person_id: UUID) -> bytes:
    return fingerprint(f"party:person:{person_id}")
