"""Phone and identity numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.people.devices import device_name
from linli.kernel.people.numbers import identity, mobile, telephone


@pytest.mark.parametrize(
    "written", ["13912345678", "+86 139-1234-5678", "0086 13912345678", "１３９１２３４５６７８"]
)
def test_one_mobile_number_in_many_writings(written):
    assert mobile(written) == "13912345678"


@pytest.mark.parametrize("written", ["", "12912345678", "1391234567", "139123456789", "02155556666", "1391234567a"])
def test_what_is_no_mobile_number(written):
    assert mobile(written) is None


def test_landlines_with_area_code():
    assert telephone("(021) 5555-6666") == "02155556666"
    assert telephone("5555-6666") is None


# The first is the example GB 11643-1999 itself prints.
@pytest.mark.parametrize("number", ["11010519491231002X", "11010519491231002x", "440524188001010014"])
def test_identity_numbers_of_the_standard(number):
    assert identity(number) == number.upper()


@given(position=st.integers(0, 16), shift=st.integers(1, 9))
def test_one_wrong_digit_is_always_found(position, shift):
    number = "11010519491231002X"
    digit = str((int(number[position]) + shift) % 10)
    assert identity(number[:position] + digit + number[position + 1 :]) is None


def test_devices_by_the_names_their_owners_know():
    wechat = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0"
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/120 Safari/537 Edg/120"
    assert (device_name(wechat), device_name(edge), device_name("curl/8")) == (
        "微信 · iPhone",
        "Edge · Windows",
        "",
    )
