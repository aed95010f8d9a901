"""The address of a page's live stream: a signed token that says whose eyes the stream looks with.

The live process opens no session and asks no database who somebody is; the token lasts a quarter of an hour
and the page asks for a fresh one, so a revoked session or an ended post goes quiet soon.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from linli.kernel.access import Actor, Sees

SALT = "linli.live"
LASTS = 15 * 60


@dataclass(frozen=True, slots=True)
class Eyes:
    """What row level security compares, and nothing more."""

    sees: str
    scope: str
    unit: str
    person: str

    def see(self, place_code: str, units: list[UUID], persons: list[UUID]) -> bool:
        """The same rule as linli_sees() in audit.sql."""
        if self.sees == Sees.ALL:
            return True
        if self.sees == Sees.OWN:
            return self.person in {str(person) for person in persons}
        if not self.scope or not place_code.startswith(self.scope):
            return False
        return self.sees == Sees.PLACE or (self.sees == Sees.UNIT and self.unit in {str(u) for u in units})


def token_for(actor: Actor) -> str:
    eyes = [actor.sees.value, actor.scope, str(actor.unit_id or ""), str(actor.person_id or "")]
    return signing.dumps(eyes, salt=SALT, compress=True)


def eyes_of(token: str) -> Eyes | None:
    """The eyes a token stands for; None when it is forged or old."""
    try:
        return Eyes(*signing.loads(token, salt=SALT, max_age=LASTS))
    except (signing.BadSignature, TypeError):
        return None


def address_for(request: HttpRequest) -> str:
    """The stream's address for this request; "" for who sees nothing."""
    actor: Actor = request.actor
    if actor.sees == Sees.NOTHING:
        return ""
    return f"{base_for(request)}/stream?token={token_for(actor)}&drawn={request.began:.3f}"


def base_for(request: HttpRequest) -> str:
    """Where the live process answers: as set, else the same host one port on."""
    if settings.LINLI_LIVE_URL:
        return str(settings.LINLI_LIVE_URL).rstrip("/")
    host, _, port = request.get_host().rpartition(":")
    if not host:
        return f"{request.scheme}://{request.get_host()}:{81 if request.scheme == 'http' else 444}"
    return f"{request.scheme}://{host}:{int(port) + 1}"
