"""Where a page ends: the place of its last row in the order, to the microsecond, in letters an address bears."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Invalid


def write_cursor(at: datetime, key: UUID) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()} {key}".encode()).decode()


def write_ranked(rank: str, at: datetime, key: UUID) -> str:
    """Where something stands before the date in the order."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {key} {rank}".encode()).decode()


def read_ranked(cursor: str | None) -> tuple[str, tuple[datetime, UUID] | None]:
    """What stands before the date, and the rest. Raises Invalid for a cursor we did not write."""
    if not cursor:
        return "", None
    try:
        at, key, rank = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ", 2)
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return rank, (moment, UUID(key))
    except (ValueError, UnicodeError, binascii.Error):
        raise Invalid(_("这个翻页位置无效，请从第一页重新开始。"), fields={"after": _("无效")}) from None


def as_number(rank: str) -> int:
    """A rank that is a number. Raises Invalid for one we did not write."""
    try:
        return int(rank)
    except ValueError:
        raise Invalid(_("这个翻页位置无效，请从第一页重新开始。"), fields={"after": _("无效")}) from None


def read_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Raises Invalid for a cursor we did not write."""
    if not cursor:
        return None
    try:
        at, _space, key = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, UUID(key)
    except (ValueError, UnicodeError, binascii.Error):
        raise Invalid(_("这个翻页位置无效，请从第一页重新开始。"), fields={"after": _("无效")}) from None
