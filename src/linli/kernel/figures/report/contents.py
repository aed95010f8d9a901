"""What a monthly report says: sentences, charts and tables of one place and month, in the language switched on.

A report may be handed on, so small cells are hidden here, where both files are made from (`small`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places

from .. import scoring, sentences
from ..definitions import BY_NAME, DEFINITIONS, STANDING, VERSION, Value
from ..drawing import PAPER, Series, columns, shares
from ..measures import Counts
from ..queries import Group, Period, Scope, Standing, count, standing
from ..queries.counting import below, days
from ..queries.periods import midnight, weeks
from ..queries.weighing import formula_of
from ..scoring import Formula
from .small import SMALL, hidden, share_shown

MOST = 15
"""Lines of a table by kind; the rest are added up in one."""
COMPARED = 30
"""Fewest cases of a share, in both periods, for saying that it rose or fell: of a dozen, one more or less is chance."""
RANKED = 3
"""Fewest units with a rank: the first of one is first of nothing."""


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    svg: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows of text; the first column is a name, the others numbers."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything both files are made from."""

    title: str
    place: str
    period: str
    language: str
    figures_at: str
    versions: str
    lead: Sequence[str]
    charts: Sequence[Chart]
    tables: Sequence[Table]
    meanings: Sequence[Mapping[str, str]]
    notes: Sequence[str]
    weights: str
    words: Mapping[str, str] = field(default_factory=dict)


def contents(place_code: str, month: Period, at: datetime) -> Contents:
    """Of one place and month, as of an instant, in the language that is switched on. Checks nobody's permission."""
    scope = Scope((place_code,))
    whole, before = (count(scope, period, at).get("", Counts()) for period in (month, month.before))
    end = min(at, midnight(month.last + timedelta(days=1)) - timedelta(microseconds=1))
    stands = standing(scope, end).get("", Standing())
    tables = [_figures(whole, before, month)]
    found = {group: count(scope, month, at, group) for group in (Group.KIND, Group.UNIT)}
    names = {group: names_of(group, found[group]) for group in found}
    formula = formula_of(place_code)
    tables += [_kinds(found[Group.KIND], names[Group.KIND]), _scores(found[Group.UNIT], names[Group.UNIT], formula)]
    if below(scope):
        by_place = count(scope, month, at, Group.PLACE)
        if len(by_place) > 1:
            tables.append(_places(by_place, names_of(Group.PLACE, by_place)))
    name = places.names([place_code]).get(place_code, place_code)
    return Contents(
        title=_("%(place)s %(month)s社区治理月报") % {"place": name, "month": sentences.month_word(month.first)},
        place=places.label(place_code) or name,
        period=sentences.period_word(month),
        language="zh" if sentences.in_chinese() else "en",
        figures_at=_("数据截至 %(at)s") % {"at": _moment(at)},
        versions=_("定义第 %(n)d 版") % {"n": VERSION},
        lead=_lead(whole, before, stands, month, end, found, names),
        charts=_charts(scope, month, at, whole),
        tables=[table for table in tables if table.rows],
        meanings=_meanings(),
        notes=[
            _("1 到 %(n)d 的数不单独公布，写作“少于 %(less)d”；为了不让人从合计里减出来，有时也隐去相邻的数。") % {"n": SMALL - 1, "less": SMALL},
            _("只评单位和地方，不评个人。每一项都可以在工作台的“评价”里点开到具体事项。"),
        ],
        weights=_weights(formula),
        words={
            "meanings": _("口径"), "of": _("分子"), "among": _("分母"), "counted": _("数的是"), "without": _("例外"),
            "colon": "：" if sentences.in_chinese() else ": ", "stop": "。" if sentences.in_chinese() else ". ",
            "page": _("第 %(page)s 页，共 %(pages)s 页") % {"page": "{page}", "pages": "{pages}"}, "notes": pgettext("figures", "说明"),
            "made_by": _("由邻里自动生成，数字来自事项的审计记录。"),
        },
    )  # fmt: skip


def _moment(at: datetime) -> str:
    here = timezone.localtime(at)
    return f"{sentences.day_word(here.date(), year=True)} {here:%H:%M}"


def names_of(group: Group, keys: Mapping[str, Counts]) -> dict[str, str]:
    if group is Group.KIND:
        language, known = "zh" if sentences.in_chinese() else "en", catalogue()
        return {key: known.word("matter", key, language) if key in known.kinds else key for key in keys}
    if group is Group.UNIT:
        ids = [UUID(key) for key in keys if key != "-"]
        found = {str(key): name for key, name in Unit.objects.filter(id__in=ids).values_list("id", "name")}
        return {**found, "-": _("未派遣")}
    return places.names(keys)


def _lead(
    whole: Counts,
    before: Counts,
    stands: Standing,
    month: Period,
    end: datetime,
    found: Mapping[Group, Mapping[str, Counts]],
    names: Mapping[Group, Mapping[str, str]],
) -> list[str]:
    """The month in a few paragraphs."""
    said = {
        "month": sentences.period_word(month),
        "reported": _small(whole.reported),
        "closed": _small(whole.closed),
        "reported_change": _change("reported", whole, before),
        "closed_change": _change("closed", whole, before),
    }
    if not whole.reported and not whole.ended:
        return [_("%(month)s没有上报，也没有办结的事项。") % said]
    flow = [_("%(month)s上报 %(reported)s 件%(reported_change)s，办结 %(closed)s 件%(closed_change)s。") % said]
    large = {key: c.reported for key, c in found[Group.KIND].items() if c.reported >= SMALL}
    if kinds := sentences.most_of(large, names[Group.KIND]):
        flow.append(_("上报最多的是%(kinds)s。") % {"kinds": kinds})
    stood = {"open": _spaced(stands.open), "overdue": _spaced(stands.overdue)}
    day = sentences.day_word(timezone.localtime(end).date())
    flow.append(_("%(day)s在办%(open)s件，其中逾期%(overdue)s件。") % {"day": day, **stood})
    dates = [_share(name, whole, before) for name in ("finished", "answered")]
    rest = [_share(name, whole, before) for name in ("reopened", "satisfied", "heard", "returned")]
    return [paragraph for part in (flow, dates, rest) if (paragraph := _together(part))]


def _together(said: Sequence[str]) -> str:
    return ("" if sentences.in_chinese() else " ").join(sentence for sentence in said if sentence)


def _change(name: str, whole: Counts, before: Counts) -> str:
    d = BY_NAME[name]
    said = sentences.change(d, *values) if _told(*(values := (d.value(whole), d.value(before)))) else ""
    return _("（%(change)s）") % {"change": said} if said else ""


def _told(now: Value, before: Value) -> bool:
    """Whether how a figure stands to the period before may and can be said: it would give small numbers away, and of a
    few cases it says nothing."""
    if now.bottom is None or before.bottom is None:
        return not (0 < now.top < SMALL or 0 < before.top < SMALL)
    exact = all(share_shown(v.top, v.bottom or 0)[0] == "exact" for v in (now, before))
    return exact and now.bottom >= COMPARED and before.bottom >= COMPARED


def _said_share(value: Value, digits: int) -> str:
    """A share as it may be published: "88.2%", "不足 3%", "超过 92%", or "样本不足"."""
    how, bound = share_shown(value.top, value.bottom or 0)
    if how == "exact":
        return sentences.percent(value.share, digits)
    words = {"below": _("不足 %(n)d%%"), "above": _("超过 %(n)d%%"), "few": _("样本不足")}[how]
    return words % {"n": bound} if how != "few" else words


def _spaced(number: int) -> str:
    """A number in a sentence: with the space Chinese leaves around figures, not around words."""
    return (
        f" {_small(number)} "
        if number == 0 or number >= SMALL or not sentences.in_chinese()
        else f"{_small(number)} "
    )


def _share(name: str, whole: Counts, before: Counts) -> str:
    """ "按时办结率 88.2%（841 / 953 件），比上期高 1.9 个百分点。"; nothing where the cases are too few to publish."""
    d = BY_NAME[name]
    value = d.value(whole)
    how, _bound = share_shown(value.top, value.bottom or 0)
    if how == "few":
        return ""
    said = {
        "figure": d.word,
        "share": _said_share(value, 1),
        "top": f"{value.top:,}",
        "bottom": f"{value.bottom:,}",
    }
    if how != "exact":
        return _("%(figure)s%(share)s（共 %(bottom)s 件）。") % said
    change = sentences.change(d, value, d.value(before)) if _told(value, d.value(before)) else ""
    if not change:
        return _("%(figure)s %(share)s（%(top)s / %(bottom)s 件）。") % said
    return _("%(figure)s %(share)s（%(top)s / %(bottom)s 件），%(change)s。") % {**said, "change": change}


def _small(number: int) -> str:
    return _("少于 %(n)d") % {"n": SMALL} if 0 < number < SMALL else f"{number:,}"


def _charts(scope: Scope, month: Period, at: datetime, whole: Counts) -> list[Chart]:
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
        "figure": BY_NAME["finished"].word, "share": _said_share(value, 0), "bottom": _small(value.bottom or 0),
    }  # fmt: skip


def _points(name: str, counts: Counts) -> float | None:
    """A point of a line; none where it could be counted back to one or two matters."""
    value = BY_NAME[name].value(counts)
    exact = share_shown(value.top, value.bottom or 0)[0] == "exact"
    return 100 * (value.share or 0) if exact else None


def _figures(whole: Counts, before: Counts, month: Period) -> Table:
    rows = []
    for d in DEFINITIONS:
        now, was = d.value(whole), d.value(before)
        if not d.is_share:
            rows.append(
                [
                    str(d.word),
                    _small(now.top),
                    "",
                    _small(was.top),
                    sentences.step(d, now, was) if _told(now, was) else "",
                ]
            )
            continue
        exact = share_shown(now.top, now.bottom or 0)[0] == "exact"
        made_of = f"{now.top:,} / {now.bottom:,}" if exact else _("共 %(n)s 件") % {"n": _small(now.bottom or 0)}
        then = _said_share(was, 1) if was.bottom else "—"
        rows.append(
            [
                str(d.word),
                _said_share(now, 1),
                made_of,
                then,
                sentences.step(d, now, was) if _told(now, was) else "",
            ]
        )
    heads = ["", sentences.period_word(month), _("件数"), sentences.period_word(month.before), _("变化")]
    note = _("两期都有 %(n)d 件以上才写变化：件数少时，多一件少一件就会差很多。") % {"n": COMPARED}
    return Table(_("主要数字"), heads, rows, note)


def _kinds(found: Mapping[str, Counts], names: Mapping[str, str]) -> Table:
    largest = sorted(found, key=lambda key: (-found[key].reported, key))
    rest = largest[MOST:]
    cells = {key: found[key] for key in largest[:MOST]}
    if rest:
        cells["*"] = sum((found[key] for key in rest), Counts())
    return _plain_table(_("按类别"), _("类别"), cells, {**names, "*": _("其他 %(n)d 类") % {"n": len(rest)}})


def _places(found: Mapping[str, Counts], names: Mapping[str, str]) -> Table:
    return _plain_table(_("按地点"), _("地点"), dict(sorted(found.items())), names)


def _plain_table(title: str, first: str, found: Mapping[str, Counts], names: Mapping[str, str]) -> Table:
    """Reported, closed, due and the shares; small cells hidden column by column."""
    numbers = {
        "reported": {key: c.reported for key, c in found.items()},
        "closed": {key: c.closed for key, c in found.items()},
        "due": {key: c.finish_in + c.finish_late for key, c in found.items()},
    }
    kept = {name: hidden(cells) for name, cells in numbers.items()}
    rows = []
    for key, counts in found.items():
        shown = [
            _("少于 %(n)d") % {"n": SMALL}
            if 0 < numbers[n][key] < SMALL
            else _("隐去")
            if key in kept[n]
            else f"{numbers[n][key]:,}"
            for n in numbers
        ]
        shares = [_published(name, counts) for name in ("finished", "answered", "reopened", "satisfied")]
        rows.append([names.get(key, key), *shown, *shares])
    heads = [
        first, str(BY_NAME["reported"].word), str(BY_NAME["closed"].word), _("应办结"),
        *(str(BY_NAME[name].word) for name in ("finished", "answered", "reopened", "satisfied")),
    ]  # fmt: skip
    return Table(title, heads, rows)


def _published(name: str, counts: Counts) -> str:
    """A share in a table as it may be published: whole per cents, a bound as "<3%" or ">92%", "—" of too few cases."""
    value = BY_NAME[name].value(counts)
    how, bound = share_shown(value.top, value.bottom or 0)
    return {"few": "—", "below": f"<{bound}%", "above": f">{bound}%", "exact": sentences.percent(value.share, 0)}[
        how
    ]


def _scores(found: Mapping[str, Counts], names: Mapping[str, str], formula: Formula) -> Table:
    ranked = scoring.ranked({key: counts for key, counts in found.items() if key != "-"}, formula)
    rows = []
    for one in ranked if sum(one.rank is not None for one in ranked) >= RANKED else ():
        if not one.due:
            continue
        parts = ["—" if part.value is None or not one.rank else f"{part.value:.0f}" for part in one.parts]
        place = str(one.rank) if one.rank else _("样本不足")
        rows.append(
            [
                names.get(one.key, one.key),
                place,
                "—" if one.score is None or not one.rank else f"{one.score:.1f}",
                *parts,
                _small(one.due),
            ]
        )
    words = [f"{BY_NAME[name].word}" for name, weight in formula.weights.items() if weight]
    heads = [_("单位"), _("名次"), _("得分"), *words, _("应办结")]
    note = _("期内应办结不足 %(n)d 件的不排名；得分相同的名次相同。重新打开率和退回率取 100 减。") % {
        "n": formula.least
    }
    return Table(_("单位评分"), heads, rows, note)


def _weights(formula: Formula) -> str:
    parts = [f"{BY_NAME[name].word} {weight}" for name, weight in formula.weights.items() if weight]
    said = ("、" if sentences.in_chinese() else ", ").join(parts)
    if formula.version:
        where = places.names([formula.place_code]).get(formula.place_code, formula.place_code)
        return _("评分的权重：%(weights)s（%(place)s第 %(n)d 版）。") % {
            "weights": said,
            "place": where,
            "n": formula.version,
        }
    return _("评分的权重：%(weights)s（系统内置）。") % {"weights": said}


def _meanings() -> list[dict[str, str]]:
    return [
        {
            "word": str(d.word),
            "says": str(d.says),
            "of": str(d.of),
            "among": str(d.among),
            "without": str(d.without),
        }
        for d in (*DEFINITIONS, *(s for s in STANDING if s.name != "held"))
    ]
