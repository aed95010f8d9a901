"""The tables of a report; small cells are hidden column by column, and what they could be reckoned from."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from .. import scoring, sentences
from ..definitions import BY_NAME, DEFINITIONS
from ..measures import Counts
from ..queries import Period
from ..scoring import Formula
from .parts import Table
from .saying import COMPARED, comparable, number_said, share_said
from .small import SMALL, hidden, share_shown

MOST = 15
"""Lines of a table by kind; the rest are added up in one."""


RANKED = 3
"""Fewest units with a rank: the first of one is first of nothing."""


def figures_table(whole: Counts, before: Counts, month: Period) -> Table:
    rows = []
    for d in DEFINITIONS:
        now, was = d.value(whole), d.value(before)
        if not d.is_share:
            rows.append(
                [
                    str(d.word),
                    number_said(now.top),
                    "",
                    number_said(was.top),
                    sentences.step(d, now, was) if comparable(now, was) else "",
                ]
            )
            continue
        exact = share_shown(now.top, now.bottom or 0)[0] == "exact"
        made_of = (
            f"{now.top:,} / {now.bottom:,}" if exact else _("共 %(n)s 件") % {"n": number_said(now.bottom or 0)}
        )
        then = share_said(was, 1) if was.bottom else "—"
        rows.append(
            [
                str(d.word),
                share_said(now, 1),
                made_of,
                then,
                sentences.step(d, now, was) if comparable(now, was) else "",
            ]
        )
    heads = ["", sentences.period_word(month), _("件数"), sentences.period_word(month.before), _("变化")]
    note = _("两期都有 %(n)d 件以上才写变化：件数少时，多一件少一件就会差很多。") % {"n": COMPARED}
    return Table(_("主要数字"), heads, rows, note)


def kinds_table(found: Mapping[str, Counts], names: Mapping[str, str]) -> Table:
    largest = sorted(found, key=lambda key: (-found[key].reported, key))
    rest = largest[MOST:]
    cells = {key: found[key] for key in largest[:MOST]}
    if rest:
        cells["*"] = sum((found[key] for key in rest), Counts())
    return _plain_table(_("按类别"), _("类别"), cells, {**names, "*": _("其他 %(n)d 类") % {"n": len(rest)}})


def places_table(found: Mapping[str, Counts], names: Mapping[str, str]) -> Table:
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


def scores_table(found: Mapping[str, Counts], names: Mapping[str, str], formula: Formula) -> Table:
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
                number_said(one.due),
            ]
        )
    words = [f"{BY_NAME[name].word}" for name, weight in formula.weights.items() if weight]
    heads = [_("单位"), _("名次"), _("得分"), *words, _("应办结")]
    note = _("期内应办结不足 %(n)d 件的不排名；得分相同的名次相同。重新打开率和退回率取 100 减。") % {
        "n": formula.least
    }
    return Table(_("单位评分"), heads, rows, note)
