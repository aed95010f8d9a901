"""Forgetting a person who asks for it (PIPL art. 47): a tombstone stays, and history keeps only that it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from linli.kernel.access import SYSTEM, Actor, require
from linli.kernel.audit.verbs import erase
from linli.kernel.files.verbs import forget_sender
from linli.kernel.sealed import unseal

from ..keepers import Leaving, keepers
from ..models import ERASED, Account, Household, OneTimeCode, Person, Post
from .codes import stream_of_phone
from .common import act, clean_reason, end_sessions, locked_person, record_person, stream_of, stream_of_person
from .merging import aliases_of, let_go_of_aliases

NEIGHBOURHOOD = 12
"""How much of an address a tombstone keeps: how many left where can still be counted."""


def erase_person(*, by: Actor, at: datetime, person_id: UUID, reason: str = "") -> Person:
    """Forget a person: a tombstone stays, the account ends, every room erases what it keeps (`keepers`).

    Oneself, or `people.erase` at the place, then with a reason. Erased are the records about the person, those of
    the account, and all the person did anywhere, with the name under it; the chain still verifies. A matter still
    in hand keeps its words until it ends.
    """
    with act():
        person = locked_person(person_id, by)
        own = person.id == by.person_id
        if own:
            require(by, "people.change_self")
        else:
            require(by, "people.erase", person.place_code)
            reason = clean_reason(reason)
        leaving = Leaving(person.id, person.account_id)
        aliases = aliases_of(person.id)
        for alias in aliases:
            keepers.forget(Leaving(alias, None), at)
        keepers.forget(leaving, at)
        streams = [*_streams(person), *map(stream_of_person, aliases)]
        accounts = [leaving.account_id] if leaving.account_id else []
        accounts += let_go_of_aliases(aliases)
        _bury(person, at)
        for account_id in accounts:
            _close_account(account_id, at)
            forget_sender(by=SYSTEM, at=at, account_id=account_id)
        count = erase(streams=streams, accounts=accounts, at=at)
        nameless = replace(by, name="", address="") if own else by
        record_person(nameless, at, "erase_person", person, after={"records": count}, note=reason or None)
    return person


def _streams(person: Person) -> list[str]:
    """The histories that are the person's own: the card, the account, and the phone before it had one."""
    phones = [unseal(person.phone_sealed)] if person.phone_sealed else []
    streams = [stream_of_person(person.id)]
    if person.account is not None:
        streams.append(stream_of(person.account.id))
        phones += [unseal(person.account.phone_sealed)] if person.account.phone_sealed else []
    return streams + [stream_of_phone(phone) for phone in set(phones)]


def _bury(person: Person, at: datetime) -> None:
    homes = list(person.residences.values_list("household_id", flat=True))
    person.residences.all().delete()
    Household.objects.filter(pk__in=homes, residences=None).delete()
    person.consents.all().delete()
    person.proxies.all().delete()
    person.mandates.all().delete()
    person.name, person.birth_year, person.erased_at, person.account = ERASED, None, at, None
    person.phone_print = person.phone_sealed = person.identity_print = person.identity_sealed = None
    person.place_code = person.place_code[:NEIGHBOURHOOD]
    person.save()


def _close_account(account_id: UUID, at: datetime) -> None:
    end_sessions(account_id)
    for post in Post.objects.filter(account_id=account_id, valid__contains=at):
        post.valid = DateTimeTZRange(post.valid.lower, at)
        post.save(update_fields=["valid"])
    account = Account.objects.select_for_update().get(pk=account_id)
    OneTimeCode.objects.filter(phone_print=account.phone_print).delete()
    account.username, account.name, account.email = f"erased:{account.id}", ERASED, ""
    account.phone_print = account.phone_sealed = account.factor_sealed = account.factor_step = None
    account.is_active = False
    account.set_unusable_password()
    account.save()
    account.recovery_codes.all().delete()
    account.tallies.all().delete()
