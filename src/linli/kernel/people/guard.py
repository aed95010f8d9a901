"""Counting tries, so that guessing does not pay.

A try is counted *before* it is checked, in its own short transaction: a hundred guesses at the same moment
are a hundred tries, and a crash in between forgives none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from math import ceil
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import ngettext

from linli.kernel.access import TooMany
from linli.kernel.sealed import fingerprint

from .models import Tally


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries within a time; the last of them locks the subject for `locks`."""

    what: str
    tries: int
    within: timedelta
    locks: timedelta


_QUARTER = timedelta(minutes=15)
PASSWORD = Limit("password", 5, _QUARTER, _QUARTER)
PASSWORD_ANYWHERE = Limit("password-anywhere", 50, _QUARTER, _QUARTER)
PASSWORD_ADDRESS = Limit("password-address", 200, _QUARTER, _QUARTER)
FACTOR = Limit("factor", 5, _QUARTER, _QUARTER)
CODES_TO_PHONE = Limit("codes-to-phone", 10, timedelta(days=1), timedelta(hours=12))
# Addresses are shared: a town's mobile phones stand behind a few of them. Who proves right is given back.
CODES_FROM_ADDRESS = Limit("codes-from-address", 120, timedelta(hours=1), timedelta(hours=1))
GUESSES_FROM_ADDRESS = Limit("guesses-from-address", 60, _QUARTER, _QUARTER)
# At a counter nobody serves more people than this; who reads the register person by person does.
FINDING = Limit("finding-persons", 120, timedelta(hours=1), timedelta(hours=1))
NAMING = Limit("naming-proxies", 10, timedelta(days=1), timedelta(hours=12))

_FRESH = "coalesce(t.locked_until <= %(at)s, t.since <= %(start)s)"
_COUNT = f"""
INSERT INTO people_tally AS t (what, subject, address, account_id, count, since, locked_until)
VALUES (%(what)s, %(subject)s, %(address)s, %(account)s, 1, %(at)s,
        CASE WHEN %(tries)s <= 1 THEN %(lock)s::timestamptz END)
ON CONFLICT (what, subject, address) DO UPDATE SET
  count = CASE WHEN {_FRESH} THEN 1 ELSE t.count + 1 END,
  since = CASE WHEN {_FRESH} THEN %(at)s ELSE t.since END,
  locked_until = CASE WHEN (CASE WHEN {_FRESH} THEN 1 ELSE t.count + 1 END) >= %(tries)s
                      THEN %(lock)s::timestamptz END,
  account_id = coalesce(excluded.account_id, t.account_id)
WHERE t.locked_until IS NULL OR t.locked_until <= %(at)s
RETURNING count
"""  # noqa: S608 - made of our own words


def spend(limit: Limit, subject: str, at: datetime, *, address: str = "", account_id: UUID | None = None) -> int:
    """Count one try and return how many are left after it; 0 means that this was the last.

    Raises TooMany, counting nothing, while the subject is locked.
    """
    key = fingerprint(subject)
    values = {
        "what": limit.what,
        "subject": key,
        "address": network(address),
        "account": account_id,
        "at": at,
        "start": at - limit.within,
        "tries": limit.tries,
        "lock": at + limit.locks,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        row = cursor.fetchone()
    if row is None:
        raise too_many(_locked_until(limit, key, network(address), at) - at)
    return max(0, limit.tries - int(row[0]))


def forgive(limit: Limit, subject: str, *, address: str = "") -> None:
    """The subject proved itself: its tries are forgotten."""
    Tally.objects.filter(what=limit.what, subject=fingerprint(subject), address=network(address)).delete()


def give_back(limit: Limit, subject: str) -> None:
    """One try of a shared subject was right: it does not count, and locks nobody out."""
    Tally.objects.filter(what=limit.what, subject=fingerprint(subject), address="").update(
        count=Greatest(F("count") - 1, 0), locked_until=None
    )


def network(address: str) -> str:
    """What one caller can hold of addresses: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        given = ip_address(address)
    except ValueError:
        return address
    if given.version == 6 and given.ipv4_mapped:
        return str(given.ipv4_mapped)
    return address if given.version == 4 else str(ip_network((given, 64), strict=False))


def too_many(wait: timedelta) -> TooMany:
    seconds = max(1, ceil(wait.total_seconds()))
    if seconds <= 60:  # a minute until the next code is no hint at too many tries
        sentence = ngettext("请等 %(n)s 秒再试。", "请等 %(n)s 秒再试。", seconds) % {"n": seconds}
    else:
        minutes = ceil(seconds / 60)
        text = ngettext("试的次数太多了，请 %(n)s 分钟后再试。", "试的次数太多了，请 %(n)s 分钟后再试。", minutes)
        sentence = text % {"n": minutes}
    return TooMany(sentence, code="wait")


def _locked_until(limit: Limit, key: bytes, address: str, at: datetime) -> datetime:
    until = (
        Tally.objects.filter(what=limit.what, subject=key, address=address)
        .values_list("locked_until", flat=True)
        .first()
    )
    return until or at
