"""What a monthly report says: sentences, charts and tables of one place and month, in the language switched on.

A report may be handed on, so small cells are hidden here, where both files are made from (`small`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.kernel.catalogue.language import in_chinese
from linli.kernel.places import queries as places

from .. import sentences
from ..definitions import BY_NAME, DEFINITIONS, STANDING, VERSION
from ..measures import Counts
from ..queries import Group, Period, Scope, Standing, count, standing
from ..queries.counting import below
from ..queries.periods import midnight
from ..queries.weighing import formula_of
from ..scoring import Formula
from .charts import charts
from .parts import Contents
from .saying import lead, names_of
from .small import SMALL
from .tables import figures_table, kinds_table, places_table, scores_table


def contents(place_code: str, month: Period, at: datetime) -> Contents:
    """Of one place and month, as of an instant, in the language that is switched on. Checks nobody's permission."""
    scope = Scope((place_code,))
    whole, before = (count(scope, period, at).get("", Counts()) for period in (month, month.before))
    end = min(at, midnight(month.last + timedelta(days=1)) - timedelta(microseconds=1))
    stands = standing(scope, end).get("", Standing())
    tables = [figures_table(whole, before, month)]
    found = {group: count(scope, month, at, group) for group in (Group.KIND, Group.UNIT)}
    names = {group: names_of(group, found[group]) for group in found}
    formula = formula_of(place_code)
    tables += [
        kinds_table(found[Group.KIND], names[Group.KIND]),
        scores_table(found[Group.UNIT], names[Group.UNIT], formula),
    ]
    if below(scope):
        by_place = count(scope, month, at, Group.PLACE)
        if len(by_place) > 1:
            tables.append(places_table(by_place, names_of(Group.PLACE, by_place)))
    name = places.names([place_code]).get(place_code, place_code)
    return Contents(
        title=_("%(place)s %(month)s社区治理月报") % {"place": name, "month": sentences.month_word(month.first)},
        place=places.label(place_code) or name,
        period=sentences.period_word(month),
        language="zh" if in_chinese() else "en",
        figures_at=_("数据截至 %(at)s") % {"at": _moment(at)},
        versions=_("定义第 %(n)d 版") % {"n": VERSION},
        lead=lead(whole, before, stands, month, end, found, names),
        charts=charts(scope, month, at, whole),
        tables=[table for table in tables if table.rows],
        meanings=_meanings(),
        notes=[
            _("1 到 %(n)d 的数不单独公布，写作“少于 %(less)d”；为了不让人从合计里减出来，有时也隐去相邻的数。") % {"n": SMALL - 1, "less": SMALL},
            _("只评单位和地方，不评个人。每一项都可以在工作台的“评价”里点开到具体事项。"),
        ],
        weights=_weights(formula),
        words={
            "meanings": _("口径"), "of": _("分子"), "among": _("分母"), "counted": _("数的是"), "without": _("例外"),
            "colon": "：" if in_chinese() else ": ", "stop": "。" if in_chinese() else ". ",
            "page": _("第 %(page)s 页，共 %(pages)s 页") % {"page": "{page}", "pages": "{pages}"}, "notes": pgettext("figures", "说明"),
            "made_by": _("由邻里自动生成，数字来自事项的审计记录。"),
        },
    )  # fmt: skip


def _moment(at: datetime) -> str:
    here = timezone.localtime(at)
    return f"{sentences.day_word(here.date(), year=True)} {here:%H:%M}"


def _weights(formula: Formula) -> str:
    parts = [f"{BY_NAME[name].word} {weight}" for name, weight in formula.weights.items() if weight]
    said = ("、" if in_chinese() else ", ").join(parts)
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
