"""python -m bench.replay.judging [--series DIR]

The smoke and the room series have labels. A rule's numbers are chosen on the first half of each file alone, and its
machine, the very one of the house, is run over the second half: precision and recall by reading, beside those of saying
"yes" always. Nothing but thresholds with hysteresis, combined, is tried: that is what a duty officer can set.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from linli.kernel.declare import Condition, Reading, Rule
from linli.kernel.readings.rules import Sample, compile_rule

from .scene import DEVICES
from .series import Row, all_of

ROOT = Path(__file__).resolve().parents[2]
SERIES = Path(os.environ.get("LINLI_SHARED_DATA", ROOT.parent / "shared" / "data")) / "iot"
MODELS = {device.name: device for device in DEVICES}


@dataclass(frozen=True, slots=True)
class Score:
    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def balance(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def smoke_rules() -> Iterator[tuple[str, Condition]]:
    eco2, humidity, temperature = Reading("eco2"), Reading("humidity"), Reading("temperature")
    for limit in (401, 405, 410, 420, 450, 500, 600, 800):
        yield f"eco2 > {limit}", eco2.above(limit, clears=400.5)
    for damp, warm in itertools.product((46, 47, 48, 49, 50, 51), (60, 26, 24, 22)):
        yield (
            f"humidity > {damp} & temperature < {warm}",
            humidity.above(damp, clears=damp - 0.5) & temperature.below(warm, clears=warm + 0.5),
        )
    for damp, limit in itertools.product((47, 48, 49, 50), (405, 420, 450, 500)):
        yield (
            f"humidity > {damp} | eco2 > {limit}",
            humidity.above(damp, clears=damp - 0.5) | eco2.above(limit, clears=401),
        )


def room_rules() -> Iterator[tuple[str, Condition]]:
    light, co2 = Reading("light"), Reading("co2")
    for limit in (200, 250, 300, 350, 365, 380, 400, 420):
        yield f"light > {limit}", light.above(limit, clears=limit - 40)
        for thick in (450, 500, 550):
            yield (
                f"light > {limit} & co2 > {thick}",
                light.above(limit, clears=limit - 40) & co2.above(thick, clears=thick - 20),
            )
            yield (
                f"light > {limit} | co2 > {thick + 500}",
                light.above(limit, clears=limit - 40) | co2.above(thick + 500, clears=thick + 400),
            )


def score(model: str, when: Condition, lasts: float, rows: list[Row], label: str) -> Score:
    """The rule's machine over the rows: it says "yes" from being raised until it is cleared."""
    device = MODELS[model]
    slots = {quantity.name: n for n, quantity in enumerate(device.measures)}
    rule = Rule("judged", of=(model,), when=when, lasts=lasts, clear_after=lasts, calms=0)
    machine = compile_rule(rule, device, slots, {}, None, ZoneInfo("UTC"))
    state, stands = None, False
    right = wrong = missed = 0
    for at, values in rows:
        sample = Sample(1, round(at * 1000), [values.get(quantity.name) for quantity in device.measures])
        state, changes = machine.fed(state, sample)
        for change in changes:
            stands = change.what != "clear"
        if values[label]:
            right, missed = right + stands, missed + (not stands)
        else:
            wrong += stands
    return Score(right, wrong, missed)


def judge(model: str, label: str, rows: list[Row], rules: Iterator[tuple[str, Condition]]) -> tuple[str, ...]:
    half = len(rows) // 2
    first, second = rows[:half], rows[half:]
    thinned = first[:: max(1, len(first) // 4000)]
    chosen = max(
        ((score(model, when, lasts, thinned, label).balance, words, when, lasts) for words, when in rules for lasts in (0.0, 60.0)),
        key=lambda tried: (tried[0], tried[1]),
    )  # fmt: skip
    _balance, words, when, lasts = chosen
    before, after = score(model, when, lasts, first, label), score(model, when, lasts, second, label)
    yes = sum(values[label] for _at, values in second) / len(second)
    return (
        f"{words}{f', lasting {lasts:.0f} s' if lasts else ''}",
        f"{before.precision:.3f} / {before.recall:.3f}", f"{after.precision:.3f} / {after.recall:.3f}", f"{yes:.3f} / 1",
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.replay.judging")
    parser.add_argument("--series", type=Path, default=SERIES)
    given = parser.parse_args()
    if not given.series.exists():
        raise SystemExit(f"the real series are not here: {given.series}")
    told = {one.file: one.series[0] for one in itertools.islice(all_of(given.series), 3)}
    lines: list[tuple[str, ...]] = [
        ("file", "rule, chosen on the first half", "precision / recall there", "on the second half", "always yes"),
        ("---",) * 5,
        ("smoke", *judge("replay-smoke", "alarm", told["smoke"].rows, smoke_rules())),
        ("room_occupancy", *judge("replay-room", "occupied", told["room_occupancy"].rows, room_rules())),
    ]
    sys.stdout.write("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")


if __name__ == "__main__":
    main()
