"""The code a waiting screen shows, and the key it proves itself with.

Six signs of twenty-five: no two look alike on a wall three metres away, and none sounds like another when it is read out
at the counter. 244 million codes against ten tries in a quarter of an hour: whoever is signed in tries seven hundred years for
one that is shown, and a code is shown for ten minutes.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from linli.kernel.people.guard import Limit
from linli.kernel.sealed import fingerprint

ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
LENGTH = 6
LIVES = timedelta(minutes=10)

_QUARTER = timedelta(minutes=15)
SHOWN = Limit("display-codes", 120, timedelta(hours=1), timedelta(minutes=15))
"""Codes asked for from one address; a whole town hall may stand behind one."""
TRIED = Limit("display-code-tries", 10, _QUARTER, _QUARTER)
"""Codes an account tries that are none."""
TRIED_FROM = Limit("display-code-tries-from", 60, _QUARTER, _QUARTER)


def new_key() -> str:
    """256 bits: what a screen keeps in its cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def clean(text: str) -> str:
    """What somebody typed, as a code is written: capitals, no spaces or dashes between."""
    return "".join(sign for sign in text.upper() if sign.isalnum())[: LENGTH + 1]


def key_print(key: str) -> bytes:
    return fingerprint(f"display-key:{key}")


def code_print(code: str) -> bytes:
    return fingerprint(f"display-code:{code}")
