"""Addresses of the demo district, written as people write them, matched against the truth that was planted.

What is taken as sure must be right, always; how many are sure is stated, and held from falling.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.datasets.matching import How, match_place
from linli.kernel.places.verbs import bulk_add
from linli.project.demo import geography, names
from linli.project.demo.filling import _place

SEED = 20260101
STREET = names.STREETS[0]
FULL = str.maketrans("0123456789", "０１２３４５６７８９")
HAN = str.maketrans("0123456789", "零一二三四五六七八九")

Written = tuple[str, str, str]  # how it is written, text, the truth ("" for an address that is not there)


@pytest.fixture
def district(db: None) -> geography.District:
    found = geography.build(SEED)
    since = now() - timedelta(days=900)
    mine = [s for s in found.spots if len(s.code) < 15 or s.code.startswith(STREET[0])]
    with transaction.atomic(), as_system():
        bulk_add((_place(spot, since.date()) for spot in mine), by=SYSTEM, at=since)
    return found


def _home(rng: random.Random, compounds: list[geography.Compound], rooms: dict[str, list[tuple[str, str]]]):
    compound = rng.choice(compounds)
    building = rng.randrange(1, len(compound.buildings) + 1)
    code, room = rng.choice(rooms[compound.buildings[building - 1]])
    return compound, building, code, room


def _writings(compound: geography.Compound, b: int, room: str) -> dict[str, str]:
    road, lane, name = compound.road, compound.lane, compound.name
    return {
        "规范": f"{STREET[1]}{road}{lane}弄{b}号楼{room}室",
        "全角数字": f"{road}{lane}弄{b}号{room}室".translate(FULL),
        "汉字数字": f"{road}{lane.translate(HAN)}弄{str(b).translate(HAN)}号{room}室",
        "弄号写反": f"{road}{b}号{lane}弄{room}室",
        "不写街道": f"{road}{lane}弄{b}号{room}",
        "短横": f"{road}{lane}弄{b}-{room}",
        "夹空格": f" {road} {lane} 弄 {b} 号 {room} 室 ",
        "小区名": f"{name}{b}号楼{room}室",
        "括注小区": f"{road}{lane}弄（{name}）{b}号{room}室",
        "带区名": f"{names.DISTRICT[1]}{road}{lane}弄{b}号{room}室",
    }


def _wrong(compound: geography.Compound, other: geography.Compound, b: int, room: str) -> dict[str, str]:
    """Addresses that are not there, or say two things: nothing of these may be sure."""
    return {
        "没有的楼": f"{compound.road}{compound.lane}弄{b + 40}号{room}室",
        "没有的室": f"{compound.road}{compound.lane}弄{b}号9{room}室"[:-1],
        "名和弄不符": f"{compound.road}{compound.lane}弄（{other.name}）{b}号{room}室",
        "错路": f"东{compound.road}{compound.lane}弄{b}号{room}室",
        "别的街道": f"{names.STREETS[1][1]}{compound.road}{compound.lane}弄{b}号{room}室",
        "附近": f"{compound.road}{compound.lane}弄{b}号对面",
    }


def _planted(district: geography.District, many: int) -> Iterator[Written]:
    rng = random.Random("typical mistakes")
    compounds = [c for c in district.compounds if c.code.startswith(STREET[0])]
    rooms: dict[str, list[tuple[str, str]]] = {}
    for code, address, _lon, _lat in district.homes:
        rooms.setdefault(code[:21], []).append((code, address.rpartition("楼")[2].removesuffix("室")))
    for _n in range(many):
        compound, building, code, room = _home(rng, compounds, rooms)
        for how, text in _writings(compound, building, room).items():
            yield how, text, code
        other = rng.choice([c for c in compounds if c.code != compound.code])
        for how, text in _wrong(compound, other, building, room).items():
            yield how, text, ""


@pytest.mark.slow
def test_what_is_sure_is_right_and_most_is_sure(district: geography.District, record_property) -> None:
    sure = right = doubtful = none = there = 0
    wrong: list[tuple[str, str, str, str]] = []
    missed: dict[str, int] = {}
    for how, text, truth in _planted(district, 30):
        found = match_place(text)
        there += bool(truth)
        if found.how == How.SURE:
            sure += 1
            if found.ref == truth:
                right += 1
            else:
                wrong.append((how, text, truth, found.ref))
        else:
            doubtful += found.how == How.DOUBTFUL
            none += found.how == How.NONE
            missed[how] = missed.get(how, 0) + bool(truth)
    stated = f"sure {sure}, right {right}; doubtful {doubtful}, none {none}; recall {right / there:.3f}; {missed}"
    record_property("matching", stated)
    assert wrong == []
    assert right / there >= 0.95, stated
