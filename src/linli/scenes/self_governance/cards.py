"""The code of a points card: signed, made anew each minute, verifiable by a shop without a network for a day (ADR 0037).

"LL1." and base32 of 22 bytes (16 the card's number, 4 the minute, 2 of chance) with an Ed25519 signature over them. Whoever
has the public key can tell a genuine code from an invented one and read its minute; none of it says a name or a balance.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = "LL1."
FRESH = timedelta(minutes=2)
"""So long after it was made a code may be read by a shop."""
OFFLINE = timedelta(hours=24)
"""So long after it was read without a network a charge may be sent."""
AHEAD = timedelta(minutes=1)
_BODY = struct.Struct(">16sIH")


@dataclass(frozen=True, slots=True)
class Code:
    """What a genuine code says: which card, made in which minute. `nonce` is its own, for ever."""

    card: UUID
    made_at: datetime
    nonce: str


def key_of(secret: str) -> Ed25519PrivateKey:
    """The installation's signing key, out of its secret."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"linli.points-card:{secret}".encode()).digest())


def public_of(key: Ed25519PrivateKey) -> str:
    """The public key as a shop's page keeps it: 32 bytes in base64."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def made(key: Ed25519PrivateKey, card: UUID, at: datetime) -> str:
    """The code of a card for this minute; two made in one minute differ."""
    body = _BODY.pack(card.bytes, int(at.timestamp() // 60), secrets.randbelow(2**16))
    return PREFIX + base64.b32encode(body + key.sign(body)).decode().rstrip("=")


def read(key: Ed25519PublicKey, text: str) -> Code | None:
    """What a code says; None for one we did not sign."""
    plain = "".join(text.split()).upper()
    if not plain.startswith(PREFIX) or len(plain) > 200:
        return None
    packed = plain[len(PREFIX) :]
    try:
        raw = base64.b32decode(packed + "=" * (-len(packed) % 8))
        body, signature = raw[: _BODY.size], raw[_BODY.size :]
        key.verify(signature, body)
        card, minute, chance = _BODY.unpack(body)
    except (ValueError, InvalidSignature, struct.error):
        return None
    made_at = datetime.fromtimestamp(minute * 60, UTC)
    return Code(UUID(bytes=card), made_at, f"{minute:x}-{chance:04x}-{card[-5:].hex()}")


def in_time(code: Code, scanned_at: datetime, sent_at: datetime) -> bool:
    """Whether a shop read it while it was fresh, and sent it within a day."""
    read_fresh = code.made_at - AHEAD <= scanned_at <= code.made_at + timedelta(minutes=1) + FRESH
    return read_fresh and scanned_at - AHEAD <= sent_at <= scanned_at + OFFLINE
