"""Whether a certificate is what it says: for anybody who holds one, without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from linli.kernel.access import NotFound, as_system
from linli.kernel.people import guard

from ..certificates import hash_of, masked, same_code
from ..models import Certificate

LOOKS = guard.Limit("certificates-verified", 60, timedelta(minutes=15), timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Verified:
    """What a stranger is told: nothing that does not stand on the paper, and the name masked. `corrected`: services whose
    hours were changed since; `minutes_now`: what they come to today. `intact`: the record is what was hashed."""

    number: str
    name: str
    unit: str
    issued_at: datetime
    since: date
    until: date
    minutes: int
    services: int
    corrected: int
    minutes_now: int
    intact: bool


def verify(number: str, code: str, *, at: datetime, address: str = "") -> Verified:
    """By the number and the check code, which both stand on the paper: neither alone says anything. Raises NotFound, TooMany
    (somebody tries numbers)."""
    guard.spend(LOOKS, f"verify:{address}", at, address=address)
    plain = number.strip().upper().replace(" ", "")[:20]
    with as_system():
        found = Certificate.objects.select_related("unit").filter(number=plain).first()
        if found is None or not same_code(found.hash, code):
            raise NotFound(_("查不到这份证明：请核对编号和校验码。本人注销后，证明也不再可查。"))
        lines = list(found.lines.values_list("minutes", "sign_up__minutes", "sign_up__state"))
    stands = [(then, now or 0 if state == "certified" else then) for then, now, state in lines]
    return Verified(
        number=found.number,
        name=masked(str(found.contents["name"])),
        unit=found.unit.name,
        issued_at=found.issued_at,
        since=found.since,
        until=found.until,
        minutes=found.minutes,
        services=len(lines),
        corrected=sum(then != now for then, now in stands),
        minutes_now=sum(now for _then, now in stands),
        intact=hash_of(found.contents) == found.hash and _agrees(found),
    )


def _agrees(found: Certificate) -> bool:
    """Whether the row says what its hashed words say."""
    said = found.contents
    written = sum(int(one["minutes"]) for one in said["services"])
    dates = (found.since.isoformat(), found.until.isoformat())
    return (said["number"], written, said["since"], said["until"]) == (found.number, found.minutes, *dates)
