"""How well declared rules find what people saw in real series: precision and recall on the second half of each file, with
numbers tuned on the first half only (`python -m bench.readings.labels`).

Tuning tries every combination of a few values of `Rule.numbers()` and keeps the one with the best F1 by reading (by
episode, where the labels are whole windows). A reading counts as found while a warning stands; an episode (readings
labelled one after another, gaps of up to `join` seconds closed) is found when a warning stands at some time of it, and a
warning is right when it stands within an episode.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from zoneinfo import ZoneInfo

from linli.kernel.declare import Device, Quantity, Reading, Rule, minutes
from linli.kernel.readings.rules import Sample, compile_rule
from linli.kernel.readings.rules.courses import courses
from linli.kernel.readings.rules.replay import Replay, Stood
from linli.kernel.readings.rules.windows import hour_of_week

from . import labelled
from .labelled import Row

UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Case:
    """A rule on a file. `grid`: name of a number → values to try. `join`: seconds. `by`: what is tuned for."""

    name: str
    rows: Callable[[], list[Row]]
    device: Device
    rule: Rule
    grid: Mapping[str, Sequence[float]]
    join: float = 60
    by: str = "reading"
    note: str = ""


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


def by_reading(found: Sequence[Stood], rows: Sequence[Row]) -> Score:
    hit = wrong = missed = nth = 0
    for row in rows:
        while nth < len(found) and (ended := found[nth].ended) is not None and ended <= row.at:
            nth += 1
        stands = nth < len(found) and found[nth].begun <= row.at
        hit, wrong, missed = (
            hit + (stands and row.so),
            wrong + (stands and not row.so),
            missed + (row.so and not stands),
        )
    return Score(hit, wrong, missed)


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
    best, kept = (-1.0, 0.0), dict[str, float]()
    for values in product(*case.grid.values()):
        numbers = dict(zip(case.grid, values, strict=True))
        if any(case.rule.with_numbers(numbers).faults()):
            continue
        found = warnings(case, numbers, rows, usual)
        single = by_reading(found, rows)
        if case.by == "quiet":  # nothing to find there: the first of the values, sharp ones first, without a word
            score = (0.0 if found else 1.0, 0.0)
        elif case.by == "episode":
            episodes, each = by_episode(found, rows, case.join)
            right, recall = each.precision or 0.0, episodes.recall or 0.0
            score = (2 * right * recall / (right + recall) if right + recall else 0.0, single.f1)
        else:
            score = (single.f1, 0.0)
        if score > best:
            best, kept = score, numbers
    return kept


def _device(*quantities: str, every: int = 1) -> Device:
    return Device("probe", tuple(Quantity(name) for name in quantities), every=minutes(every))


def _rule(name: str, when: object, **more: object) -> Rule:
    return Rule(name, of=("probe",), when=when, **{"calms": 0, **more})  # type: ignore[arg-type]


eco2, humidity, light, co2 = Reading("eco2"), Reading("humidity"), Reading("light"), Reading("co2")
value = Reading("value")
CASES = [
    Case(
        "smoke",
        labelled.smoke,
        _device("temperature", "humidity", "eco2"),
        _rule("smoke", eco2.above(401) & humidity.above(47)),
        {"eco2.limit": (400, 401, 403, 410, 430), "humidity.limit": (0, 47, 48, 49, 50), "lasts": (0, 5, 30),
         "clear-after": (0, 60, 300, 900, 1800)},
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
        by="quiet",
        note="the first half holds no episode: the sharpest limit without a word there",
    ),
    Case(
        "traffic speed (NAB), falls",
        lambda: labelled.nab("realTraffic/speed_6005"),
        _device("value", every=5),
        _rule("falls", value.falls(40, within=1800)),
        {"by": tuple(range(10, 90, 2))},
        join=86400,
        by="quiet",
        note="as above",
    ),
    Case(
        "traffic occupancy (NAB), above",
        lambda: labelled.nab("realTraffic/occupancy_6005"),
        _device("value", every=5),
        _rule("full", value.above(20)),
        {"limit": tuple(range(4, 60))},
        join=86400,
        by="quiet",
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


def main() -> None:
    if not labelled.DATA.is_dir():
        sys.exit("The labelled series are not here (../shared/data/iot, or LINLI_SHARED_DATA).")
    wanted = sys.argv[1:]
    for case in CASES:
        if wanted and not any(word in case.name for word in wanted):
            continue
        first, second = halves(case, case.rows())
        usual = Learned.of(first)
        numbers = tune(case, first, usual)
        print(f"{case.name}: tuned to {numbers}" + (f" ({case.note})" if case.note else ""))
        for half, rows in (("first half", first), ("second half", second)):
            found = warnings(case, numbers, rows, usual)
            single, (episodes, each) = by_reading(found, rows), by_episode(found, rows, case.join)
            print(
                f"  {half:11}  by reading: precision {_share(single.precision)} recall {_share(single.recall)}"
                f" of {single.found + single.missed} of {len(rows)};  by episode: recall"
                f" {episodes.found}/{episodes.found + episodes.missed}, warnings right {each.found}/{each.found + each.wrong}"
            )


def _share(value: float | None) -> str:
    return "  –  " if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
