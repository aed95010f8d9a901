from collections.abc import Iterable

import pytest

from linli.kernel.places import codes
from linli.kernel.places.address import parse
from linli.kernel.places.matching import Entry, bigrams, likeness, match

GRID = "310104001001001"
A, B, C = GRID + "001", GRID + "002", "310104002001001001"
ENTRIES = [
    Entry("31", "上海市"),
    Entry("310104", "徐汇区"),
    Entry("310104001", "临江街道"),
    Entry("310104002", "花园街道"),
    Entry("310104001001", "临江居委会", aliases=("临江社区",)),
    Entry(GRID, "第一网格"),
    Entry(A, "幸福小区", road="临江路", lane="128", aliases=("幸福里",)),
    Entry(A + "003", "3号楼", building="3"),
    Entry(A + "00301", "1单元", unit="1"),
    Entry(A + "003010502", "502室", room="502"),
    Entry(A + "004", "4号楼", building="4"),
    Entry(A + "00401", "1单元", unit="1"),
    Entry(A + "004010502", "502室", room="502"),
    Entry(A + "00402", "2单元", unit="2"),
    Entry(A + "004020502", "502室", room="502"),
    Entry(B, "田林十二村", road="临江路", lane="200"),
    Entry(B + "005", "5号楼", building="5"),
    Entry(C, "幸福家园", road="建设路", number="12"),
]


class Memory:
    def on_road(self, road: str) -> Iterable[Entry]:
        return [e for e in ENTRIES if e.road and road.endswith(e.road)]

    def named(self, name: str) -> Iterable[Entry]:
        return [e for e in ENTRIES if any(bigrams(name) & bigrams(n) for n in (e.name, *e.aliases))]

    def inside(self, code: str, part: str, value: str) -> Iterable[Entry]:
        return [e for e in ENTRIES if codes.is_within(e.code, code) and getattr(e, part) == value]

    def entry(self, code: str) -> Entry | None:
        return next((e for e in ENTRIES if e.code == code), None)


CASES = [
    ("临江路128弄3号楼502室", A + "003010502"),
    ("上海市徐汇区临江街道临江路128弄3号楼502室", A + "003010502"),
    ("幸福小区3号楼1单元502", A + "003010502"),
    ("幸福里3-502", A + "003010502"),
    ("我是临江路128弄的3号楼居民", A),  # 的 ends the address: the lane is still found
    ("临江路128弄4号楼2单元502", A + "004020502"),
    ("临江路128弄4号楼", A + "004"),
    ("临江路128弄", A),
    ("临江路128弄9号楼101室", A),  # no such building: the compound
    ("临江路128弄3号楼999室", A + "003"),
    ("田林12村5号", B + "005"),
    ("田林十二村", B),
    ("建设路12号", C),
    ("幸福小区(临江路128弄)3号楼", A + "003"),
    ("临江路", GRID),  # the nearest place that holds both lanes
    ("临江路999弄", GRID),
    ("徐汇区临江街道", "310104001"),
    ("临江社区", "310104001001"),
    ("幸福小区对面", A),
]


@pytest.mark.parametrize(("text", "code"), CASES, ids=[text for text, _ in CASES])
def test_an_address_finds_its_place_or_the_nearest_above(text: str, code: str) -> None:
    found = match(parse(text), Memory())
    assert found[0].code == code, [(m.code, m.score, [str(r) for r in m.reasons]) for m in found]
    assert found[0].reasons and 0 < found[0].score <= 1


def test_two_homes_of_one_number_are_both_offered_below_their_building() -> None:
    found = match(parse("临江路128弄4号楼502室"), Memory())
    assert [m.code for m in found] == [A + "004", A + "004010502", A + "004020502"]
    assert "有 2 个502室" in str(found[0].reasons[-1])


def test_a_wrong_district_or_street_halves_the_score_and_says_so() -> None:
    right, wrong = (match(parse(s + "临江路128弄"), Memory())[0] for s in ("临江街道", "花园街道"))
    assert right.score > 0.9 > wrong.score
    assert "而不在“花园街道”" in str(wrong.reasons[-1])


def test_road_and_name_together_are_surer_than_one() -> None:
    both = match(parse("幸福小区(临江路128弄)"), Memory())[0]
    assert both.score > match(parse("幸福小区"), Memory())[0].score


@pytest.mark.parametrize("text", ["", "今天天气真好", "南京东路1号", "浦东大道"])
def test_what_the_register_does_not_know_finds_nothing(text: str) -> None:
    assert match(parse(text), Memory()) == []


def test_likeness_of_names() -> None:
    assert likeness("田林十二村", "田林12村") == 1
    assert 0 < likeness("幸福小区", "幸福家园") < 0.5
    assert likeness("", "幸福") == 0
