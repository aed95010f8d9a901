"""Hot topics: many reports, one cause, over weeks. Found by what the reports share and others do not."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

import numpy as np

from linli.kernel.triage.causes import judge, without_stragglers
from linli.kernel.triage.gathering import gather
from linli.kernel.triage.labels import label, telling
from linli.kernel.triage.placenames import most_named
from linli.kernel.triage.saying import MOSTLY, Corpus, Told, alike
from linli.kernel.triage.text import normalise

__all__ = ["Told", "Topic", "hot_topics"]

HALF_LIFE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Topic:
    """Reports with one cause. `members` from the most to the least typical; `phrases` most telling first.

    `code` is the neighbourhood most of them lie in, "" where they lie in several.
    """

    label: str
    heat: float
    phrases: tuple[str, ...]
    places: tuple[tuple[str, int], ...]
    code: str
    first: datetime
    last: datetime
    reporters: int
    members: tuple[Hashable, ...]


def hot_topics(
    reports: Iterable[Told],
    *,
    at_least: int = 3,
    most: int = 20,
    now: datetime | None = None,
    half_life: timedelta | None = HALF_LIFE,
) -> tuple[Topic, ...]:
    """The topics at least `at_least` different reporters speak of, hottest first.

    Heat is the number of reporters, each halved with every `half_life` between their last report and `now` (the last
    report of all when not given; no halving when `half_life` is None), times 1 + log2(1 + weeks)/4 for a topic that
    lasts.
    """
    told = [report for report in reports if normalise(report.title + report.body)]
    if not told:
        return ()
    moment = now or max(report.at for report in told)
    corpus = Corpus(told)
    found = []
    for group in gather(corpus):
        rows = without_stragglers(corpus, group)
        last = _last_by_reporter(told[row] for row in rows)
        if len(last) >= at_least and judge(corpus, rows).one_cause:
            first = min(told[row].at for row in rows)
            found.append((_heat(last, first, moment, half_life), first, rows))
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    return tuple(_topic(corpus, rows, heat) for heat, _, rows in found[:most])


def _last_by_reporter(reports: Iterable[Told]) -> dict[Hashable, datetime]:
    last: dict[Hashable, datetime] = {}
    for report in reports:
        who = ("reporter", report.reporter) if report.reporter is not None else ("report", report.id)
        last[who] = max(last.get(who, report.at), report.at)
    return last


def _heat(last: dict[Hashable, datetime], first: datetime, now: datetime, half_life: timedelta | None) -> float:
    weeks = (max(last.values()) - first) / timedelta(weeks=1)
    shares = [0.5 ** ((now - at) / half_life) if half_life else 1.0 for at in last.values()]
    return round(sum(shares) * (1 + log2(1 + weeks) / 4), 3)


def _topic(corpus: Corpus, rows: Sequence[int], heat: float) -> Topic:
    likeness = alike(corpus.vectors[list(rows)])
    ranked = [rows[place] for place in np.argsort(-likeness, kind="stable")]
    members = [corpus.told[row] for row in ranked]
    places = most_named(f"{title}。{body}" for title, body in (corpus.texts[row] for row in ranked))
    phrases = telling(corpus, ranked)
    place, count = corpus.place(rows)
    return Topic(
        label=label(phrases, places, len(members), members[0].title),
        heat=heat,
        phrases=phrases,
        places=places,
        code=place if corpus.by_code and count >= MOSTLY * len(rows) else "",
        first=min(told.at for told in members),
        last=max(told.at for told in members),
        reporters=len(_last_by_reporter(members)),
        members=tuple(told.id for told in members),
    )
