"""How many matters the next weeks may bring, and how wrong that was so far. Pure: counts of weeks in, forecasts out.

The model is a Poisson regression with a trend and one wave a year, the later weeks weighing more; it is no better than
what it is measured against: last week again, the mean of four weeks, the same week a year ago. Every method is tried on
the past as it would have been used (rolling origin, 1 to 4 weeks ahead). The model is shown only where it was better in
the older half of these trials and in the newer. Else the naive method is shown that was best in the last weeks: times
change, and what was best a year ago may be far off today. The error that is stated is that of this very choosing, done
at each week of the newer half with what was known then: what came after had no say.

MASE: mean absolute error over that of "last week again" within the weeks before (Hyndman and Koehler, 2006); below 1 is
better than that. The interval holds 80 % by a negative binomial whose spread is that of the trials; how much it really
held is stated too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

YEAR, AHEAD = 52, 4
LEAST_WEEKS = YEAR + 12
"""A year to learn the season from, and a dozen weeks to be tried on."""
LEAST_CASES = 26
"""In the last year; with fewer than one every second week a forecast says nothing."""
WITHIN = 0.8
HALF_LIFE = 40.0
RIDGE = 0.5
ROUNDS = 25
WIDEST = 4.0
WATCHED = 13
"""So many of the last trials say which naive method is best now: a quarter of a year."""
Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Point:
    """One week ahead: what is expected, and between which numbers it lies four times out of five."""

    mean: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """`method` is what is shown. `mase` and `mae` are those of every method in the newer half, and under "shown" of what
    would have been shown week by week; `beaten` whether the model was better than the best of the naive ones. `held` is
    the share of those weeks within the interval."""

    method: str
    points: tuple[Point, ...]
    mase: Mapping[str, float]
    mae: Mapping[str, float]
    beaten: bool
    held: float
    trials: int


def forecast(counts: Counts) -> Forecast | None:
    """The next AHEAD weeks after these; None where there are too few weeks or cases to say anything honest."""
    counts = np.asarray(counts, dtype=float)
    if len(counts) < LEAST_WEEKS or counts[-YEAR:].sum() < LEAST_CASES:
        return None
    origins = range(YEAR, len(counts))
    tried = {name: np.array([ahead(counts[:o]) for o in origins]) for name, ahead in METHODS.items()}
    truth = np.array([[counts[o + h] if o + h < len(counts) else np.nan for h in range(AHEAD)] for o in origins])
    half = len(truth) // 2
    beaten = _beaten(tried, truth, half)
    best = _best_by_week(tried, truth)
    chosen = "model" if beaten else best[-1]
    made = tried["model"] if beaten else np.array([tried[name][n] for n, name in enumerate(best[:-1])])
    mae = {name: _mae(one[half:], truth[half:]) for name, one in {**tried, "shown": made}.items()}
    scale = float(np.abs(np.diff(counts[: YEAR + half])).mean()) or 1.0
    spread = _spread(made[:half], truth[:half])
    return Forecast(
        chosen,
        tuple(_point(mean, _spread(made, truth)) for mean in METHODS[chosen](counts)),
        {name: error / scale for name, error in mae.items()},
        mae,
        beaten,
        _held(made[half:], truth[half:], spread),
        int(np.isfinite(truth[half:]).sum()),
    )


def _beaten(tried: Mapping[str, Counts], truth: Counts, half: int) -> bool:
    """Whether the model was better than every naive method, in the older half and in the newer."""
    older = {name: _mae(made[:half], truth[:half]) for name, made in tried.items()}
    newer = {name: _mae(made[half:], truth[half:]) for name, made in tried.items()}
    naive = [name for name in tried if name != "model"]
    return older["model"] < min(older[n] for n in naive) and newer["model"] < min(newer[n] for n in naive)


def _best_by_week(tried: Mapping[str, Counts], truth: Counts) -> list[str]:
    """At each trial, and now, the naive method that was best in the trials before, of what was known of them by then."""
    naive = [name for name in tried if name != "model"]
    ahead = np.arange(AHEAD)
    found = []
    for now in range(len(truth) + 1):
        begin = max(0, now - WATCHED)
        known = (np.arange(begin, now)[:, None] + ahead) < now
        errors = {
            name: float(np.abs(tried[name][begin:now] - truth[begin:now])[known].mean()) if known.any() else 0.0
            for name in naive
        }
        found.append(min(naive, key=errors.__getitem__))
    return found


def _mae(made: Counts, truth: Counts) -> float:
    return float(np.nanmean(np.abs(made - truth)))


def _last(counts: Counts) -> Counts:
    return np.full(AHEAD, counts[-1])


def _mean4(counts: Counts) -> Counts:
    return np.full(AHEAD, counts[-4:].mean())


def _year(counts: Counts) -> Counts:
    return counts[len(counts) - YEAR :][:AHEAD].astype(float)


def _model(counts: Counts) -> Counts:
    """Poisson regression by iteratively reweighted least squares, the slopes held small by a ridge."""
    n = len(counts)
    design = _design(np.arange(n + AHEAD), n)
    past, ahead = design[:n], design[n:]
    weights = 0.5 ** (np.arange(n)[::-1] / HALF_LIFE)
    level = np.log(max(float(np.average(counts, weights=weights)), 0.05))
    beta: Counts = np.zeros(past.shape[1])
    beta[0] = level
    ridge = np.diag([0.0] + [RIDGE] * (past.shape[1] - 1))
    for _round in range(ROUNDS):
        eta = np.clip(past @ beta, -6, 12)
        mu = np.exp(eta)
        working = eta + (counts - mu) / mu
        left = past.T * (weights * mu)
        fresh = np.asarray(np.linalg.solve(left @ past + ridge, left @ working), dtype=np.float64)
        if np.abs(fresh - beta).max() < 1e-6:
            beta = fresh
            break
        beta = fresh
    most = 3 * max(float(counts[-YEAR:].max()), 1.0)
    return np.minimum(np.exp(np.clip(ahead @ beta, -6, 12)), most)


def _design(weeks: NDArray[np.int64], now: int) -> Counts:
    """Level, trend (which stops growing after today), and a wave of a year."""
    trend = np.minimum(weeks - now, 0) / YEAR
    angle = 2 * np.pi * weeks / (365.25 / 7)
    return np.column_stack([np.ones(len(weeks)), trend, np.sin(angle), np.cos(angle)])


METHODS: Mapping[str, Callable[[Counts], Counts]] = {
    "last": _last,
    "mean4": _mean4,
    "year": _year,
    "model": _model,
}


def _spread(made: Counts, truth: Counts) -> float:
    """How much more the truth varies than chance alone would have it: alpha of variance = mu + alpha mu². At least as much
    as lets the interval hold what it says on these trials: where a method lags behind, its misses are not chance."""
    known = np.isfinite(truth)
    mu = np.maximum(made[known], 0.25)
    alpha = max(0.0, float(((truth[known] - mu) ** 2 - mu).sum() / (mu**2).sum()))
    while _held(made, truth, alpha) < WITHIN and alpha < WIDEST:
        alpha = max(alpha, 0.002) * 1.3
    return alpha


def _point(mean: float, spread: float) -> Point:
    low, high = _between(np.array([mean]), spread)
    return Point(float(mean), int(low[0]), int(high[0]))


def _between(mean: Counts, spread: float) -> tuple[Counts, Counts]:
    mu = np.maximum(mean, 0.25)
    tail = (1 - WITHIN) / 2
    if spread < 1e-6:
        return stats.poisson.ppf(tail, mu), stats.poisson.ppf(1 - tail, mu)
    size = 1 / spread
    chance = size / (size + mu)
    return stats.nbinom.ppf(tail, size, chance), stats.nbinom.ppf(1 - tail, size, chance)


def _held(made: Counts, truth: Counts, spread: float) -> float:
    known = np.isfinite(truth)
    low, high = _between(made[known], spread)
    return float(((truth[known] >= low) & (truth[known] <= high)).mean())
