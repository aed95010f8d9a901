"""The charts of a report: what came and what ended, and the shares of each week; a point that gives a small number away is not drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from .. import sentences
from ..definitions import BY_NAME
from ..drawing import PAPER, Series, columns, shares
from ..measures import Counts
from ..queries import Group, Period, Scope, count
from ..queries.counting import days
from ..queries.periods import weeks
from .parts import Chart
from .saying import COMPARED, number_said, share_said
from .small import SMALL, share_shown


def charts(scope: Scope, month: Period, at: datetime, whole: Counts) -> list[Chart]:
    daily = count(scope, month, at, Group.DAY)
    by_day = [(sentences.day_word(day), daily.get(day.isoformat(), Counts())) for day in days(month, at)]
    if not any(counts.reported or counts.ended for _w, counts in by_day):
        return []
    last = timezone.localtime(at).date()
    parts = []
    for week in weeks(Period(month.first, max(month.first, min(month.last, last)))):
        total = sum((c for d, c in daily.items() if week.first.isoformat() <= d <= week.last.isoformat()), Counts())
        parts.append(
            (_("%(day)s那周") % {"day": sentences.day_word(week.first)}, sentences.day_word(week.first), total)
        )
    lines = [Series(str(BY_NAME[n].word), [_points(n, c) for _w, _l, c in parts]) for n in ("finished", "answered")]
    days_few = sum(_few(c.reported) or _few(c.closed) for _w, c in by_day)
    if 2 * days_few > len(by_day):  # a small place: whole weeks
        labels, flows, note = (
            [label for _w, label, _c in parts],
            [c for _w, _l, c in parts],
            _("每周的件数，以每周第一天标记"),
        )
    else:
        labels, flows, note = [str(n) for n in range(1, len(by_day) + 1)], [c for _w, c in by_day], _("每天的件数")
    flow = [
        Series(str(BY_NAME[n].word), [0 if _few(v) else v for v in (getattr(c, n) for c in flows)])
        for n in ("reported", "closed")
    ]
    if any(_few(c.reported) or _few(c.closed) for c in flows):
        note = _("%(note)s；不足 %(n)d 件的不画") % {"note": note, "n": SMALL}
    size = {"width": 720, "height": 150}
    flow_chart = Chart(sentences.flow_title_published(whole, SMALL), columns(labels, flow, PAPER, **size), note)
    if sum(value is not None for value in lines[0].values) < 2:  # a small place: the table says it all
        return [flow_chart]
    known = [(words, c) for words, _l, c in parts if _points("finished", c) is not None]
    title = _share_title(whole, known)
    note = _("按周，以每周第一天标记；不足 %(n)d 件、或者能算出一两件的周不画") % {"n": SMALL}
    return [flow_chart, Chart(title, shares([label for _w, label, _c in parts], lines, PAPER, **size), note)]


def _few(number: int) -> bool:
    return 0 < number < SMALL


def _share_title(whole: Counts, weeks_of: Sequence[tuple[str, Counts]]) -> str:
    """What the share was, and its lowest week, among those with enough cases to say so."""
    value = BY_NAME["finished"].value(whole)
    if share_shown(value.top, value.bottom or 0)[0] == "exact":
        return sentences.share_title("finished", whole, weeks_of, COMPARED)
    return _("%(figure)s%(share)s（共 %(bottom)s 件）") % {
        "figure": BY_NAME["finished"].word, "share": share_said(value, 0), "bottom": number_said(value.bottom or 0),
    }  # fmt: skip


def _points(name: str, counts: Counts) -> float | None:
    """A point of a line; none where it could be counted back to one or two matters."""
    value = BY_NAME[name].value(counts)
    exact = share_shown(value.top, value.bottom or 0)[0] == "exact"
    return 100 * (value.share or 0) if exact else None
