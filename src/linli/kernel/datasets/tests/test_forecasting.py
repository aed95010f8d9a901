"""A forecast says how wrong it is, and where it is no better than a naive one the naive one is shown."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from linli.kernel.access import NotFound, as_system
from linli.kernel.datasets import queries
from linli.kernel.datasets.forecasting import AHEAD, LEAST_WEEKS, METHODS, forecast
from linli.kernel.datasets.models import Forecast, ForecastRun
from linli.kernel.datasets.verbs.foretelling import forecast_when_due, monday_of, weekly
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import CITY, MONDAY, OTHER_STREET, STREET, Cast


def seasonal(weeks: int = 104, level: float = 40, swing: float = 0.8, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.poisson(level * np.exp(swing * np.sin(2 * np.pi * np.arange(weeks) / 52.18))).astype(float)


def test_where_there_is_a_season_the_model_is_better_and_says_by_how_much() -> None:
    found = forecast(seasonal())
    assert found is not None and found.method == "model" and found.beaten
    assert found.mase["model"] < min(found.mase[n] for n in ("last", "mean4", "year"))
    assert all(p.low <= p.mean <= p.high for p in found.points) and len(found.points) == AHEAD
    assert 0.6 <= found.held <= 1


def test_where_the_model_is_no_better_a_naive_one_is_shown() -> None:
    rng = np.random.default_rng(4)
    walk = np.round(np.exp(3 + np.cumsum(rng.normal(0, 0.5, 90)) * 0.8))
    shown = [
        forecast(np.round(np.exp(3 + np.cumsum(np.random.default_rng(s).normal(0, 0.4, 90))))) for s in range(12)
    ]
    assert any(f is not None and f.method != "model" and not f.beaten for f in shown)
    for found in (*shown, forecast(walk)):
        if found is not None and found.beaten:
            assert found.mae["model"] <= min(found.mae[n] for n in ("last", "mean4", "year"))


def test_what_is_tried_knew_nothing_of_what_came_after() -> None:
    counts = seasonal()
    changed = counts.copy()
    changed[80:] = 900
    for ahead in METHODS.values():
        assert np.array_equal(ahead(counts[:80]), ahead(changed[:80]))


def test_the_stated_error_is_that_of_the_trials_done_by_hand() -> None:
    counts = seasonal()
    found = forecast(counts)
    assert found is not None
    origins = range(52, len(counts))
    late = list(origins)[len(origins) // 2 :]
    errors = [abs(counts[o - 1] - counts[o + h]) for o in late for h in range(AHEAD) if o + h < len(counts)]
    assert found.mae["last"] == pytest.approx(np.mean(errors)) and found.trials == len(errors)


def test_when_times_change_what_was_best_a_year_ago_is_shown_no_more() -> None:
    """Half a year at a quarter of what it is now: last year's weeks say nothing any more, and the error says how it was."""
    rng = np.random.default_rng(3)
    counts = np.concatenate([seasonal(78, level=6, swing=0.1), rng.poisson(40, 16)]).astype(float)
    found = forecast(counts)
    assert found is not None and found.method in ("last", "mean4")
    assert 30 < found.points[0].mean < 50 and found.points[0].high > 40
    assert found.mae["shown"] < found.mae["year"]


def test_what_is_chosen_at_a_week_hangs_on_nothing_that_came_after() -> None:
    from linli.kernel.datasets.forecasting import _best_by_week

    counts = seasonal(90, level=8)
    changed = counts.copy()
    changed[80:] = 900

    def best(given: np.ndarray) -> list[str]:
        origins = range(52, len(given))
        tried = {name: np.array([ahead(given[:o]) for o in origins]) for name, ahead in METHODS.items()}
        truth = np.array([[given[o + h] if o + h < len(given) else np.nan for h in range(AHEAD)] for o in origins])
        return _best_by_week(tried, truth)

    assert best(counts)[: 80 - 52 + 1] == best(changed)[: 80 - 52 + 1]


def test_too_few_weeks_or_cases_say_nothing() -> None:
    assert forecast(seasonal(LEAST_WEEKS - 1)) is None
    assert forecast(np.zeros(100)) is None


def bulk(cast: Cast, weeks: int) -> None:
    """Many matters of the past, as rows: only their kind, place and time are counted."""
    one = cast.report()
    counts = seasonal(weeks, level=6)
    rows = []
    for place, n in enumerate(counts):
        for k in range(int(n)):
            copy = Matter.objects.get(pk=one.pk) if not rows else rows[0]
            values = {f.attname: getattr(copy, f.attname) for f in Matter._meta.concrete_fields if not f.generated}
            values |= {"opened_at": MONDAY - timedelta(weeks=int(weeks - place), hours=-k)}
            values.pop("id")
            values["number"] = f"F{place:03d}-{k:03d}"
            values["source_key"] = None if values.get("source_key") is None else f"f-{place}-{k}"
            rows.append(Matter(**values))
    Matter.objects.bulk_create(rows)


def test_forecasts_are_made_once_a_week_and_seen_below_ones_place(cast: Cast) -> None:
    with as_system():
        bulk(cast, 80)
        counted = weekly(monday_of(MONDAY))
    assert counted[STREET, ""].sum() == counted[CITY, "unlicensed-stall"].sum()
    assert forecast_when_due(at=MONDAY) == 1 and forecast_when_due(at=MONDAY + timedelta(days=1)) == 0
    made = queries.forecast_of(cast.street_leader, STREET, "unlicensed-stall")
    assert len(made.points) == AHEAD and set(made.mase) == {*METHODS, "shown"} and made.week == monday_of(MONDAY)
    assert queries.forecast_places(cast.city_duty)[0] == CITY
    for code in (CITY, OTHER_STREET):
        with pytest.raises(NotFound):
            queries.forecasts(cast.street_leader, code)
    assert forecast_when_due(at=MONDAY + timedelta(days=7)) == 1
    assert Forecast.objects.exclude(week=monday_of(MONDAY + timedelta(days=7))).count() == 0
    assert ForecastRun.objects.count() == 2


def test_a_worker_that_died_leaves_it_to_another(cast: Cast) -> None:
    ForecastRun.objects.create(week=monday_of(MONDAY), taken_at=MONDAY)
    assert forecast_when_due(at=MONDAY + timedelta(minutes=5)) == 0
    assert forecast_when_due(at=MONDAY + timedelta(minutes=31)) == 1
