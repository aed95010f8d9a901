"""What devices and labels prove themselves with: made by chance here, kept as digests only."""

from __future__ import annotations

import hashlib
import secrets

from linli.kernel.sealed import fingerprint

# No letter that a hand or an eye takes for another (Crockford's base 32).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
GROUPS, OF = 4, 4


def new_secret() -> tuple[str, bytes]:
    """A device's secret of 192 random bits, as text any firmware keeps, and its digest.

    So much chance needs no slow hash: no dictionary reaches it, and fifty thousand devices may come back at once.
    """
    plain = secrets.token_urlsafe(24)
    return plain, digest_of(plain.encode())


def digest_of(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()


def new_code() -> tuple[str, bytes]:
    """A code for a label, "7KQM-03FX-…" of 80 random bits that a person can type, and its fingerprint."""
    plain = "-".join("".join(secrets.choice(ALPHABET) for _n in range(OF)) for _g in range(GROUPS))
    return plain, print_of(plain)


def plain_code(typed: str) -> str:
    """A code as it was made, however it was typed: small letters, no hyphens, O for 0. "" when it can be none."""
    letters = "".join(typed.upper().replace("-", " ").split()).translate(_READ_AS)
    if len(letters) != GROUPS * OF or any(letter not in ALPHABET for letter in letters):
        return ""
    return "-".join(letters[n : n + OF] for n in range(0, len(letters), OF))


def print_of(code: str) -> bytes:
    """Shorter than a secret, so its print is keyed: who reads the table alone cannot try codes against it."""
    return fingerprint(f"claim:{code}")
