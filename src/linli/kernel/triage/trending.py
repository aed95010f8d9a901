"""Hot topics of a scope: asked for by whoever looks, computed by the worker, kept as a sheet for an hour.

Topics over three thousand texts take seconds, so no request computes them. The sheet holds phrases, place names,
figures and which matters, but no reporter and no text; it is seen by whoever sees the whole scope.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotAllowed, Sees, as_system, looking_as, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.models import OPEN

from .freewords import in_own_words, labels
from .models import TopicSheet
from .saying import HOOD
from .text import normalise
from .topics import Told, Topic, hot_topics

EVER = 30_000
RANGES = (7, 30, 90, 365, EVER)
"""Days to look back; the last is everything there is, as after an import of old matters."""
USUAL = 90
TEXTS = 10_000
"""The newest so many texts of the scope are read."""
SAMPLE = 1000
"""So many texts of a source tell whether it has free text."""
FRESH = timedelta(hours=1)
LEASE = timedelta(minutes=10)
KEPT = timedelta(days=30)
STEPS, BARS = (1, 7, 30, 365), 60
"""Days of a bar in the course of a topic: the shortest with which the range has at most 60 bars."""
HOODS = 4
OFTEN_NAMED = 0.2
RISES = 1.5

# Newest first from every neighbourhood, by its index (p12, opened_at); then the newest of all of them.
_TEXTS = """
WITH RECURSIVE hood(code) AS (
  (SELECT m.p12 FROM matters_matter m WHERE m.p12 >= left(%(scope)s, 12) ORDER BY m.p12 LIMIT 1)
  UNION ALL
  SELECT (SELECT m.p12 FROM matters_matter m WHERE m.p12 > h.code ORDER BY m.p12 LIMIT 1)
  FROM hood h WHERE starts_with(h.code, left(%(scope)s, 12))
)
SELECT m.id, m.title, m.body, m.opened_at, coalesce(m.reporter_id, m.id), m.address, m.place_code, m.kind, m.lon, m.lat,
       m.source
FROM hood h CROSS JOIN LATERAL (
  SELECT * FROM matters_matter m WHERE m.p12 = h.code AND m.opened_at >= %(since)s AND m.opened_at <= %(until)s
    AND m.state <> 'withdrawn' AND m.words_erased_at IS NULL AND starts_with(m.place_code, %(scope)s)
  ORDER BY m.opened_at DESC LIMIT %(most)s
) m
WHERE starts_with(h.code, left(%(scope)s, 12)) ORDER BY m.opened_at DESC, m.id LIMIT %(most)s
"""

# By the key, so that what is read of a source is neither of one day nor of one place.
_SAMPLE = """
SELECT s.source, m.id, m.title, m.body FROM unnest(%(sources)s::text[]) s(source) CROSS JOIN LATERAL (
  SELECT m.id, m.title, m.body FROM matters_matter m
  WHERE m.source = s.source AND m.source_key <> '' AND m.words_erased_at IS NULL
  ORDER BY m.source_key DESC LIMIT %(most)s
) m
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page shows: the last computed topics, if any, and whether newer ones are being made.

    Of the `texts` that were read, `wordless` said nothing but the name of a category.
    """

    days: int
    computed_at: datetime | None
    wanted_at: datetime | None
    texts: int
    wordless: int
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
        return Sheet(days, None, None, 0, 0, False, [])
    return Sheet(days, row.computed_at, row.wanted_at, row.texts, row.wordless, row.cut, row.topics)


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
        read = rows[:TEXTS]
        half_life = None if taken.days == EVER else timedelta(days=taken.days) * 2 / 3
        worded = _in_own_words(read)
        topics = hot_topics(worded, now=at, half_life=half_life)
        course = Course.over(taken.days, min((row.told.at for row in read), default=at), at)
        by_id = {row.told.id: row for row in read}
        with transaction.atomic():
            TopicSheet.objects.filter(id=taken.id).update(
                topics=[_plain(topic, [by_id[member] for member in topic.members], course) for topic in topics],
                texts=len(read),
                wordless=len(read) - len(worded),
                cut=len(rows) > TEXTS,
                computed_at=at,
                wanted_at=None,
                taken_at=None,
            )
            TopicSheet.objects.filter(computed_at__lt=at - KEPT, wanted_at=None).delete()
    return 1


class _Text(NamedTuple):
    """A matter as it is read: what topics need of it, and where it lies."""

    told: Told
    lon: float | None
    lat: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Course:
    """How the course of a topic is told: bars of `step` days up to `end`, and the last `recent` days against the ones
    before them."""

    bars: int
    step: int
    recent: int
    end: datetime

    @classmethod
    def over(cls, days: int, first: datetime, end: datetime) -> Course:
        """For a range of so many days; for everything there is, from the `first` report on."""
        long = min(days, (end - first).days + 1) if days == EVER else days
        step = next((step for step in STEPS if long <= step * BARS), STEPS[-1])
        recent = next(recent for up_to, recent in ((7, 3), (90, 7), (365, 30), (EVER, 365)) if days <= up_to)
        return cls(-(-long // step), step, recent, end)

    def counts(self, moments: Iterable[datetime]) -> list[int]:
        """Reports in each bar, the last one ending now."""
        counts = [0] * self.bars
        for moment in moments:
            counts[-1 - min(self.bars - 1, (self.end - moment) // timedelta(days=self.step))] += 1
        return counts

    def trend(self, moments: Sequence[datetime]) -> tuple[str, int, int]:
        """(new, rising, steady, falling or quiet; reports in the recent days; in as many days before)."""
        ages = [(self.end - moment) / timedelta(days=self.recent) for moment in moments]
        lately, before = sum(age < 1 for age in ages), sum(1 <= age < 2 for age in ages)
        if not lately:
            word = "quiet"
        elif max(ages) < 1:
            word = "new"
        elif lately >= RISES * before and lately - before > 2:
            word = "rising"
        elif before >= RISES * lately and before - lately > 2:
            word = "falling"
        else:
            word = "steady"
        return word, lately, before


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


def _texts(scope: str, since: datetime, until: datetime) -> list[_Text]:
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, {"scope": scope, "since": since, "until": until, "most": TEXTS + 1})
        return [_Text(Told(*row[:8]), *row[8:]) for row in cursor.fetchall()]


def _in_own_words(read: Sequence[_Text]) -> list[Told]:
    """What the texts say beyond the name of their kind and beyond the labels of a source that has no free text."""
    texts: dict[str, dict[Hashable, tuple[str, str]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, {"sources": sorted({row.source for row in read}), "most": SAMPLE})
        for source, key, title, body in cursor.fetchall():
            texts[source][key] = title, body
    for row in read:
        texts[row.source][row.told.id] = row.told.title, row.told.body
    repeated = {source: labels(said.values()) for source, said in texts.items()}
    worded = (in_own_words(row.told, repeated[row.source] | _names(row.told.kind)) for row in read)
    return [told for told in worded if told is not None]


def _names(kind: str) -> frozenset[str]:
    """A report may give a kind and no words: then the kind's name stands for them (Open311)."""
    return frozenset(normalise(catalogue().word("matter", kind, language)) for language in ("zh", "en"))


def _plain(topic: Topic, members: Sequence[_Text], course: Course) -> dict[str, Any]:
    moments = [member.told.at for member in members]
    hoods = Counter(member.told.code[:HOOD] for member in members)
    kinds = Counter(member.told.kind for member in members)
    spots = [(member.lon, member.lat) for member in members if member.lon is not None and member.lat is not None]
    trend, lately, before = course.trend(moments)
    return {
        "key": str(min(members, key=lambda member: (member.told.at, str(member.told.id))).told.id),
        "label": topic.label,
        "heat": topic.heat,
        "phrases": list(topic.phrases),
        "names": [name for name, count in topic.places if count >= OFTEN_NAMED * len(members)],
        "code": topic.code,
        "hoods": [list(hood) for hood in hoods.most_common(HOODS)],
        "kinds": [list(kind) for kind in kinds.most_common(2)],
        "spot": [median(lon for lon, _ in spots), median(lat for _, lat in spots)] if spots else None,
        "first_at": topic.first.isoformat(),
        "last_at": topic.last.isoformat(),
        "reports": len(topic.members),
        "reporters": topic.reporters,
        "counts": course.counts(moments),
        "step": course.step,
        "trend": trend,
        "lately": lately,
        "before": before,
        "recent": course.recent,
        "members": [str(member) for member in topic.members],
    }


_MEMBERS = """
SELECT m.id, m.number, m.version, m.title, m.kind, m.state, m.opened_at, m.due_at, m.stage, m.paused_at, m.place_code,
       m.address, m.lon, m.lat, u.name AS unit, i.number AS into_number
FROM matters_matter m LEFT JOIN people_unit u ON u.id = m.lead_unit_id
LEFT JOIN matters_matter i ON i.id = m.merged_into_id
WHERE m.id = ANY(%s)
"""


def members(actor: Actor, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The matters the actor sees among these, by id: what they are, how they stand, where they lie. One query."""
    require(actor, "matters.read")
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [[UUID(one) for one in ids]])
        names = [column.name for column in cursor.description or ()]
        return {str(row[0]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def lead_of(rows: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The matter that best leads the others: open and not paused, taken up by a unit before others, the earliest."""
    working = [row for row in rows if row["state"] in OPEN and row["paused_at"] is None]
    return min(working, key=lambda row: (row["unit"] is None, row["opened_at"]), default=None)


def _prefix(actor: Actor) -> str:
    return "" if actor.scope == "*" else actor.scope


def _may(actor: Actor, days: int) -> None:
    require(actor, "matters.read")
    if actor.sees not in (Sees.PLACE, Sees.ALL):
        raise NotAllowed(_("热点按整个地区统计，您现在的岗位只看得到本单位的事项。"), code="role")
    if days not in RANGES:
        raise Invalid(_("没有这个时间范围。"), fields={"days": _("请从列表中选择。")})
