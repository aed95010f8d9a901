import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from linli.kernel.access import SYSTEM
from linli.kernel.places import queries, verbs
from linli.kernel.places.codes import Level

from .conftest import GRID, HOME, NOW, row, square

Town = Callable[[str], Any]


def test_a_path_and_a_label_are_the_names_from_above(town: Town) -> None:
    assert queries.path(GRID) == ("上海市", "市辖区", "徐汇区", "临江街道", "临江居委会", "第一网格")
    assert queries.label(GRID + "001") == "临江街道 · 临江居委会 · 第一网格 · 幸福小区"
    assert queries.label("310104") == "徐汇区"
    assert queries.path(HOME)[-1] == "502室"
    assert queries.path("nonsense") == ()
    assert queries.names([GRID, HOME, "99"]) == {GRID: "第一网格", HOME: "502室"}


def test_the_kept_names_and_index_follow_a_change_at_once(town: Town) -> None:
    assert queries.path("310104001")[-1] == "临江街道"
    assert queries.locate(121.43, 31.23) is None
    verbs.rename_place(by=SYSTEM, at=NOW, code="310104001", name="滨江街道")
    assert queries.path("310104001")[-1] == "滨江街道"
    verbs.bulk_add([row("310104003", "北岸街道", boundary=square(121.40, 31.22, 121.44, 31.24))], by=SYSTEM, at=NOW)
    assert queries.locate(121.43, 31.23) == "310104003"


def test_a_reader_asks_one_small_question_when_nothing_changed(
    town: Town, django_assert_num_queries: Callable[[int], Any]
) -> None:
    queries.path(GRID)
    queries.locate(121.4, 31.2)
    with django_assert_num_queries(2):
        queries.path(GRID)
        queries.locate(121.4, 31.2)


def test_a_point_finds_its_grid_or_what_is_above_or_nothing(town: Town) -> None:
    assert queries.locate(121.405, 31.21) == GRID
    assert queries.locate(121.415, 31.21) == "310104001001"
    assert queries.locate(121.45, 31.21) == "310104002001"
    assert queries.locate(0, 0) is None
    assert [n.code for n in queries.near(121.4051, 31.21)] == [GRID + "001"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("临江路128弄3号楼502室", HOME),
        ("徐汇区临江街道临江路一二八弄３号楼1单元502", HOME),
        ("临江路128弄", GRID + "001"),
        ("我家临江路128弄漏水", GRID + "001"),
        ("田林12村", GRID + "002"),
        ("田林", GRID + "002"),
        ("幸福", GRID + "001"),
        ("花园街道", "310104002"),
        ("临江社区", "310104001001"),
        (GRID, GRID),
    ],
)
def test_a_text_finds_its_place(town: Town, text: str, code: str) -> None:
    found = queries.find(text)
    assert found[0].code == code
    assert found[0].path == queries.path(code)
    assert all(found[0].reasons)


def test_find_stays_in_its_scope(town: Town) -> None:
    assert queries.find("临江路128弄", scope="310104002") == []
    assert queries.find("临江路128弄", scope="") == []
    assert queries.find("临江路128弄", scope="310104001")


@pytest.mark.parametrize("text", ["", "?", "%", "路", "99", "不存在的地方", "x" * 3000, "'; drop table"])
def test_a_text_that_means_nothing_finds_nothing(town: Town, text: str) -> None:
    assert queries.find(text) == []


def test_children_and_existence_on_a_day(town: Town) -> None:
    assert [p.code for p in queries.children("310104")] == ["310104001", "310104002"]
    assert [p.name for p in queries.children(None)] == ["上海市"]
    assert queries.children("310104", on=date(2019, 12, 31)).count() == 0
    assert queries.exists("310104") and not queries.exists("310105")


def test_a_level_as_geojson(town: Town) -> None:
    streets = json.loads(queries.as_geojson("310104", Level.STREET))
    assert [f["properties"]["name"] for f in streets["features"]] == ["临江街道", "花园街道"]
    assert streets["features"][0]["geometry"]["type"] == "Polygon"
    compounds = json.loads(queries.as_geojson("*", Level.COMPOUND))
    assert [f["geometry"] for f in compounds["features"]] == [{"type": "Point", "coordinates": [121.405, 31.21]}]
    assert json.loads(queries.as_geojson("", Level.STREET))["features"] == []


def test_the_ground_of_a_map_goes_into_detail_only_where_it_is_looked_at(town: Town) -> None:
    def drawn(*asked: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for feature in json.loads(queries.ground(*asked))["features"]:
            assert feature["properties"].keys() == {"name", "level"}
            found.setdefault(feature["geometry"]["type"], []).append(feature["properties"]["name"])
        return found

    hoods = ["临江居委会", "滨江居委会", "花园居委会"]
    assert drawn("310104") == {"Polygon": hoods}
    assert drawn("310104", "310104001") == {"Polygon": [*hoods, "第一网格"], "Point": ["幸福小区"]}
    assert drawn("310104002") == {"Polygon": ["花园居委会"]}
    assert drawn("*", "310104002") == {"Polygon": hoods}
    assert drawn("") == {}


def test_a_registered_address_is_said_down_to_the_building_and_found_again(town: Town) -> None:
    said = queries.address(HOME)
    assert said and queries.find(said)[0].code == HOME[:21]
    assert queries.address(HOME, Level.HOME) == said, "rooms are nobody's business"
    assert queries.address(HOME[:18]) and queries.address(HOME[:18]) in said
    assert queries.address(HOME[:15]) == queries.address("x") == ""
