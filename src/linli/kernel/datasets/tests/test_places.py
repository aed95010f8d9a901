"""What is sure about an address, and what is asked."""

from __future__ import annotations

from datetime import date

import pytest

from linli.kernel.access import as_system
from linli.kernel.datasets.matching import How, match_place
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.places.models import Place, Succession

from .addresses import HAPPY, LIGHT, MARKET, RIVER, Town

HOME = HAPPY + "003010101"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("柳湾街道临江路128弄3号101室", HOME),
        ("临江路１２８弄３号１０１室", HOME),
        ("临江路一百二十八弄三号101", HOME),
        ("临江路128弄3号楼1单元101室", HOME),
        ("临江路128弄3-101", HOME),
        ("临江路3号128弄101室", HOME),
        ("幸福小区3号楼101室", HOME),
        ("望江区柳湾街道 临江路128弄（幸福小区）3号 101室", HOME),
        ("临江路182弄3号", LIGHT + "003"),
        ("临江路66号", MARKET),
        ("临江路66号 柳湾菜场", MARKET),
    ],
)
def test_an_address_is_sure_however_it_is_written(cast: Cast, town: Town, text: str, code: str) -> None:
    found = match_place(text)
    assert (found.how, found.ref) == (How.SURE, code), (found.reasons, found.candidates)


@pytest.mark.parametrize(
    "text",
    [
        "临江路128弄9号101室",  # no such building
        "临江路128弄3号909室",  # no such home
        "临江路128弄（光明新村）3号101室",  # lane and name disagree
        "桥头街道临江路128弄3号101室",  # another street
        "临江路128弄3号对面",  # near it
        "128弄3号101室 幸福小区旁边",
        "东临江路128弄3号101室",  # another road that ends alike
        "临江路128弄3号101室（原5号202）",  # more than was read
    ],
)
def test_what_does_not_agree_is_asked_or_left(cast: Cast, town: Town, text: str) -> None:
    found = match_place(text)
    assert found.how != How.SURE and found.reasons and not found.ref


def test_a_point_far_from_the_address_speaks_against_it(cast: Cast, town: Town) -> None:
    assert match_place("临江路128弄3号101室", (121.5001, 31.2001)).how == How.SURE
    far = match_place("临江路128弄3号101室", (121.51, 31.2))
    assert far.how == How.DOUBTFUL and "米" in str(far.reasons[0])


def test_nothing_registered_is_nothing(cast: Cast, town: Town) -> None:
    assert match_place("南京东路100弄5号").how == How.NONE
    assert match_place("").how == How.NONE


def test_the_same_lane_on_another_road_is_another_place(cast: Cast, town: Town) -> None:
    assert match_place("花园路128弄1号").ref == RIVER + "001"


def test_an_old_name_leads_to_what_it_became(cast: Cast, town: Town) -> None:
    with as_system():
        now = Place.objects.get(code=HAPPY)
        old = Place.objects.create(
            code=HAPPY, name="第三棉纺厂新村", parent=now.parent, valid_from=date(2010, 1, 1),
            valid_to=date(2020, 1, 1), road="棉纺路", lane="7",
        )  # fmt: skip
        Succession.objects.create(predecessor=old, successor=now, kind="rename", at=date(2020, 1, 1))
    found = match_place("第三棉纺厂新村3号101室")
    assert (found.how, found.ref) == (How.SURE, HOME), found
    assert any("以前" in str(reason) for reason in found.reasons)
    assert match_place("棉纺路7弄3号101室").ref == HOME
