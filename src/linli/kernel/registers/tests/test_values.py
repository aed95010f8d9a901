"""Values as people write them, and what does not fit, each with its sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.declare import About, Codes, Element, Sensitivity, Type, days
from linli.kernel.registers.values import Misfit, clean, masked, print_of, says, shown

FOOD = Codes("food", ("rice", "noodles", "buns"))
LABELS = {"rice": "米饭", "noodles": "面条", "buns": "包子"}


def element(type_: Type, **more) -> Element:
    codes = {"codes": FOOD} if type_ in (Type.CHOICE, Type.CHOICES) else {}
    return Element(
        "one", type_, About.PERSON, purpose="care", basis="law", keeps=days(30), owner="x",
        sensitivity=Sensitivity.SENSITIVE, **codes, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "more", "raw", "value"),
    [
        (Type.TEXT, {}, "  好​人 ", "好人"),
        (Type.INTEGER, {"unit": "人"}, "１，２００人", 1200),
        (Type.INTEGER, {"low": 0}, "0", 0),
        (Type.DECIMAL, {"digits": 2}, "１２．５", "12.50"),
        (Type.DATE, {}, "2026年3月8日", "2026-03-08"),
        (Type.DATE, {}, "20260308", "2026-03-08"),
        (Type.DATE, {}, "2024/2/29", "2024-02-29"),
        (Type.YES_NO, {}, "是", True),
        (Type.YES_NO, {}, "０", False),
        (Type.CHOICE, {}, "面条", "noodles"),
        (Type.CHOICES, {}, ["buns", "rice", "buns"], ["rice", "buns"]),
        (Type.PHONE, {}, "+86 139-1234-5678", "13912345678"),
        (Type.IDENTITY, {}, "11010519491231002x", "11010519491231002X"),
        (Type.TEXT, {}, "   ", None),
        (Type.CHOICES, {}, [], None),
    ],
)
def test_what_people_write_is_kept_in_one_form(type_: Type, more, raw, value):
    assert clean(element(type_, **more), raw, LABELS) == value


@pytest.mark.parametrize(
    ("type_", "more", "raw", "part"),
    [
        (Type.TEXT, {"longest": 3}, "太长了吧", "3"),
        (Type.INTEGER, {}, "1.5", "整数"),
        (Type.INTEGER, {"low": 0, "high": 30}, "-1", "0 到 30"),
        (Type.INTEGER, {}, "9" * 16, "之间"),
        (Type.INTEGER, {}, True, "不是"),
        (Type.DECIMAL, {"digits": 1}, "1.25", "1 位"),
        (Type.DECIMAL, {}, "NaN", "数字"),
        (Type.DATE, {}, "2025-02-29", "日期"),
        (Type.DATE, {}, "0001-01-01", "日期"),
        (Type.YES_NO, {}, "也许", "是"),
        (Type.CHOICE, {}, ["rice", "buns"], "一个"),
        (Type.CHOICES, {}, ["soup"], "soup"),
        (Type.PHONE, {}, "12345", "11 位"),
        (Type.IDENTITY, {}, "110105194912310021", "校验码"),
        (Type.TEXT, {}, {"a": 1}, "看不懂"),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(type_: Type, more, raw, part: str):
    with pytest.raises(Misfit, match=part):
        clean(element(type_, **more), raw, LABELS)


@given(
    st.one_of(
        st.text(max_size=40), st.integers(), st.booleans(), st.none(), st.lists(st.text(max_size=5), max_size=4)
    )
)
def test_whatever_is_sent_is_kept_or_told_and_what_is_kept_stays_as_it_is(raw):
    for type_ in (t for t in Type if t is not Type.PLACE):
        one = element(type_)
        try:
            value = clean(one, raw, LABELS)
        except Misfit as misfit:
            assert str(misfit)
            continue
        if value is not None:
            assert clean(one, value, LABELS) == value
            assert shown(one, value, LABELS) is not None and says(one, value)


def test_equal_values_have_one_print_and_what_is_masked_tells_little():
    amount = element(Type.DECIMAL, digits=2)
    assert says(amount, "12.50") == says(amount, "12.5")
    phone = element(Type.PHONE)
    assert print_of(phone, "13912345678") == print_of(phone, "13912345678") != print_of(phone, "13912345679")
    assert masked(phone, "13912345678") == "139****5678"
    assert masked(element(Type.CHOICE), "rice") == "＊＊＊"
