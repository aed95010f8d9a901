"""What is published for everybody: whole months, small cells gone for good, never twice the same days."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import Conflict, Gone, Invalid, NotAllowed, as_system
from linli.kernel.datasets import queries
from linli.kernel.datasets.models import Publication
from linli.kernel.datasets.verbs import publish, publishing, withdraw_publication
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, STREET, Cast

AUGUST = {"first": date(2026, 8, 1), "last": date(2026, 8, 31)}


@pytest.fixture
def reported(cast: Cast, monkeypatch) -> Cast:
    """One small and three larger counts in August: two places, two kinds."""
    monkeypatch.setattr(publishing, "GATHERED", 3)
    when = MONDAY - timedelta(days=20)
    for kind, place, many in (
        ("unlicensed-stall", HOOD, 9),
        ("unlicensed-stall", OTHER_HOOD, 2),
        ("illegal-building", HOOD, 8),
        ("illegal-building", OTHER_HOOD, 7),
    ):
        for n in range(many):
            cast.report(by="dispatcher", at=when + timedelta(minutes=n), kind=kind, place_code=place, source="desk")
    return cast


def published(cast: Cast, **changes: object) -> Publication:
    return publish(
        by=cast.street_duty, at=MONDAY, **{"place_code": STREET, "title": "八月事项", **AUGUST, **changes}
    )


def test_what_is_left_out_is_not_stored_anywhere(reported: Cast) -> None:
    made = published(reported)
    cells = {(k, p): made.cells[r][c] for r, k in enumerate(made.rows) for c, p in enumerate(made.columns)}
    assert cells["unlicensed-stall", OTHER_HOOD] is None
    assert made.left_out == sum(n is None for row in made.cells for n in row) >= 4
    assert 2 not in json.loads(json.dumps(made.cells[0] + made.cells[1]))


def test_kinds_that_are_rare_are_told_together(reported: Cast, monkeypatch) -> None:
    monkeypatch.setattr(publishing, "GATHERED", 15)
    made = published(reported)
    assert made.rows == ["illegal-building", ""] and len(made.cells) == 3


def test_the_same_days_are_not_told_twice_neither_above_nor_below(reported: Cast) -> None:
    made = published(reported)
    for changes in ({}, {"first": date(2026, 7, 1)}, {"place_code": HOOD}):
        with pytest.raises((Conflict, Invalid)):
            published(reported, **changes)
    with pytest.raises(Conflict):
        publish(by=reported.district_duty, at=MONDAY, place_code=STREET[:6], title="八月事项", **AUGUST)
    withdraw_publication(by=reported.street_duty, at=MONDAY, publication_id=made.id, reason="类别归错了")
    with pytest.raises(Conflict):
        published(reported)
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.create(
            place_code=STREET, title="x", rows=[], columns=[], cells=[], least=5, left_out=0, published_at=MONDAY,
            published_name="x", **AUGUST,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 8, 2), date(2026, 8, 31)),
        (date(2026, 8, 1), date(2026, 8, 30)),
        (date(2026, 9, 1), date(2026, 9, 30)),
        (date(2026, 8, 1), date(2026, 7, 31)),
        (date(2020, 1, 1), date(2020, 1, 31)),
    ],
)
def test_only_whole_months_that_are_over_and_had_something(reported: Cast, first: date, last: date) -> None:
    with pytest.raises(Invalid):
        published(reported, first=first, last=last)


def test_who_may_publish_and_that_it_is_withdrawn_with_a_reason(reported: Cast) -> None:
    for nobody in (reported.keeper, reported.grid, reported.stranger):
        with pytest.raises(NotAllowed):
            publish(by=nobody, at=MONDAY, place_code=STREET, title="八月事项", **AUGUST)
    made = published(reported)
    assert [p.id for p in queries.publications()] == [made.id]
    withdraw_publication(by=reported.street_leader, at=MONDAY, publication_id=made.id, reason="类别归错了")
    assert queries.publications() == []
    with pytest.raises(Gone, match="类别归错了"):
        queries.publication(made.id)
