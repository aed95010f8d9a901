"""An XLSForm is read: types, choices, groups, conditions; what cannot be taken over is told with row and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.gateways.xlsform import wire
from linli.gateways.xlsform.expressions import required, shown_when
from linli.kernel.access import Invalid
from linli.kernel.registers.incoming import read_form
from linli.kernel.registers.tests.sheets import VISIT, workbook


def test_a_form_is_read_with_what_was_lost_and_where():
    found = wire.read(workbook(VISIT))
    assert found.title == "上门问卷" and found.languages == ("English", "中文") and not found.faults
    asked = {one.name: one for one in found.questions}
    assert {name: one.type for name, one in asked.items()} == {
        "alone": "yes_no", "who": "choice", "ill": "choices", "meals": "integer", "height": "decimal",
    }  # fmt: skip
    assert wire.said(asked["alone"].labels) == "独居" and wire.said(asked["alone"].group) == "居住"
    assert asked["alone"].required and asked["meals"].required and not asked["who"].required
    assert (asked["who"].when, asked["who"].values) == ("alone", ("y",))
    assert (asked["meals"].when, asked["meals"].values) == ("ill", ("s", "h"))
    assert asked["who"].choices == (
        ("son", {"English": "Son", "中文": "儿子"}), ("nbr", {"English": "Neighbour", "中文": "邻居"}),
    )  # fmt: skip
    told = {(gap.row, gap.column, gap.name) for gap in found.gaps}
    assert told == {
        (9, "relevant", "expression"),
        (10, "type", "no_place"),
        (11, "type", "repeat"),
        (14, "type", "reckoned"),
    }


@pytest.mark.parametrize(
    ("md", "row", "fault"),
    [
        ("| survey |\n| type | name | label |\n| wibble | a | A |", 2, "unknown_type"),
        ("| survey |\n| type | name | label |\n| text | a | A |\n| text | a | B |", 3, "twice"),
        ("| survey |\n| type | name | label |\n| select_one nothing | a | A |", 2, "no_list"),
        ("| survey |\n| type | name | label |\n| text | a b | A |", 2, "bad_name"),
        ("| survey |\n| type | name | label |\n| text |  | A |", 2, "no_name"),
        ("| survey |\n| type | name | label |\n| begin group | g | G |\n| text | a | A |", 2, "never_ends"),
        ("| survey |\n| type | name | label |\n| text | a | A |\n| end group | x |  |", 3, "ends_nothing"),
        ("| survey |\n| type | name | label |\n| note | a | A |", 1, "nothing_left"),
    ],
)
def test_what_is_wrong_with_the_form_is_told_with_its_row_and_nothing_is_taken(md: str, row: int, fault: str):
    found = wire.read(workbook(md))
    assert [(one.row, one.name) for one in found.faults] == [(row, fault)] and not found.questions


def test_what_is_no_form_says_what_it_is_instead():
    for content in (b"", b"not a spreadsheet", b"PK\x03\x04broken"):
        with pytest.raises(wire.NoForm, match="unreadable"):
            wire.read(content)
    with pytest.raises(wire.NoForm, match="no_type"):
        wire.read(workbook("| survey |\n| name | label |\n| a | A |"))
    with pytest.raises(Invalid, match="打不开"):
        read_form(b"nothing")


@pytest.mark.parametrize(
    ("expression", "means"),
    [
        ("${a} = 'x'", ("a", ("x",))),
        ('${a}="x" or ${a} = "y"', ("a", ("x", "y"))),
        ("(selected(${a}, 'x'))", ("a", ("x",))),
        ("${a} = 1", ("a", ("1",))),
        ("${a} = 'x' and ${b} = 'y'", None),
        ("${a} = 'x' or ${b} = 'y'", None),
        ("${a} != 'x'", None),
        ("not(selected(${a}, 'x'))", None),
        ("${a} = 'x' or", None),
        ("(${a} = 'x') or (${a} = 'y')", None),
        ("", None),
    ],
)
def test_a_condition_is_translated_whole_or_not_at_all(expression: str, means: object):
    assert shown_when(expression) == means


@given(st.text(max_size=60))
def test_no_expression_breaks_the_reading(text: str):
    shown_when(text)
    required(text)


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=20), st.floats(), st.booleans()), max_size=5), max_size=6
    )
)
def test_no_sheet_breaks_the_reading(rows):
    book = {"survey": wire._rows([["type", "name", "label", "relevant", "required"], *rows])}
    try:
        found = wire.form_of(book)
    except wire.NoForm:
        return
    assert found.faults or found.questions
