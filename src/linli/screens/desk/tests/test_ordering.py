"""The order of columns a reader says once is theirs for every table that has those columns."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from linli.kernel.access import Actor, Invalid, as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import Cast
from linli.screens.desk.models import ColumnOrder
from linli.screens.desk.ordering import places, taken

pytestmark = pytest.mark.django_db
MAY = ["独居", "八十岁以上", "困难"]


def said(by: Actor, labels: list[str], *order: str) -> list[str]:
    """What the reader gets who writes these places beside the columns; nothing written: as it was remembered."""
    data = {f"order_{n}": place for n, place in enumerate(order, 1)}
    request: Any = RequestFactory().post("/", data) if order else RequestFactory().get("/")
    request.actor = by
    return [labels[n - 1] for n in taken(request, "report", labels)]


def test_the_next_table_comes_in_the_same_order_and_what_is_new_follows(cast: Cast) -> None:
    by = cast.street_duty
    assert said(by, MAY) == MAY
    assert said(by, MAY, "3", "", "1") == ["困难", "独居"]
    june = ["九十岁以上", *MAY]
    assert said(by, june) == ["困难", "独居", "九十岁以上"], "left out stays so"
    assert [one.place for one in places(by, "report", june)] == [3, 2, "", 1], "and is offered so"
    assert said(by, ["八十岁以上"]) == ["八十岁以上"], (
        "of a table of it alone it is not left out: nothing would be left"
    )
    assert said(cast.social, MAY) == MAY, "for whoever said so"


def test_what_is_said_of_one_table_takes_nothing_from_another(cast: Cast) -> None:
    by = cast.street_duty
    said(by, ["甲", "乙", "丙"], "3", "2", "1")
    said(by, ["丁", "甲"], "1", "2")
    assert said(by, ["甲", "乙", "丙"]) == ["甲", "丙", "乙"]
    assert said(by, ["丁", "甲"]) == ["丁", "甲"]


def test_columns_of_one_name_and_names_with_signs_are_told_apart(cast: Cast) -> None:
    by, labels = cast.street_duty, ["人数", "人数", "-人数"]
    request: Any = RequestFactory().post("/", {"order_1": "", "order_2": "2", "order_3": "1"})
    request.actor = by
    assert taken(request, "report", labels) == [3, 2]
    again: Any = RequestFactory().get("/")
    again.actor = by
    assert taken(again, "report", labels) == [3, 2]


def test_the_same_order_said_again_is_not_written_again(cast: Cast) -> None:
    by = cast.street_duty
    for _twice in range(2):
        said(by, MAY, "3", "2", "1")
    with pytest.raises(Invalid):
        said(by, MAY, "", "x", "-1")
    with as_system():
        assert ColumnOrder.objects.count() == Record.objects.filter(verb="desk.keep_order").count() == 1
