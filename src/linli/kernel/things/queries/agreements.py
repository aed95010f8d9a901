"""Agreements as they are shown: to the person whose device it is, at the counter, and to whoever looks after the device.

Whoever sees the device sees that something was agreed to, how and until when; who agreed is seen by those who may read
persons at that place. Nobody's agreement is a list to leaf through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed, allows, as_system, covers, holds, require
from linli.kernel.people.models import Person

from .. import texts
from ..models import Agreement, AgreementText, Erasure, Signature, Thing
from ..verbs.agreeing import RENEWED
from ..verbs.ending import signed_by


@dataclass(frozen=True, slots=True)
class Signed:
    """One person's part. `person` and `guardian` are names, "" where the reader may not know them."""

    id: UUID
    person: str
    guardian: str
    form: str
    signed_at: datetime | None
    file: UUID | None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The agreement a thing has, in force or asked for. Where each agrees alone, also who has taken it back: what the
    device itself keeps of them (a face, at an entrance) is to be deleted there."""

    id: UUID
    begun_at: datetime | None
    until: datetime
    shared: bool
    text: AgreementText
    signed: tuple[Signed, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What there is to say of a personal thing: its agreement, and when what it had said was last erased."""

    standing: Standing | None
    erased: Erasure | None
    may_record: bool
    may_know: bool


def about(actor: Actor, thing: Thing) -> About:
    """Of a thing the actor may see. Needs `things.read`. Three queries."""
    require(actor, "things.read")
    may_know = allows(actor, "people.read", thing.place_code)
    agreement = Agreement.objects.filter(thing=thing, ended_at=None).select_related("text").first()
    erased = Erasure.objects.filter(thing=thing).order_by("-id").first()
    standing = None if agreement is None else _standing(agreement, may_know)
    return About(standing, erased, allows(actor, "agreements.record", thing.place_code), may_know)


def _standing(agreement: Agreement, may_know: bool) -> Standing:
    # How many signed, and how, is seen with the thing; by whom only with eyes for persons.
    with as_system():
        rows = list(
            agreement.signatures.filter(forgotten_at=None).select_related("person", "guardian").order_by("id")
        )
    return Standing(
        agreement.id,
        agreement.begun_at,
        agreement.until,
        agreement.shared,
        agreement.text,
        tuple(
            Signed(
                row.id,
                row.person.name if may_know and row.person else "",
                row.guardian.name if may_know and row.guardian else "",
                row.form,
                row.signed_at,
                row.file if may_know else None,
                row.withdrawn_at,
            )
            for row in rows
        ),
    )


@dataclass(frozen=True, slots=True)
class Mine:
    """A device somebody agreed to, or is asked to. `for_whom` is a ward's name, "" for oneself; `stands`: it works under
    this agreement now."""

    signature_id: UUID
    thing: Thing
    text: AgreementText
    for_whom: str
    form: str
    signed_at: datetime | None
    begun_at: datetime | None
    until: datetime
    ended_at: datetime | None
    why: str
    shared: bool
    may_sign: bool
    renewed_at: datetime | None = None

    def ends_soon(self, at: datetime) -> bool:
        """Whether one may say now that it goes on."""
        return (
            self.stands and self.begun_at is not None and self.may_sign and timedelta() < self.until - at <= RENEWED
        )

    @property
    def digest(self) -> str:
        return str(self.text.digest)

    @property
    def asked(self) -> bool:
        return self.signed_at is None and self.ended_at is None

    @property
    def stands(self) -> bool:
        return self.signed_at is not None and self.ended_at is None


MOST = 50
REMINDED = timedelta(days=28)
"""So long before an agreement ends one is reminded that it does."""


def mine(actor: Actor) -> list[Mine]:
    """One's own, and those one agreed to for somebody: what stands first, then what is over. Not for a proxy."""
    require(actor, "people.read_self")
    if actor.person_id is None or actor.on_behalf:
        raise NotAllowed(_("只有本人能看自己同意过的设备。"))
    return _of(actor.person_id)


def of_person(actor: Actor, person_id: UUID) -> list[Mine]:
    """At the counter. Needs `people.read` at the person's place; that the card was read stands in their history already."""
    require(actor, "people.read")
    person = Person.objects.filter(pk=person_id, erased_at=None).first()
    if person is None or not covers(actor, person.place_code):
        return []
    return _of(person_id)


def waiting_for(actor: Actor, at: datetime) -> int:
    """How many texts wait for somebody to read them: what they are asked, and what ends within four weeks unless they say
    that it goes on. Shown where they come in."""
    if actor.person_id is None or actor.on_behalf or not holds(actor, "people.read_self"):
        return 0
    with as_system():
        return _to_sign(actor.person_id).count() + _to_renew(actor.person_id, at).count()


def _to_sign(person_id: UUID) -> QuerySet[Signature]:
    whose = Q(guardian_id=person_id) | Q(person_id=person_id, guardian=None)
    return Signature.objects.filter(whose, signed_at=None, agreement__ended_at=None)


def _to_renew(person_id: UUID, at: datetime) -> QuerySet[Signature]:
    whose = Q(guardian_id=person_id) | Q(person_id=person_id, guardian=None)
    return Signature.objects.filter(
        whose, signed_at__isnull=False, withdrawn_at=None, renewed_at=None, agreement__ended_at=None,
        agreement__begun_at__isnull=False, agreement__until__gt=at, agreement__until__lte=at + REMINDED,
    )  # fmt: skip


def _of(person_id: UUID) -> list[Mine]:
    with as_system():
        rows = list(
            Signature.objects.filter(signed_by(person_id))
            .select_related("agreement__thing", "agreement__text", "person", "guardian")
            .order_by("-agreement__offered_at", "id")[:MOST]
        )
    found = [_mine(row, person_id) for row in rows]
    return sorted(found, key=lambda one: (not one.asked, not one.stands))


def _mine(row: Signature, person_id: UUID) -> Mine:
    agreement = row.agreement
    ward = row.person.name if row.person and row.person_id != person_id else ""
    return Mine(
        row.id,
        agreement.thing,
        agreement.text,
        ward,
        row.form,
        row.signed_at,
        agreement.begun_at,
        agreement.until,
        row.withdrawn_at or agreement.ended_at,
        agreement.why or ("withdrawn" if row.withdrawn_at else ""),
        agreement.shared,
        (row.guardian_id or row.person_id) == person_id,
        row.renewed_at if row.renewed_text == _today(agreement.thing.model) else None,
    )


def _today(model: str) -> str:
    return texts.digest_of(model) if texts.is_personal(model) else ""


def signers_of(thing_id: UUID) -> Sequence[Signature]:
    """Who a device is about at present, for who writes into their histories. With the system's eyes."""
    with as_system():
        rows = Signature.objects.filter(
            agreement__thing=thing_id, agreement__ended_at=None, signed_at__isnull=False, withdrawn_at=None
        )
        return list(rows.select_related("agreement"))
