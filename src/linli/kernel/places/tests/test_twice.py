"""One home written twice is found, however it is written; two homes are left alone."""

from __future__ import annotations

import pytest

from linli.kernel.places.twice import alike, door

COMPOUND = "990101001001001001"


@pytest.mark.parametrize(
    "text", ["3号楼2单元501", "3-2-501", "３号楼２单元５０１室", "3幢2单元501室", " 3－2－501 "]
)
def test_one_door_is_one_door_however_it_is_written(text: str) -> None:
    assert door(text) == ("3", "2", "501")


def test_a_door_without_a_room_is_none() -> None:
    assert door("3号楼") is None and door("花园") is None


def test_homes_that_are_there_twice_are_found_and_neighbours_are_not() -> None:
    names = {
        COMPOUND: "幸福小区", COMPOUND + "003": "3号楼", COMPOUND + "00302": "2单元", COMPOUND + "003020501": "501室",
        COMPOUND + "003020502": "502室", COMPOUND + "900": "3-2-501", COMPOUND + "004": "4号楼", COMPOUND + "00402": "2单元",
        COMPOUND + "004020501": "501室",
    }  # fmt: skip
    (found,) = alike(names)
    assert found.said == "3-2-501" and {code for code, _name in found.places} == {
        COMPOUND + "003020501",
        COMPOUND + "900",
    }
    assert alike({code: name for code, name in names.items() if code != COMPOUND + "900"}) == []
