"""From now on everybody reads this version, and whoever asked to be told is told."""

from __future__ import annotations

from datetime import datetime

from ..models import Level, Mailing, Notice, Version, VersionState
from ..models.delivery import SENT_BY


def stand(notice: Notice, version: Version, *, at: datetime, event: str) -> None:
    """From now on everybody reads this version."""
    notice.versions.filter(state=VersionState.STANDING).update(state=VersionState.PAST)
    version.state, version.stands_at = VersionState.STANDING, at
    version.save()
    notice.standing = version.number
    tell(notice, at, event)


def tell(notice: Notice, at: datetime, event: str) -> None:
    """The outbox: what goes to whom is worked out by the worker, in batches, from this row."""
    Mailing.objects.bulk_create(
        [
            Mailing(
                notice=notice,
                version=notice.standing,
                event=event,
                channel=channel,
                urgent=notice.level == Level.EMERGENCY,
                made_at=at,
            )
            for channel in SENT_BY
            if channel in notice.channels
        ]
    )
