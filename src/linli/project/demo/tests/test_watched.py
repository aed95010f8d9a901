"""What is wrong in the demo is only noticed there; that it is a sign is reckoned by the house's own arithmetic."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache

from linli.kernel.declare import Indication
from linli.kernel.signs.weighing import strength, usual
from linli.project.demo import gathered, geography, watched
from linli.project.demo.geography import District
from linli.scenes.city_management.signs import GROUP_RENTING, SIGNS

SEED = 20260101
NOW = datetime(2026, 11, 26, 23, 0, tzinfo=UTC)


@cache
def district() -> District:
    return geography.build(SEED)


def water() -> Indication:
    found = GROUP_RENTING.indication("home-water")
    assert found is not None
    return found


def test_something_is_wrong_for_every_sign_before_each_night_and_now_at_places_of_its_level() -> None:
    wrong = watched.planned(district(), SEED, NOW)
    codes = {spot.code for spot in district().spots}
    for sign in SIGNS:
        theirs = [one for one in wrong if one.sign == sign.name]
        assert {one.ago for one in theirs} >= {1, *(night + 1 for night in watched.NIGHTS)}
        assert all(len(one.code) == sign.level and one.code in codes for one in theirs)
        assert len({one.code for one in theirs}) == len(theirs)
    assert wrong == watched.planned(district(), SEED, NOW)


def test_whose_water_rose_stands_out_and_whose_did_not_does_not() -> None:
    wrong = watched.planned(district(), SEED, NOW)
    rows = list(gathered._water(district(), [], random.Random(1), wrong, NOW))
    used: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row["户号"] and row["用水量"] != "见附表":
            used[
                row["用水地址"].translate(str.maketrans("０１２３４５６７８９", "0123456789")).replace("号楼", "号")
            ].append(float(row["用水量"]))
    alike = usual([months[-1] for months in used.values()])
    addresses = {code: address.replace("号楼", "号") for code, address, _lon, _lat in district().homes}
    crowded = {addresses[one.code] for one in wrong if one.sign == GROUP_RENTING.name}
    loud = {
        where for where, months in used.items()
        if strength(water(), months[-1], usual(months[:-1]), alike) > 0.5
    }  # fmt: skip
    assert loud and loud <= crowded


def test_neighbours_report_what_a_sign_looks_at_and_several_of_them() -> None:
    rng = random.Random(2)
    for one in watched.planned(district(), SEED, NOW):
        said = list(watched._noticed(one, rng))
        looked_at = {
            kind
            for sign in SIGNS
            if sign.name == one.sign
            for i in sign.indications
            for kind in getattr(i.looks, "kinds", ())
        }
        assert {kind for kind, _text, _ago, _hour in said} <= looked_at and len(said) >= 4
