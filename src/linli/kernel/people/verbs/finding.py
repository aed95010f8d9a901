"""Finding somebody who stands at the counter: by what they say of themselves, whole and exact.

The register cannot be leafed through. A name, a phone or an identity number is looked up as it is, within the
actor's place; whoever is found can read that they were looked up, by whom and for what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, require
from linli.kernel.sealed import fingerprint, unseal

from .. import guard, numbers
from ..models import Person
from ..numbers import mask_phone
from .common import clean_name, clean_reason, stream_of_person

MOST = 10
"""More of one name than this are not listed: something else must say who is meant."""


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who may be meant: enough to ask the person which one they are."""

    id: UUID
    name: str
    place_code: str
    birth_year: int | None
    phone: str


def find_persons(
    *,
    by: Actor,
    at: datetime,
    purpose: str,
    name: str = "",
    phone: str = "",
    identity: str = "",
    birth_year: int | None = None,
) -> list[Match]:
    """Persons with exactly this name, phone and identity number, as far as they are given; with a record for each.

    Needs `people.read`; row level security keeps to the actor's place. Raises Invalid (nothing to go by, no such
    number, more than ten of the name), TooMany (120 times in an hour).
    """
    require(by, "people.read")
    purpose = clean_reason(purpose, "purpose")
    found, how = _asked(name, phone, identity)
    if birth_year is not None:
        found["birth_year"] = birth_year
    guard.spend(guard.FINDING, str(by.account_id), at, account_id=by.account_id)
    with transaction.atomic():
        rows = list(Person.objects.filter(erased_at=None, **found).order_by("place_code", "id")[: MOST + 1])
        if len(rows) > MOST:
            sentence = _("同名的人超过 %(n)d 个，请再填电话、证件号码或出生年份。") % {"n": MOST}
            raise Invalid(sentence, fields={"name": sentence})
        after = {"purpose": purpose, "by": how}
        audit.append_each(
            [
                audit.Entry(stream_of_person(row.id), row.place_code, person_ids=(row.id,), after=after)
                for row in rows
            ],
            by=by,
            at=at,
            verb="people.find_persons",
        )
    return [
        Match(
            row.id,
            row.name,
            row.place_code,
            row.birth_year,
            mask_phone(unseal(row.phone_sealed)) if row.phone_sealed else "",
        )
        for row in rows
    ]


def _asked(name: str, phone: str, identity: str) -> tuple[dict[str, object], list[str]]:
    """The conditions, and the names of what was asked by. Numbers go by their fingerprint."""
    found: dict[str, object] = {}
    faults: dict[str, str] = {}
    if name.strip():
        found["name"] = clean_name(name)
        if len(str(found["name"])) < 2:
            faults["name"] = _("请填写完整的姓名。")
    if phone.strip():
        digits = numbers.telephone(phone)
        if digits is None:
            faults["phone"] = _("电话应是 11 位手机号，或带区号的固定电话。")
        else:
            found["phone_print"] = fingerprint(digits)
    if identity.strip():
        number = numbers.identity(identity)
        if number is None:
            faults["identity"] = _("证件号码不对：应是 18 位，最后一位是校验码。")
        else:
            found["identity_print"] = fingerprint(number)
    if not found and not faults:
        faults["name"] = _("请填写姓名、电话或证件号码中的至少一项。")
    if faults:
        raise Invalid(next(iter(faults.values())), fields=faults)
    return found, [key.removesuffix("_print") for key in found]
