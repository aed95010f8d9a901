"""The address of a page's live stream: a signed token that says whose eyes the stream looks with.

A token opens a stream for a quarter of an hour. What it stands on (the session, the account, the post) is looked at
when it opens one and every few seconds after that, so a stream ends soon after any of them does (`standing`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import astuple, dataclass, replace
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from linli.kernel.access import Actor, Sees, as_system
from linli.kernel.displays.models import Display
from linli.kernel.people.models import Person

SALT = "linli.live"
LASTS = 15 * 60
_FACILITIES = ("thing:", "warning:", "incident:")


@dataclass(frozen=True, slots=True)
class Eyes:
    """What row level security compares, and nothing more. `also` as the setting linli.also."""

    sees: str
    scope: str
    also: str
    unit: str
    person: str

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Under which the places in scope lie; none for who has no place."""
        if not self.scope:
            return ()
        return (self.scope, *filter(None, self.also.split(","))) if self.also else (self.scope,)

    def see(self, place_code: str, units: Collection[str], persons: Collection[str], stream: str = "") -> bool:
        """The same rule as linli_sees() in audit.sql; of things and their warnings, as linli_within() in sight.sql:
        whoever has the place in scope, over the place or in a unit. Units and persons are ids as they are written."""
        if self.sees == Sees.ALL:
            return True
        if self.sees in (Sees.OWN, Sees.PUBLIC):
            if persons:  # it names somebody: for them alone, and for no wall
                return self.sees == Sees.OWN and self.person in persons
            return self._hears(place_code, stream)
        if not place_code.startswith(self.prefixes):
            return self.sees in (Sees.PLACE, Sees.UNIT) and self._hears(place_code, stream)
        if self.sees == Sees.UNIT:
            return facility(stream) or to_everybody(stream) or self.unit in units
        if self.sees == Sees.THINGS:
            return stream.startswith("thing:")
        return self.sees == Sees.PLACE

    def _hears(self, place_code: str, stream: str) -> bool:
        """Of notices to everybody below where one is and at every level above: they are for whoever is there, and may be an
        emergency's."""
        return to_everybody(stream) and any(
            place_code.startswith(prefix) or prefix.startswith(place_code) for prefix in self.prefixes
        )


def to_everybody(stream: str) -> bool:
    """Whether a record is of what is told to everybody where they live: a notice."""
    return stream.startswith("notice:")


def facility(stream: str) -> bool:
    """Whether a record is of what stands at a place for everybody there: a thing, a warning, an incident."""
    return stream.startswith(_FACILITIES)


@dataclass(frozen=True, slots=True)
class Footing:
    """What a stream stands on. `post` is "" for a resident, who acts as a person: `person`, their own or, for a proxy,
    the one they act for. Staff act as none."""

    account: str
    post: str
    person: str
    session: str
    """The session's key as its hash: an address ends up in logs, and is no key."""
    display: str = ""
    """A screen stands on itself instead: "<id>:<version>:<place code>", what its eyes stand on."""


@dataclass(frozen=True, slots=True)
class Ticket:
    eyes: Eyes
    footing: Footing


def token_for(actor: Actor, session_key: str) -> str:
    footing = Footing(
        str(actor.account_id or ""),
        str(actor.post_id or ""),
        str(actor.person_id or "") if actor.sees == Sees.OWN else "",
        sha256(session_key.encode()).hexdigest(),
    )
    return _signed(actor, footing)


def token_for_display(actor: Actor, display: Display) -> str:
    """Of a screen, which nobody is signed in at: it stands on its own row."""
    return _signed(actor, Footing("", "", "", "", f"{display.id}:{display.version}:{display.place_code}"))


def _signed(actor: Actor, footing: Footing) -> str:
    eyes = Eyes(
        actor.sees.value, actor.scope, ",".join(actor.also), str(actor.unit_id or ""), str(actor.person_id or "")
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
    if display := getattr(request, "display", None):
        token = token_for_display(actor, display)
        return f"{base_for(request)}/stream?token={token}&drawn={request.began:.3f}"
    key = request.session.session_key
    if actor.sees == Sees.NOTHING or actor.account_id is None or not key:
        return ""
    return f"{base_for(request)}/stream?token={token_for(_at_home(actor), key)}&drawn={request.began:.3f}"


def _at_home(actor: Actor) -> Actor:
    """A resident hears of notices where they live, as the television there does."""
    if actor.sees != Sees.OWN or actor.person_id is None or actor.scope:
        return actor
    with as_system():
        home = (
            Person.objects.filter(pk=actor.person_id, erased_at=None).values_list("place_code", flat=True).first()
        )
    return replace(actor, scope=home or "")


def base_for(request: HttpRequest) -> str:
    """Where the live process answers: as set, else the same host one port on."""
    if settings.LINLI_LIVE_URL:
        return str(settings.LINLI_LIVE_URL).rstrip("/")
    host, _, port = request.get_host().rpartition(":")
    if not host:
        return f"{request.scheme}://{request.get_host()}:{81 if request.scheme == 'http' else 444}"
    return f"{request.scheme}://{host}:{int(port) + 1}"
