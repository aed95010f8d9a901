"""What came of a trial, beside what was really raised and what people found on the spot."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from ..instants import ms
from ..models import Cause, Warning
from ..rules.replay import Stood

if TYPE_CHECKING:
    from .trial import Trial

TOLERANCE = 10 * 60_000
"""ms before and after a warning within which one of the replay is the same."""
TOP = 20
"""Subjects that are named, those with the most warnings."""
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class Figures:
    """Of one set of numbers: how many warnings, about how many things or places, and what became of those a person looked
    into. `often` are the subjects with the most."""

    warnings: int = 0
    subjects: int = 0
    real_kept: int = 0
    false_gone: int = 0
    often: list[tuple[str, int]] = field(default_factory=list)
    days: dict[int, int] = field(default_factory=dict)
    """Days since 1970 (local) → warnings."""


@dataclass(slots=True)
class Backtest:
    """`present` and `other` numbers over the same readings; `raised` warnings really were, of them `real` and `false` as
    people found; `untried` more were, at times of which no readings are stored. `things` of `of_things` were covered (a fair
    sample, where the time did not suffice), from `begin`. Of `coarse` of them fewer readings are stored than they said:
    whether they were silent in between nobody can know, and they are left out."""

    begin: datetime
    end: datetime
    things: int
    of_things: int
    readings: int
    took: float
    raised: int
    real: int
    false: int
    present: Figures
    other: Figures
    untried: int = 0
    coarse: int = 0
    expected: float = 0.0
    """Readings the things that were covered should have sent since `begin`, each at its own interval."""

    @property
    def whole(self) -> bool:
        return self.things == self.of_things


def compare(trial: Trial, of_things: int) -> Backtest:
    """Both sets of numbers of a trial that has run, of as many things as it was asked about."""
    raised = Warning.objects.filter(
        rule=trial.rule.name, subject__in=trial.covered, raised_at__gte=trial.begin, raised_at__lt=trial.end
    ).values_list("subject", "raised_at", "cleared_at", "closed_at", "cause")
    stood: list[tuple[str, int, int, str]] = []
    untried = 0
    for subject, begun, cleared, closed, cause in raised:
        first, last = trial.heard.get(subject, (1, 0))
        if not first - TOLERANCE <= ms(begun) <= last + TOLERANCE:
            untried += 1  # nobody can say what either set of numbers would have made of it
            continue
        ended = cleared or closed or trial.end
        stood.append((subject, ms(begun) - TOLERANCE, ms(ended) + TOLERANCE, cause))
    causes = Counter(_verdict(cause) for *_rest, cause in stood)
    return Backtest(
        begin=trial.begin,
        end=trial.end,
        things=trial.things,
        of_things=of_things,
        readings=trial.readings,
        took=time.monotonic() - trial.began,
        raised=len(stood),
        real=causes["real"],
        false=causes["false"],
        present=_figures(trial, trial.found[0], stood),
        other=_figures(trial, trial.found[1], stood),
        untried=untried,
        coarse=len(trial.coarse),
        expected=trial.expected,
    )


def _figures(trial: Trial, found: Mapping[str, list[Stood]], stood: Iterable[tuple[str, int, int, str]]) -> Figures:
    end = ms(trial.end)
    figures = Figures(warnings=sum(map(len, found.values())), subjects=len(found))
    for subject, begun, ended, cause in stood:
        again = any(s.begun <= ended and (s.ended or end) >= begun for s in found.get(subject, ()))
        figures.real_kept += again and _verdict(cause) == "real"
        figures.false_gone += not again and _verdict(cause) == "false"
    figures.often = Counter({subject: len(each) for subject, each in found.items()}).most_common(TOP)
    for each in found.values():
        for one in each:
            day = datetime.fromtimestamp(one.begun / 1000, trial.zone).date().toordinal() - _EPOCH
            figures.days[day] = figures.days.get(day, 0) + 1
    return figures


def _verdict(cause: str) -> str:
    return "" if not cause else "real" if cause == Cause.REAL else "false"
