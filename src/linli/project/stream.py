"""The address of a page's live stream: a signed token that says whose eyes the stream looks with.

A token opens a stream for a quarter of an hour. What it stands on (the session, the account, the post) is looked at
when it opens one and every few seconds after that, so a stream ends soon after any of them does (`standing`).
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from linli.kernel.access import Actor, Sees

SALT = "linli.live"
LASTS = 15 * 60
_FACILITIES = ("thing", "warning", "incident")


@dataclass(frozen=True, slots=True)
class Eyes:
    """What row level security compares, and nothing more. `also` as the setting linli.also."""

    sees: str
    scope: str
    also: str
    unit: str
    person: str

    def see(self, place_code: str, units: list[UUID], persons: list[UUID], stream: str = "") -> bool:
        """The same rule as linli_sees() in audit.sql; of things and their warnings, as linli_within() in sight.sql:
        whoever has the place in scope, over the place or in a unit."""
        if self.sees == Sees.ALL:
            return True
        if self.sees == Sees.OWN:
            return self.person in {str(person) for person in persons}
        prefixes = (self.scope, *filter(None, self.also.split(",")))
        if not self.scope or not place_code.startswith(prefixes):
            return False
        if self.sees == Sees.THINGS:
            return stream.startswith("thing:")
        if self.sees == Sees.UNIT:
            return stream.partition(":")[0] in _FACILITIES or self.unit in {str(u) for u in units}
        return self.sees == Sees.PLACE


@dataclass(frozen=True, slots=True)
class Footing:
    """What a stream stands on. `post` is "" for a resident, who acts as a person: `person`, their own or, for a proxy,
    the one they act for. Staff act as none."""

    account: str
    post: str
    person: str
    session: str
    """The session's key as its hash: an address ends up in logs, and is no key."""


@dataclass(frozen=True, slots=True)
class Ticket:
    eyes: Eyes
    footing: Footing


def token_for(actor: Actor, session_key: str) -> str:
    eyes = Eyes(
        actor.sees.value, actor.scope, ",".join(actor.also), str(actor.unit_id or ""), str(actor.person_id or "")
    )
    footing = Footing(
        str(actor.account_id or ""),
        str(actor.post_id or ""),
        str(actor.person_id or "") if actor.sees == Sees.OWN else "",
        sha256(session_key.encode()).hexdigest(),
    )
    return signing.dumps([astuple(eyes), astuple(footing)], salt=SALT, compress=True)


def ticket_of(token: str) -> Ticket | None:
    """What a token stands for; None when it is forged or old."""
    try:
        eyes, footing = signing.loads(token, salt=SALT, max_age=LASTS)
        return Ticket(Eyes(*eyes), Footing(*footing))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def address_for(request: HttpRequest) -> str:
    """The stream's address for this request; "" for who sees nothing or is not signed in."""
    actor: Actor = request.actor
    key = request.session.session_key
    if actor.sees == Sees.NOTHING or actor.account_id is None or not key:
        return ""
    return f"{base_for(request)}/stream?token={token_for(actor, key)}&drawn={request.began:.3f}"


def base_for(request: HttpRequest) -> str:
    """Where the live process answers: as set, else the same host one port on."""
    if settings.LINLI_LIVE_URL:
        return str(settings.LINLI_LIVE_URL).rstrip("/")
    host, _, port = request.get_host().rpartition(":")
    if not host:
        return f"{request.scheme}://{request.get_host()}:{81 if request.scheme == 'http' else 444}"
    return f"{request.scheme}://{host}:{int(port) + 1}"
