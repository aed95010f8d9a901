"""What a certificate says, and the hash over it: pure, so that anybody who holds the words can reckon it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Service:
    """One line: the local day, what, the certifying unit, whole minutes."""

    day: str
    title: str
    unit: str
    minutes: int


def contents(
    *, number: str, unit: str, issued_at: str, since: str, until: str, name: str, services: Sequence[Service]
) -> dict[str, Any]:
    """Everything a certificate says, dates and instants as they are printed."""
    return {
        "number": number,
        "unit": unit,
        "issued_at": issued_at,
        "since": since,
        "until": until,
        "name": name,
        "services": [asdict(one) for one in services],
    }


def hash_of(said: Mapping[str, Any]) -> str:
    """SHA-256 over everything the certificate says, as JSON with sorted keys and no spaces."""
    written = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def check_code(hash_: str) -> str:
    """What is printed to be typed: the first twelve characters of the hash, in threes of four."""
    return "-".join(hash_[n : n + 4] for n in (0, 4, 8)).upper()


def same_code(hash_: str, typed: str) -> bool:
    plain = "".join(c for c in typed.upper() if c.isalnum())
    return len(plain) >= 12 and hash_.upper().startswith(plain)


def masked(name: str) -> str:
    """A name as a stranger sees it: the first character, the others as stars."""
    return name[:1] + "＊" * max(1, len(name) - 1)


def hours_word(minutes: int) -> str:
    """ "12.5": hours to a tenth, cut and never rounded up: what was served, not more."""
    tenths = minutes // 6
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)
