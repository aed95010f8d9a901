"""Hot topics of a scope: asked for by whoever looks, computed by the worker, kept as a sheet for an hour.

Topics over three thousand texts take seconds, so no request computes them. The sheet holds phrases, place names,
figures and which matters, but no reporter and no text; it is seen by whoever sees the whole scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotAllowed, Sees, as_system, looking_as, require

from .models import TopicSheet
from .topics import Told, Topic, hot_topics

RANGES = (7, 30, 90, 365)
USUAL = 90
TEXTS = 3000
"""The newest so many texts of the scope are read."""
FRESH = timedelta(hours=1)
LEASE = timedelta(minutes=10)
KEPT = timedelta(days=30)
WEEK = timedelta(weeks=1)

# Newest first from every neighbourhood, by its index (p12, opened_at); then the newest of all of them.
_TEXTS = """
WITH RECURSIVE hood(code) AS (
  (SELECT m.p12 FROM matters_matter m WHERE m.p12 >= left(%(scope)s, 12) ORDER BY m.p12 LIMIT 1)
  UNION ALL
  SELECT (SELECT m.p12 FROM matters_matter m WHERE m.p12 > h.code ORDER BY m.p12 LIMIT 1)
  FROM hood h WHERE starts_with(h.code, left(%(scope)s, 12))
)
SELECT m.id, m.title, m.body, m.opened_at, coalesce(m.reporter_id, m.id), m.address
FROM hood h CROSS JOIN LATERAL (
  SELECT * FROM matters_matter m WHERE m.p12 = h.code AND m.opened_at >= %(since)s AND m.opened_at <= %(until)s
    AND m.state <> 'withdrawn' AND m.words_erased_at IS NULL AND starts_with(m.place_code, %(scope)s)
  ORDER BY m.opened_at DESC LIMIT %(most)s
) m
WHERE starts_with(h.code, left(%(scope)s, 12)) ORDER BY m.opened_at DESC, m.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page shows: the last computed topics, if any, and whether newer ones are being made."""

    days: int
    computed_at: datetime | None
    wanted_at: datetime | None
    texts: int
    cut: bool
    topics: list[dict[str, Any]]

    @property
    def waiting(self) -> bool:
        return self.wanted_at is not None


def sheet(actor: Actor, days: int = USUAL) -> Sheet:
    """The stored topics of the actor's scope. Raises NotAllowed for who sees only a part of the place. One query."""
    _may(actor, days)
    with looking_as(actor):
        row = TopicSheet.objects.filter(place_code=_prefix(actor), days=days).first()
    if row is None:
        return Sheet(days, None, None, 0, False, [])
    return Sheet(days, row.computed_at, row.wanted_at, row.texts, row.cut, row.topics)


def ask(*, by: Actor, at: datetime, days: int = USUAL) -> bool:
    """Have the topics of one's scope computed unless they are younger than an hour; whether that was needed.

    Nothing about a matter changes and nobody is told, so no audit record is written.
    """
    _may(by, days)
    with transaction.atomic(), as_system():
        row, made = TopicSheet.objects.get_or_create(place_code=_prefix(by), days=days, defaults={"wanted_at": at})
        if made or row.wanted_at is not None:
            return True
        if row.computed_at is not None and at - row.computed_at < FRESH:
            return False
        TopicSheet.objects.filter(id=row.id, wanted_at=None).update(wanted_at=at)
    return True


def compute_wanted(*, at: datetime, place_code: str | None = None) -> int:
    """Compute the sheet that has waited longest (of one scope, when it is named); returns how many, 0 or 1.

    It is taken first and computed outside any transaction: a worker that dies leaves it to another after LEASE.
    """
    with as_system():
        taken = _take(at, place_code)
        if taken is None:
            return 0
        rows = _texts(taken.place_code, at - timedelta(days=taken.days), at)
        topics = hot_topics((Told(*row) for row in rows[:TEXTS]), now=at)
        opened = {row[0]: row[3] for row in rows}
        start = at - timedelta(days=taken.days)
        with transaction.atomic():
            TopicSheet.objects.filter(id=taken.id).update(
                topics=[_plain(topic, opened, start, at) for topic in topics],
                texts=min(len(rows), TEXTS),
                cut=len(rows) > TEXTS,
                computed_at=at,
                wanted_at=None,
                taken_at=None,
            )
            TopicSheet.objects.filter(computed_at__lt=at - KEPT, wanted_at=None).delete()
    return 1


def _take(at: datetime, place_code: str | None) -> TopicSheet | None:
    free = Q(taken_at=None) | Q(taken_at__lt=at - LEASE)
    wanted = TopicSheet.objects.filter(free, wanted_at__isnull=False)
    if place_code is not None:
        wanted = wanted.filter(place_code=place_code)
    with transaction.atomic():
        row = wanted.select_for_update(skip_locked=True).order_by(F("wanted_at"), "id").first()
        if row is not None:
            TopicSheet.objects.filter(id=row.id).update(taken_at=at)
    return row


def _texts(scope: str, since: datetime, until: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, {"scope": scope, "since": since, "until": until, "most": TEXTS + 1})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _plain(topic: Topic, opened: dict[Any, datetime], start: datetime, end: datetime) -> dict[str, Any]:
    return {
        "label": topic.label,
        "heat": topic.heat,
        "phrases": list(topic.phrases),
        "places": [list(place) for place in topic.places],
        "first_at": topic.first.isoformat(),
        "last_at": topic.last.isoformat(),
        "reports": len(topic.members),
        "reporters": topic.reporters,
        "weeks": _weeks((opened[member] for member in topic.members), start, end),
        "members": [str(member) for member in topic.members],
    }


def _weeks(moments: Iterable[datetime], start: datetime, end: datetime) -> list[int]:
    """Reports in each week of the range, the last one ending now."""
    counts = [0] * max(1, -(-(end - start) // WEEK))
    for moment in moments:
        counts[-1 - min(len(counts) - 1, (end - moment) // WEEK)] += 1
    return counts


def members(actor: Actor, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Number, title, state and day of the matters the actor sees among these, by id. One query."""
    require(actor, "matters.read")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, number, title, kind, state, opened_at FROM matters_matter WHERE id = ANY(%s)",
            [[UUID(one) for one in ids]],
        )
        return {
            str(row[0]): dict(zip(("id", "number", "title", "kind", "state", "opened_at"), row, strict=True))
            for row in cursor.fetchall()
        }


def _prefix(actor: Actor) -> str:
    return "" if actor.scope == "*" else actor.scope


def _may(actor: Actor, days: int) -> None:
    require(actor, "matters.read")
    if actor.sees not in (Sees.PLACE, Sees.ALL):
        raise NotAllowed(_("热点按整个地区统计，您现在的岗位只看得到本单位的事项。"), code="role")
    if days not in RANGES:
        raise Invalid(_("没有这个时间范围。"), fields={"days": _("请从列表中选择。")})
