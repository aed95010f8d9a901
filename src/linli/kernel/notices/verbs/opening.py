"""Opened, put away, confirmed: what readers do. And shown, by screens nobody signs in to.

Opening writes no audit record: who read what is nobody's business but the reader's, and a record would keep it longer
than the row. Confirming is an act of duty and is recorded.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.access import SYSTEM, Actor, Role, look_as, looking_as

from ..models import Notice, Opening
from ..queries.mine import for_me
from .core import record, whoever

DOORS = ("phone", "desk", "tv", "push", "sms")


def open_notice(*, notice_id: UUID, by: Actor, at: datetime, channel: str) -> Opening:
    """Somebody who is signed in opened it: counted once, at the first time, through the first door. Raises NotFound
    for a notice that is not for them."""
    account = whoever(by)
    notice = for_me(notice_id, by=by, at=at)
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        row, _made = Opening.objects.get_or_create(
            notice=notice,
            account_id=account,
            defaults={
                "person_id": None if by.role is Role.PROXY else by.person_id,
                "channel": channel if channel in DOORS else "phone",
                "version": notice.standing,
                "at": at,
            },
        )
    return row


def put_away(*, notice_id: UUID, by: Actor, at: datetime, channel: str) -> Opening:
    """'Read', said on the banner of an emergency: it goes from this person's pages, and counts as opened."""
    row = open_notice(notice_id=notice_id, by=by, at=at, channel=channel)
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        Opening.objects.filter(pk=row.pk, put_away_at=None).update(put_away_at=at)
    row.put_away_at = row.put_away_at or at
    return row


def confirm(*, notice_id: UUID, by: Actor, at: datetime) -> Opening:
    """Staff confirm that they read what asks for it. Confirming twice changes nothing."""
    row = open_notice(notice_id=notice_id, by=by, at=at, channel="desk")
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        notice = Notice.objects.get(pk=notice_id)
        if notice.confirm and Opening.objects.filter(pk=row.pk, confirmed_at=None).update(confirmed_at=at):
            record(notice, by=by, at=at, verb="confirm", after={"version": notice.standing})
    row.confirmed_at = row.confirmed_at or at
    return row


_SHOWN = """
INSERT INTO notices_shown (notice_id, screen, display, day, times, seconds) VALUES (%s, %s, %s, %s, 1, %s)
ON CONFLICT (notice_id, display, day) DO UPDATE
SET times = notices_shown.times + 1, seconds = least(86400, notices_shown.seconds + excluded.seconds)
"""


def note_shown(*, notice_id: UUID, screen: str, display: str, day: date, seconds: int, by: Actor) -> None:
    """A screen in a hall or a home showed it for so long. Counted as shown, never as opened. `display`: which screen,
    as it is enrolled; `by` is the screen itself, or the system."""
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        if screen in ("board", "tv", "command") and Notice.objects.filter(pk=notice_id).exists():
            with connection.cursor() as cursor:
                cursor.execute(_SHOWN, [notice_id, screen, display[:40], day, max(0, min(seconds, 86400))])
