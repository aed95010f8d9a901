"""A statement says for each line why, by which rule as it stood, and on what evidence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linli.kernel.access import SYSTEM, NotAllowed, NotFound, looking_as
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import PointsRule
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.points import queries, verbs

from .ground import DAY, NOON, WORDS, account, funded, swept


def test_each_line_names_the_rules_text_as_it_stood(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    person = cast.granny.person_id
    swept(person, "a", reason="三号楼")
    monkeypatch.setitem(catalogue().points, "swept", PointsRule("swept", "good-points", 6, version=2))
    monkeypatch.setitem(
        catalogue().words,
        "points-tests",
        WORDS | {"points": {"swept": {"name_zh": "打扫", "text_zh": "新规：6 分。"}}},
    )
    swept(person, "b", NOON + DAY)
    with looking_as(cast.granny):
        found = queries.statement(account(cast.granny).id, by=cast.granny)
    assert [(line.amount, line.rule_version, line.rule_text) for line in found.lines] == [
        (6, 2, "新规：6 分。"),
        (5, 1, "打扫楼道一次得 5 分。"),
    ]
    assert found.lines[1].reason == "三号楼" and found.before is None


def test_pages_follow_by_number_and_meet_without_a_gap(cast: Cast) -> None:
    held = funded(cast, cast.granny.person_id, 100)
    fund = verbs.open_account(by=SYSTEM, at=NOON, ledger="saved-time", place_code=held.place_code)
    for n in range(6):
        verbs.transfer(by=SYSTEM, at=NOON, key=f"g{n}", source_id=held.id, target_id=fund.id, amount=1)
    seen: list[int] = []
    before: int | None = None
    with looking_as(cast.granny):
        while True:
            page = queries.statement(held.id, by=cast.granny, before=before, limit=3)
            seen += [line.number for line in page.lines]
            before = page.before
            if before is None:
                break
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_a_person_sees_their_own_and_staff_what_lies_in_their_scope(cast: Cast) -> None:
    held = funded(cast, cast.granny.person_id, 100)
    for actor in ("granny", "social", "street_duty"):
        with looking_as(cast.actors[actor]):
            assert queries.statement(held.id, by=cast.actors[actor]).lines
    for actor in ("chen", "stranger"):
        with looking_as(cast.actors[actor]), pytest.raises(NotFound):
            queries.statement(held.id, by=cast.actors[actor])
    with looking_as(cast.grid), pytest.raises(NotAllowed):
        queries.statement(held.id, by=cast.grid)


def test_what_expires_is_told_by_the_last_day_it_can_be_used(cast: Cast) -> None:
    swept(cast.granny.person_id, "a")
    swept(cast.granny.person_id, "b", NOON + timedelta(hours=11, minutes=59))
    swept(cast.granny.person_id, "c", NOON + timedelta(hours=12))
    with looking_as(cast.granny):
        mine: Any = queries.mine(cast.granny)
    assert [(str(one.last_day), one.amount) for one in mine[0].expiring] == [("2026-10-07", 10), ("2026-10-08", 5)]
