"""Private links: whoever made one has checked who sees it, and it ends.

The token names the file, the variant and the end, signed. Ends are rounded up to half hours, so the link of
one file stays the same for a while and the browser keeps the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel.access import Gone, NotFound

ORIGINAL = "original"
LIFETIME = timedelta(hours=1)
STEP = 1800  # seconds
_SALT = "linli.files.link"
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Ticket:
    file_id: UUID
    variant: str
    ends: datetime


def link(file_id: UUID, *, at: datetime, variant: int | str = ORIGINAL, lifetime: timedelta = LIFETIME) -> str:
    """The address of a file, or of its thumbnail (`variant` 320 or 1280), good for at least `lifetime`."""
    return reverse("files:serve", args=[token(file_id, at=at, variant=variant, lifetime=lifetime)])


def token(file_id: UUID, *, at: datetime, variant: int | str = ORIGINAL, lifetime: timedelta = LIFETIME) -> str:
    seconds = -int(-(at + lifetime).timestamp() // STEP) * STEP
    return signing.Signer(salt=_SALT).sign(f"{file_id.hex}.{variant}.{seconds:x}")


def read(token: str, *, at: datetime) -> Ticket:
    """What a token allows. Raises NotFound for one we did not sign, Gone for one that has ended."""
    try:
        parts = signing.Signer(salt=_SALT).unsign(token).split(".")
        if len(parts) != _PARTS:
            raise signing.BadSignature
    except signing.BadSignature as error:
        raise NotFound(_("链接不完整或有误，请从页面重新打开。"), code="files.link") from error
    ends = datetime.fromtimestamp(int(parts[2], 16), UTC)
    if at >= ends:
        raise Gone(_("这个下载链接已过期，请回到原来的页面重新打开。"), code="files.expired")
    return Ticket(UUID(parts[0]), parts[1], ends)
