"""评价: how it stands, what a period was like, and the tables a reader may sort, take away and go on from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, Sees, require
from linli.kernel.catalogue.language import in_chinese
from linli.kernel.clock.now import now
from linli.kernel.figures import sentences
from linli.kernel.figures.definitions import BY_NAME, DEFINITIONS, NUMBERS, SHARES, STANDING, Definition
from linli.kernel.figures.drawing import DESK, Series, columns, shares
from linli.kernel.figures.measures import Counts
from linli.kernel.figures.queries import Group, Scope, Standing, count, scope_of, standing, today, together
from linli.kernel.figures.queries.counting import below, days
from linli.kernel.figures.queries.periods import Period, weeks
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff

from ... import exporting, figured
from ...figured import PERIODS, TABLES, Question
from ...shell import draw

DAILY = 45
"""Days up to which a chart has a column for each; beyond, one for each week."""
FORTNIGHT = 14


@require_GET
@for_staff
def overview_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "figures.read")
    at = now()
    asked = figured.read(request.GET, actor, at)
    scope = scope_of(actor, asked.place, unit=asked.unit_id, kind=asked.kind)
    with together():
        counted = count(scope, asked.period, at).get("", Counts())
        before = count(scope, asked.period.before, at).get("", Counts())
        stands = standing(scope, at).get("", Standing())
        against = today(actor, asked.place, at=at) if not asked.unit and not asked.kind else None
        charts = _charts(scope, asked.period, at, counted)
    place = figured.place_of(asked, actor)
    context: dict[str, Any] = {
        "asked": asked,
        "says": figured.SAYS,
        "at": at,
        "place_name": places.label(place) if place else _("全部地点"),
        "up": _up(asked, actor),
        "period": sentences.period_word(asked.period),
        "periods": [(name, words, asked.but(name=name).write()) for name, words in PERIODS.items()],
        "running": asked.period.last >= timezone.localtime(at).date(),
        "narrowed": _narrowed(asked),
        "standing": [(d, getattr(stands, d.name), _behind(asked, d.name)) for d in STANDING],
        "today": against,
        "numbers": [_figure(d, counted, before, asked) for d in NUMBERS],
        "shares": [_figure(d, counted, before, asked) for d in SHARES],
        "left_out": counted.finish_out,
        "left_out_url": _behind(asked, "finish_out"),
        "before": sentences.period_word(asked.period.before),
        "charts": charts,
        "tables": _tables(asked, scope, actor),
        "table": _table(asked, scope, at, actor),
        "columns": _columns(asked),
        "export": [(form, reverse(f"desk:figures_{form}") + asked.write()) for form in exporting.FORMS],
        "subpages": subpages(actor, asked),
    }
    return draw(request, "desk/figures/overview.html", context, here="desk:figures")


@require_GET
@for_staff
def table_export(request: HttpRequest, form: str) -> HttpResponse:
    """The table as it stands, every number with what it is a share of."""
    actor: Actor = request.actor
    require(actor, "figures.read")
    at = now()
    asked = figured.read(request.GET, actor, at)
    scope = scope_of(actor, asked.place, unit=asked.unit_id, kind=asked.kind)
    heads = [str(TABLES[asked.table])]
    for d in DEFINITIONS:
        heads += (
            [f"{d.word} (%)", f"{d.word}：{_('分子')}", f"{d.word}：{_('分母')}"] if d.is_share else [str(d.word)]
        )
    heads += [str(BY_NAME["open"].word), str(BY_NAME["overdue"].word)]
    rows = []
    for row in _table(asked, scope, at, actor)["rows"]:
        cells: list[Any] = [row["name"]]
        for d in DEFINITIONS:
            value = d.value(row["counts"])
            share = None if value.share is None else round(100 * value.share, 2)
            cells += [share, value.top, value.bottom] if d.is_share else [value.top]
        rows.append([*cells, row["standing"].open, row["standing"].overdue])
    name = f"figures-{asked.table.value}-{asked.period.first:%Y%m%d}-{asked.period.last:%Y%m%d}.{form}"
    return exporting.table_file(form, name, pgettext("figures", "评价"), heads, rows)


def subpages(actor: Actor, asked: Question) -> list[tuple[str, str, Any]]:
    """The pages of this room, each about the same place and time: (URL name, address, words)."""
    pages = (
        ("desk:figures", _("概况")),
        ("desk:figures_scores", pgettext("figures", "评分")),
        ("desk:figures_words", _("定义")),
    )
    return [(name, reverse(name) + asked.but(unit="", kind="").write(), words) for name, words in pages]


def _figure(d: Definition, counted: Counts, before: Counts, asked: Question) -> dict[str, Any]:
    value, was = d.value(counted), d.value(before)
    up = round((value.share or 0) - (was.share or 0), 3) if d.is_share else 0
    known = value.is_known and was.is_known
    return {
        "definition": d,
        "shown": sentences.shown(d, value),
        "top": value.top,
        "bottom": value.bottom,
        "change": sentences.change(d, value, was),
        "tone": ""
        if not known or not up or not d.better
        else "good"
        if (up > 0) == (d.better == "more")
        else "worse",
        "top_url": _behind(asked, *d.top),
        "bottom_url": _behind(asked, *d.bottom) if d.bottom else "",
    }


def _behind(asked: Question, *counts: str) -> str:
    """The list of the matters of a figure."""
    return reverse("desk:figures_matters") + asked.but(table=Group.KIND, sort="").write(figure=".".join(counts))


def _charts(scope: Scope, period: Period, at: datetime, whole: Counts) -> list[dict[str, str]]:
    """What came and went, day by day; how much of it in time, week by week: of a single day there are too few."""
    daily = count(scope, period, at, Group.DAY)
    by_day = [(sentences.day_word(day), daily.get(day.isoformat(), Counts())) for day in days(period, at)]
    if len(by_day) < 2:
        return []
    last = timezone.localtime(at).date()
    by_week = [
        (
            _("%(day)s那周") % {"day": sentences.day_word(week.first)},
            sentences.day_word(week.first),
            _sum(daily, week),
        )
        for week in weeks(Period(period.first, max(period.first, min(period.last, last))))
    ]
    weekly = [(words, counts) for words, _label, counts in by_week]
    labels = [label for _w, label, _c in by_week]
    short = [words if n == 0 else _short(words) for n, (words, _c) in enumerate(by_day)]
    flow, flow_labels = (by_day, short) if period.days <= DAILY else (weekly, labels)
    on_time, time_labels = (weekly, labels) if period.days > FORTNIGHT else (by_day, short)
    return [
        {"title": sentences.flow_title(whole), "svg": columns(flow_labels, _numbers(flow), DESK)},
        {
            "title": sentences.share_title("finished", whole, on_time),
            "svg": shares(time_labels, _shares(on_time), DESK),
        },
    ]


def _numbers(parts: Sequence[tuple[str, Counts]]) -> list[Series]:
    names = ("reported", "closed")
    return [Series(str(BY_NAME[n].word), [getattr(c, n) for _w, c in parts], _told(n, parts)) for n in names]


def _shares(parts: Sequence[tuple[str, Counts]]) -> list[Series]:
    names = ("finished", "answered")
    return [Series(str(BY_NAME[n].word), [_points(n, c) for _w, c in parts], _told(n, parts)) for n in names]


def _short(words: str) -> str:
    """The day without its month, but for the first of each."""
    if in_chinese():
        _month, _sep, day = words.partition("月")
        return words if day == "1日" else day.rstrip("日")
    day, _sep, _month = words.partition(" ")
    return words if day == "1" else day


def _points(name: str, counts: Counts) -> float | None:
    share = BY_NAME[name].value(counts).share
    return None if share is None else 100 * share


def _told(name: str, parts: Iterable[tuple[str, Counts]]) -> list[str]:
    """What a pointer over each mark tells."""
    d = BY_NAME[name]
    said = []
    for words, counts in parts:
        value = d.value(counts)
        made_of = f" ({value.top} / {value.bottom})" if d.is_share else ""
        said.append(f"{words} · {d.word} {sentences.shown(d, value)}{made_of}")
    return said


def _sum(daily: dict[str, Counts], week: Period) -> Counts:
    total = Counts()
    for day, counts in daily.items():
        if week.first.isoformat() <= day <= week.last.isoformat():
            total += counts
    return total


def _tables(asked: Question, scope: Scope, actor: Actor) -> list[tuple[Group, Any, str]]:
    """Which tables there are of what is asked: of one kind none by kind, of one unit none by unit."""
    found = []
    for group, words in TABLES.items():
        if (group is Group.KIND and asked.kind) or (group is Group.UNIT and (asked.unit or asked.kind)):
            continue
        if group is Group.PLACE and (
            not below(scope) or actor.sees is Sees.UNIT or asked.unit or (below(scope) == 12 and asked.kind)
        ):
            continue
        found.append((group, words, asked.but(table=group, sort="").write()))
    return found


SHOWN = ("reported", "closed", "answered", "finished", "reopened", "satisfied", "returned")


def _columns(asked: Question) -> list[dict[str, Any]]:
    """The columns of the table: a click sorts, another turns it round."""
    made = []
    for name in ("", *SHOWN, "open", "overdue"):
        other = name if asked.sort != name else f"-{name}"
        way = {name: "descending", f"-{name}": "ascending"}.get(asked.sort, "") if name else ""
        words = BY_NAME[name].word if name else TABLES[asked.table]
        made.append({"name": name, "words": words, "href": asked.but(sort=other).write() + "#table", "way": way})
    return made


def _table(asked: Question, scope: Scope, at: datetime, actor: Actor) -> dict[str, Any]:
    group = asked.table
    if group not in {group for group, _w, _h in _tables(asked, scope, actor)}:
        return {"group": group, "words": "", "rows": []}
    with together():
        counted = count(scope, asked.period, at, group)
        stands = standing(scope, at, group)
    names = figured.names(group, [*counted, *stands])
    rows = [
        {
            "key": key,
            "name": names.get(key, key),
            "href": _on(asked, group, key),
            "counts": counted.get(key, Counts()),
            "standing": stands.get(key, Standing()),
            "cells": _cells(asked, group, key, counted.get(key, Counts()), stands.get(key, Standing())),
        }
        for key in {*counted, *stands}
    ]
    return {"group": group, "words": TABLES[group], "rows": _sorted(rows, asked.sort)}


def _on(asked: Question, group: Group, key: str) -> str:
    """Where a line leads: the same page about it."""
    match group:
        case Group.PLACE:
            return asked.but(place=key, sort="").write()
        case Group.UNIT:
            return asked.but(unit=key, table=Group.KIND, sort="").write() if key != "-" else ""
    return asked.but(kind=key, table=Group.PLACE, sort="").write()


def _narrow(asked: Question, group: Group, key: str) -> Question:
    match group:
        case Group.PLACE:
            return asked.but(place=key)
        case Group.UNIT:
            return asked.but(unit=key)
    return asked.but(kind=key)


def _cells(asked: Question, group: Group, key: str, counts: Counts, stands: Standing) -> list[dict[str, Any]]:
    of = _narrow(asked, group, key)
    cells = []
    for name in SHOWN:
        d = BY_NAME[name]
        value = d.value(counts)
        cells.append(
            {
                "shown": sentences.shown(d, value),
                "made_of": f"{value.top:,} / {value.bottom:,}" if d.is_share and value.bottom else "",
                "href": _behind(of, *(d.bottom or d.top)) if (value.bottom if d.is_share else value.top) else "",
                "share": value.share if name == "finished" else None,
            }
        )
    for name in ("open", "overdue"):
        number = getattr(stands, name)
        cells.append(
            {"shown": f"{number:,}", "made_of": "", "href": _behind(of, name) if number else "", "share": None}
        )
    return cells


def _sorted(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """By the figure asked for, what has none at the end; else what was reported most first."""
    name, least_first = sort.lstrip("-"), sort.startswith("-")
    rows.sort(key=lambda row: (-row["counts"].reported, row["name"]))
    if name not in (*SHOWN, "open", "overdue"):
        return rows

    def value(row: dict[str, Any]) -> float | None:
        if name in ("open", "overdue"):
            return float(getattr(row["standing"], name))
        d = BY_NAME[name]
        found = d.value(row["counts"])
        return found.share if d.is_share else float(found.top)

    known = [row for row in rows if value(row) is not None]
    known.sort(key=lambda row: value(row) or 0, reverse=not least_first)
    return known + [row for row in rows if value(row) is None]


def _narrowed(asked: Question) -> list[tuple[str, str]]:
    """What the page is narrowed to beside place and time, each with the address without it."""
    found = []
    if asked.unit:
        found.append(
            (figured.names(Group.UNIT, [asked.unit]).get(asked.unit, asked.unit), asked.but(unit="").write())
        )
    if asked.kind:
        found.append((figured.names(Group.KIND, [asked.kind])[asked.kind], asked.but(kind="").write()))
    return found


def _up(asked: Question, actor: Actor) -> tuple[str, str] | None:
    """The place above the one looked at, within the actor's scope: its name and address."""
    own = actor.scope.strip("*")
    if not asked.place or asked.place == own:
        return None
    above = next((asked.place[:n] for n in (9, 6, 4) if n < len(asked.place) and n >= len(own)), own)
    if above == own:
        return (places.names([own]).get(own, own) if own else _("全部地点")), asked.but(place="").write()
    return places.names([above]).get(above, above), asked.but(place=above).write()
