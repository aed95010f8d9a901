"""A rule's numbers as a form: what was typed, what of it differs from what holds, and what a trial of it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil, isfinite
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import Refused
from linli.kernel.declare import Rule
from linli.kernel.places import queries as places
from linli.kernel.readings.backtest import Backtest, Figures
from linli.kernel.things.models import Thing

PREFIX = "n:"
REASON = 200
THIN = 0.7
"""The share of expected readings below which a trial says that it may see too little."""


@dataclass(slots=True)
class Typed:
    """`numbers` differ from what holds; `texts` are all as they were typed, `faults` what is wrong with them."""

    numbers: dict[str, float] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    refusal: Refused | None = None


def read(rule: Rule, data: QueryDict, held: Mapping[str, float | None]) -> Typed:
    """What was typed into the fields of a rule; one left empty stays as it is."""
    typed = Typed(reason=" ".join(data.get("reason", "").replace("\0", "").split())[:REASON])
    for name in rule.tunable():
        text = data.get(PREFIX + name, "").replace("\0", "").strip()[:40]
        if not text:
            continue
        typed.texts[name] = text
        value = _number(text)
        if value is None:
            typed.faults[name] = _("请填写数字。")
        elif value != held.get(name):
            typed.numbers[name] = value
    return typed


def _number(text: str) -> float | None:
    try:
        value = float(text.replace("\u2212", "-").replace(",", "").replace("，", ""))
    except ValueError:
        return None
    return value if isfinite(value) else None


def told(trial: Backtest) -> str:
    """What a trial came to, in a sentence: the title of the two columns."""
    before, after = trial.present, trial.other
    values: dict[str, Any] = {
        "days": (trial.end - trial.begin).days,
        "before": before.warnings,
        "after": after.warnings,
        "missed": before.real_kept - after.real_kept,
        "more": after.real_kept - before.real_kept,
        "gone": after.false_gone - before.false_gone,
        "back": before.false_gone - after.false_gone,
    }
    if not before.warnings and not after.warnings:
        return _("过去 %(days)d 天，两组参数都不会报预警") % values
    if before.warnings == after.warnings:
        said = _("过去 %(days)d 天的预警还是 %(after)d 条") % values
    else:
        said = _("过去 %(days)d 天的预警会从 %(before)d 条变成 %(after)d 条") % values
    if values["missed"] > 0:
        said += _("，会漏掉 %(missed)d 条属实的") % values
    elif values["more"] > 0:
        said += _("，多报出 %(more)d 条属实的") % values
    elif before.real_kept:
        said += _("，属实的一条不漏")
    if values["gone"] > 0:
        said += _("，少 %(gone)d 条误报") % values
    elif values["back"] > 0:
        said += _("，多 %(back)d 条误报") % values
    return said


def covered(trial: Backtest) -> str:
    """How much of what there is was looked at, so that nobody takes a sample for the whole."""
    values = {
        "things": trial.things,
        "of": trial.of_things,
        "readings": trial.readings,
        "took": round(trial.took, 1),
    }
    if trial.whole:
        said = _("重放了全部 %(of)d 台设备的 %(readings)d 条读数，用时 %(took)s 秒。") % values
    else:
        said = (
            _(
                "时间有限，重放了 %(of)d 台设备里的 %(things)d 台（随机抽取，不偏向哪里）、%(readings)d 条读数，用时 %(took)s 秒；下面的数字只说这些设备。"
            )
            % values
        )
    if trial.untried:
        said += _("另有 %(n)d 条预警那时的读数没有存下来，两组参数都没法算，下面不计。") % {"n": trial.untried}
    if trial.coarse:
        said += _(
            "其中 %(n)d 台存下来的读数比上报过的少，两条之间有没有上报过、有没有失联，没有办法知道，这些设备不计。"
        ) % {"n": trial.coarse}
    return said + _thin(trial)


def _thin(trial: Backtest) -> str:
    """What is to be said when far fewer readings are kept than the devices should have sent: a trial is blind there."""
    share = trial.readings / trial.expected if trial.expected else 1.0
    if share >= THIN:
        return ""
    return _("这段时间应有的读数只存了约 %(share)d%%，没有读数的时候试算不到，条数会偏少。") % {
        "share": ceil(share * 100)
    }


def by_day(trial: Backtest) -> list[dict[str, Any]]:
    """Each day with how many either set of numbers would have raised, and both as a share of the most on any day."""
    first, last = timezone.localdate(trial.begin), timezone.localdate(trial.end)
    most = max([1, *trial.present.days.values(), *trial.other.days.values()])
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        {
            "day": day,
            "before": _of(trial.present, day),
            "after": _of(trial.other, day),
            "before_share": round(_of(trial.present, day) / most * 100),
            "after_share": round(_of(trial.other, day) / most * 100),
        }
        for day in days
    ]


def _of(figures: Figures, day: date) -> int:
    return figures.days.get(day.toordinal() - date(1970, 1, 1).toordinal(), 0)


def by_subject(trial: Backtest, rule: Rule) -> list[dict[str, Any]]:
    """The things (or places) with the most warnings under either set, and how many under each."""
    before, after = dict(trial.present.often), dict(trial.other.often)
    subjects = list(dict.fromkeys([*before, *after]))
    if rule.level:
        names: Mapping[str, str] = places.labels(subjects)
        pages: dict[str, Any] = {}
    else:
        found = Thing.objects.filter(no__in=[int(s) for s in subjects if s.isdecimal()])
        things = {str(thing.no): thing for thing in found}
        names = {no: thing.name for no, thing in things.items()}
        pages = {no: thing.id for no, thing in things.items()}
    rows = [
        {
            "name": names.get(subject, subject),
            "thing": pages.get(subject),
            "before": before.get(subject, 0),
            "after": after.get(subject, 0),
        }
        for subject in subjects
    ]
    return sorted(rows, key=lambda row: (-abs(row["before"] - row["after"]), -row["before"]))[:12]
