"""How well declared rules find what people saw in real series: precision and recall on the second half of each file, with
numbers tuned on the first half only (`python -m bench.readings --only labels`; a word after `python -m bench.readings.labels`
chooses cases).

Tuning tries every combination of a few values of `Rule.numbers()` and keeps the best by `Case.by`. A reading counts as found
while a warning stands; an episode (readings labelled one after another, gaps of up to `join` seconds closed) is found when
a warning stands at some time of it, and a warning is right when it stands within an episode.

Beside each: who warns always, or at random, is right as often as readings are labelled (`chance`). `over chance` is recall less
the share of other readings warned about (Youden's J): 0 for both of those, 1 for who knows, below 0 for who knows better not.
Readings that the file says a second time are told apart: whoever remembers them has not been asked anything.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from zoneinfo import ZoneInfo

from linli.kernel.declare import Device, Quantity, Reading, Rule, minutes
from linli.kernel.readings.rules import Sample, compile_rule
from linli.kernel.readings.rules.courses import courses
from linli.kernel.readings.rules.replay import Replay, Stood
from linli.kernel.readings.rules.windows import hour_of_week
from linli.scenes.public_safety.scene import scene as public_safety

from . import labelled, telling
from .labelled import Row

UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Case:
    """A rule on a file. `grid`: name of a number → values to try. `join`: seconds. `twice`: slots by which a reading that
    is said again is known.

    `by` is what is tuned for: F1 by `reading` or by `episode` (where labels are whole windows); `no-alarm`: none that is wrong, then as much found as can be, as a detector is set in clean air; `silence`, where there is
    nothing to find: the sharpest numbers without a word.
    """

    name: str
    rows: Callable[[], list[Row]]
    device: Device
    rule: Rule
    grid: Mapping[str, Sequence[float]]
    join: float = 60
    by: str = "reading"
    note: str = ""
    twice: Sequence[int] = ()


@dataclass
class Learned:
    """The usual course, learned from the first half."""

    known: dict[int, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Learned:
        hours: dict[int, list[float]] = {}
        for row in rows:
            if row.values[0] is not None:
                hours.setdefault(row.at // 3_600_000, []).append(row.values[0])
        means = [(1, 0, hour_of_week(at * 3_600_000, UTC), sum(each) / len(each)) for at, each in hours.items()]
        return cls({how: (middle, sd) for (_t, _s, how), (_n, middle, sd) in courses(means).items()})

    def at(self, thing: int, slot: int, how: int) -> tuple[float, float] | None:
        return self.known.get(how)


@dataclass(frozen=True)
class Score:
    found: int = 0
    wrong: int = 0
    missed: int = 0
    calm: int = 0
    """Neither warned nor labelled."""

    @property
    def chance(self) -> float:
        """How many are labelled, of all: how often who warns always or blindly is right."""
        return (self.found + self.missed) / max(1, self.found + self.wrong + self.missed + self.calm)

    @property
    def over_chance(self) -> float | None:
        if not self.found + self.missed or not self.wrong + self.calm:
            return None
        return self.found / (self.found + self.missed) - self.wrong / (self.wrong + self.calm)

    @property
    def precision(self) -> float | None:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else None

    @property
    def recall(self) -> float | None:
        return self.found / (self.found + self.missed) if self.found + self.missed else None

    @property
    def f1(self) -> float:
        return 2 * self.found / (2 * self.found + self.wrong + self.missed) if self.found else 0.0


def warnings(case: Case, numbers: Mapping[str, float], rows: Sequence[Row], usual: Learned) -> list[Stood]:
    slots = {quantity.name: n for n, quantity in enumerate(case.device.measures)}
    replay = Replay(compile_rule(case.rule, case.device, slots, numbers, usual, UTC), rows[0].at)
    for row in rows:
        replay.take(Sample(1, row.at, row.values))
    replay.until(rows[-1].at)
    return replay.found


def by_reading(found: Sequence[Stood], rows: Sequence[Row], counts: Sequence[bool] | None = None) -> Score:
    """Of all rows, or of those that count."""
    seen, nth = Counter[tuple[bool, bool]](), 0
    for n, row in enumerate(rows):
        while nth < len(found) and (ended := found[nth].ended) is not None and ended <= row.at:
            nth += 1
        if counts is None or counts[n]:
            seen[nth < len(found) and found[nth].begun <= row.at, row.so] += 1
    return Score(seen[True, True], seen[True, False], seen[False, True], seen[False, False])


def by_episode(found: Sequence[Stood], rows: Sequence[Row], join: float) -> tuple[Score, Score]:
    """Of episodes (found and missed), and of warnings (right and wrong)."""
    episodes: list[list[int]] = []
    for row in rows:
        if row.so and episodes and row.at - episodes[-1][1] <= join * 1000:
            episodes[-1][1] = row.at
        elif row.so:
            episodes.append([row.at, row.at])
    spans = [(one.begun, rows[-1].at if one.ended is None else one.ended) for one in found]
    seen = sum(any(begun <= end and ended >= begin for begun, ended in spans) for begin, end in episodes)
    right = sum(any(begun <= end and ended >= begin for begin, end in episodes) for begun, ended in spans)
    return Score(seen, 0, len(episodes) - seen), Score(right, len(spans) - right, 0)


def tune(case: Case, rows: Sequence[Row], usual: Learned) -> dict[str, float]:
    """The first of the best."""
    best, kept = (-2.0, 0.0), dict[str, float]()
    for values in product(*case.grid.values()):
        numbers = dict(zip(case.grid, values, strict=True))
        if any(case.rule.with_numbers(numbers).faults()):
            continue
        score = _worth(case, warnings(case, numbers, rows, usual), rows)
        if score > best:
            best, kept = score, numbers
    return kept


def _worth(case: Case, found: Sequence[Stood], rows: Sequence[Row]) -> tuple[float, float]:
    single = by_reading(found, rows)
    match case.by:
        case "silence":
            return (0.0 if found else 1.0, 0.0)
        case "no-alarm":
            return (-float(single.wrong > 0), single.recall or 0.0)
        case "episode":
            episodes, each = by_episode(found, rows, case.join)
            right, recall = each.precision or 0.0, episodes.recall or 0.0
            return (2 * right * recall / (right + recall) if right + recall else 0.0, single.f1)
    return (single.f1, 0.0)


def _device(*quantities: str, every: int = 1) -> Device:
    return Device("probe", tuple(Quantity(name) for name in quantities), every=minutes(every))


def _rule(name: str, when: object, **more: object) -> Rule:
    return Rule(name, of=("probe",), when=when, **{"calms": 0, **more})  # type: ignore[arg-type]


light, co2 = Reading("light"), Reading("co2")
value = Reading("value")
# The rule of the scene, on what the box in the file measured.
SMOKE = _device("eco2", "temperature", "humidity")
GAS = replace(next(rule for rule in public_safety.rules if rule.name == "fire-gas"), of=(SMOKE.name,))
LEVEL = {"limit": (425, 450, 475, 500, 600, 1000), "clears": (410, 450, 475, 1000)}
CASES = [
    Case("smoke, as public_safety ships it", labelled.smoke, SMOKE, GAS, {}, twice=(0, 2)),
    Case(
        "smoke, the same with its numbers tuned",
        labelled.smoke,
        SMOKE,
        GAS,
        {"eco2.by": (100, 300), "eco2.within": (60, 180), **{f"eco2-2.{name}": values for name, values in LEVEL.items()},
         "clear-after": (0, 300)},
        by="no-alarm",
        twice=(0, 2),
    ),
    Case(
        "smoke, a limit and nothing else, tuned",
        labelled.smoke,
        SMOKE,
        _rule("level", Reading("eco2").above(5000, clears=2000)),
        {**LEVEL, "clear-after": (0, 300)},
        by="no-alarm",
        twice=(0, 2),
    ),
    Case(
        "room occupancy",
        labelled.rooms,
        _device("light", "co2", "temperature", "humidity"),
        _rule("occupied", light.above(300, clears=200) & co2.above(450)),
        {"light.limit": (200, 300, 350, 400), "light.clears": (100, 200, 300), "co2.limit": (0, 430, 450, 500, 600),
         "lasts": (0, 60, 120), "clear-after": (0, 120, 300)},
        join=300,
    ),
    Case(
        "travel time (NAB)",
        lambda: labelled.nab("realTraffic/TravelTime_387"),
        _device("value", every=15),
        _rule("slow", value.unusual(4, down=False)),
        {"times": (3, 4, 5, 6, 8), "least": (0, 100, 200, 400, 800), "lasts": (0, 1800, 3600),
         "clear-after": (0, 7200, 43200)},
        join=86400,
        by="episode",
    ),
    Case(
        "machine temperature (NAB)",
        lambda: labelled.nab("realKnownCause/machine_temperature_system_failure"),
        _device("value", every=5),
        _rule("failing", value.below(50, clears=60)),
        {"limit": (30, 40, 50, 60, 65, 70), "clears": (60, 70, 80), "lasts": (0, 1800, 7200),
         "clear-after": (0, 7200, 43200)},
        join=86400,
        by="episode",
    ),
    Case(
        "traffic speed (NAB), below",
        lambda: labelled.nab("realTraffic/speed_6005"),
        _device("value", every=5),
        _rule("slow", value.below(40)),
        {"limit": tuple(range(80, 8, -2))},
        join=86400,
        by="silence",
        note="the first half holds no episode: the sharpest limit without a word there",
    ),
    Case(
        "traffic speed (NAB), falls",
        lambda: labelled.nab("realTraffic/speed_6005"),
        _device("value", every=5),
        _rule("falls", value.falls(40, within=1800)),
        {"by": tuple(range(10, 90, 2))},
        join=86400,
        by="silence",
        note="as above",
    ),
    Case(
        "traffic occupancy (NAB), above",
        lambda: labelled.nab("realTraffic/occupancy_6005"),
        _device("value", every=5),
        _rule("full", value.above(20)),
        {"limit": tuple(range(4, 60))},
        join=86400,
        by="silence",
        note="as above",
    ),
    Case(
        "gas, 7 sensors",
        labelled.gas,
        _device("mq2", "mq3", "mq5", "mq6", "mq7", "mq8", "mq135"),
        _rule("gas", Reading("mq3").below(480) | Reading("mq8").below(380)),
        {"mq3.limit": tuple(range(340, 520, 20)), "mq8.limit": (0, 300, 380, 420)},
        note="blocks: the first half of each block of 1,600 tunes, the second is judged",
    ),
    Case(
        "PM2.5 of Beijing, days over 150",
        labelled.dust,
        _device("value", every=60),
        _rule("heavy", value.above(150, clears=120)),
        {"limit": (110, 130, 150, 170, 200), "clears": (80, 100, 120, 150), "lasts": (0, 7200, 14400),
         "clear-after": (0, 10800, 21600)},
        join=3600 * 25,
    ),
]  # fmt: skip


def halves(case: Case, rows: list[Row]) -> tuple[list[Row], list[Row]]:
    if not case.note.startswith("blocks"):
        return rows[: len(rows) // 2], rows[len(rows) // 2 :]
    first = [row for n, row in enumerate(rows) if n % 1600 < 800]
    second = [row for n, row in enumerate(rows) if n % 1600 >= 800]
    return _renumbered(first), _renumbered(second)


def _renumbered(rows: list[Row]) -> list[Row]:
    return [Row(n * 2000, row.values, row.so) for n, row in enumerate(rows)]


def main(*wanted: str) -> None:
    if not labelled.DATA.is_dir():
        sys.exit("The labelled series are not here (../shared/data/iot, or LINLI_SHARED_DATA).")
    told = ""
    for case in CASES:
        if wanted and not any(word in case.name for word in wanted):
            continue
        rows = case.rows()
        first, second = halves(case, rows)
        usual = Learned.of(first)
        numbers = tune(case, first, usual)
        print(
            f"{case.name}: {f'tuned to {numbers}' if numbers else 'its own numbers'}{case.note and f' ({case.note})'}"
        )
        _say(case, numbers, "first half", first, usual)
        known = labelled.said_before(rows, case.twice) if case.twice else []
        _say(case, numbers, "second half", second, usual, [not again for again in known[len(first) :]])
        if case.name.split(",")[0] != told:
            told = case.name.split(",")[0]
            telling.say([quantity.name for quantity in case.device.measures], first, second, known[len(first) :])


def _say(
    case: Case, numbers: Mapping[str, float], half: str, rows: list[Row], usual: Learned, new: Sequence[bool] = ()
) -> None:
    found = warnings(case, numbers, rows, usual)
    episodes, each = by_episode(found, rows, case.join)
    print(
        f"  {half:11}  {_scored(by_reading(found, rows))};  episodes {episodes.found}/{episodes.found + episodes.missed},"
        f" warnings right {each.found}/{each.found + each.wrong}"
    )
    if new and not all(new):
        print(f"    said once  {_scored(by_reading(found, rows, new))}")


def _scored(score: Score) -> str:
    return (
        f"precision {_share(score.precision)} (chance {score.chance:.3f}) recall {_share(score.recall)}"
        f" over chance {_share(score.over_chance)} of {score.found + score.missed:,} among"
        f" {score.found + score.wrong + score.missed + score.calm:,}"
    )


def _share(value: float | None) -> str:
    return "  –  " if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main(*sys.argv[1:])
