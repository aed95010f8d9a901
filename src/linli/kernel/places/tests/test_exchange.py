import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linli.kernel.access import SYSTEM, NotAllowed, Role
from linli.kernel.audit.models import Record
from linli.kernel.places import queries
from linli.kernel.places.cache import today
from linli.kernel.places.codes import Level
from linli.kernel.places.coordinates import Datum, from_wgs84
from linli.kernel.places.exchange import Report, load, read, to_csv, to_geojson
from linli.kernel.places.models import Place
from linli.kernel.places.sentences import Fault

from .conftest import GRID, HOME, NOW, keeper, square

Town = Callable[[str], Any]
HEADING = "code,name,valid_from,valid_to\n"


@pytest.fixture(autouse=True)
def all_seen(db: None) -> None:
    from linli.kernel.access import look_as

    look_as(SYSTEM)


def bring(text: str | bytes, **given: Any) -> Report:
    data = text.encode() if isinstance(text, str) else text
    return load(read(data), **({"by": keeper(), "at": NOW} | given))


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, len(report.refused)


def test_new_changed_same_and_refused_lines_are_told_apart(town: Town) -> None:
    text = HEADING + (
        "310104003,北岸街道,2021-05-01,\n"
        "310104003001,北岸居委会,2021/5/1,\n"
        "310104001,滨江街道,,\n"
        "310104002,花园街道,2020-01-01,\n"
        "310199001,无上级街道,,\n"
        "31010400,少一位,,\n"
        "310104004,半行\n"
        "310104005,日子反了,2024-05-01,2024-04-01\n"
        "310104006,日子乱写,二〇二四,\n"
        "310104003,写了两次,,\n"
        "320101001,别的省,,\n"
        "\n"
        "310104007,,,\n"
    )
    report = bring(text)
    assert counts(report) == (2, 1, 1, 8)
    assert report.lines == 12
    assert [(r.line, r.code) for r in report.refused] == [
        (6, "310199001"),
        (7, "31010400"),
        (8, "310104004"),
        (9, "310104005"),
        (10, "310104006"),
        (11, "310104003"),
        (12, "320101001"),
        (14, "310104007"),
    ]
    for refusal, words in zip(
        report.refused,
        ["310199 不存在", "有 8 位", "有 2 列", "必须晚于", "读不懂", "第 2 行", "管辖范围", "请填写"],
        strict=True,
    ):
        assert words in refusal.reason
    assert "行,代码,原因" in report.to_csv()
    assert queries.at("310104001").name == "滨江街道"  # type: ignore[union-attr]


def test_a_second_run_changes_nothing(town: Town) -> None:
    text = (
        HEADING + "310104003,北岸街道,2021-05-01,\n310104001,滨江街道,,\n310104009,旧街道,2020-01-01,2021-01-01\n"
    )
    assert counts(bring(text)) == (2, 1, 0, 0)
    before = (Record.objects.count(), list(Place.objects.order_by("pk").values()))
    assert counts(bring(text)) == (0, 0, 3, 0)
    assert (Record.objects.count(), list(Place.objects.order_by("pk").values())) == before


def test_a_dry_run_counts_the_same_and_changes_nothing(town: Town) -> None:
    text = HEADING + "310104003,北岸街道,,\n310104001,滨江街道,,\n999,坏,,\n"
    before = (Record.objects.count(), list(Place.objects.order_by("pk").values()))
    dry = bring(text, dry_run=True)
    assert (Record.objects.count(), list(Place.objects.order_by("pk").values())) == before
    assert counts(dry) == counts(bring(text)) == (1, 1, 0, 1)


def test_a_line_with_an_end_closes_what_stands(town: Town) -> None:
    assert counts(bring(HEADING + f"{HOME},502室,,2022-01-01\n")) == (0, 1, 0, 0)
    assert not queries.exists(HOME)
    refused = bring(HEADING + f"{GRID},第一网格,,2022-01-01\n{HOME},别名,,2022-01-01\n").refused
    assert "还有 2 个有效的地点" in refused[0].reason
    assert "这是历史" in refused[1].reason


@pytest.mark.parametrize("write", [to_csv, to_geojson])
def test_what_is_written_is_read_back_as_the_same(town: Town, write: Callable[..., Any]) -> None:
    data = "".join(write("31", today())).encode()
    assert counts(bring(data)) == (0, 0, len(Place.objects.all()), 0)
    kept = list(Place.objects.order_by("code").values("code", "name", "lon", "lat", "boundary", "aliases", "lane"))
    _empty()
    assert counts(bring(data)) == (len(kept), 0, 0, 0)
    again = Place.objects.order_by("code").values("code", "name", "lon", "lat", "boundary", "aliases", "lane")
    assert list(again) == kept


def _empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE places_place CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_details_and_boundaries_follow_the_file(town: Town) -> None:
    boundary = json.dumps(square(121.40, 31.20, 121.405, 31.22)).replace('"', '""')
    text = (
        "代码,名称,级别,上级代码,别名,经度,纬度,弄,边界\n"
        f'{GRID},第一网格,网格,{GRID[:12]},一格,,,,"{boundary}"\n'
        f"{GRID}001,幸福小区,小区,,幸福里|老幸福,121.401,31.205,130,\n"
        f"{GRID}002,田林十二村,楼栋,,,,,,\n"
        f"{GRID}002,田林十二村,,310104,,,,,\n"
    )
    report = bring(text)
    assert counts(report) == (0, 2, 0, 2)
    assert "是小区，而这一行写的级别是“楼栋”" in report.refused[0].reason
    assert "上级不是 310104" in report.refused[1].reason
    place = town(GRID + "001")
    assert (place.lane, place.road, place.aliases, place.lon) == ("130", "临江路", ["幸福里", "老幸福"], 121.401)
    assert queries.locate(121.4049, 31.21) == GRID and queries.locate(121.4051, 31.21) == GRID[:12]
    assert counts(bring(text)) == (0, 0, 2, 2)


def test_gbk_is_read_and_said(town: Town) -> None:
    report = bring((HEADING + "310104003,北岸街道,,\n").encode("gbk"))
    assert (report.encoding, report.added) == ("GBK", 1)
    assert queries.at("310104003").name == "北岸街道"  # type: ignore[union-attr]


def test_shifted_coordinates_are_brought_to_wgs84(town: Town) -> None:
    lon, lat = from_wgs84(121.405, 31.21, Datum.GCJ02)
    data = f"code,name,lon,lat\n{GRID}001,幸福小区,{lon},{lat}\n".encode()
    report = load(read(data, datum=Datum.GCJ02), by=keeper(), at=NOW)
    assert counts(report) == (0, 0, 1, 0)
    ring = [from_wgs84(x, y, Datum.GCJ02) for x, y in square(121.40, 31.20, 121.41, 31.22)["coordinates"][0]]
    feature = {
        "properties": {"code": GRID, "name": "第一网格"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    assert counts(load(read(data, datum=Datum.GCJ02), by=keeper(), at=NOW)) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "文件是空的"),
        (b"\xef\xbb\xbf  ", "读不|没有|空的"),
        (b"<!DOCTYPE html><table>", "这是网页"),
        (b"PK\x03\x04\x00\x00", "不是文本文件"),
        (b"\xff\xff\xff\xff,\n", "编码认不出来"),
        (b"a,b\n1,2\n", "没有“代码、名称”"),
        (b'{"type": "FeatureCollection", "features": [', "读不出 JSON"),
        (b'{"type": "Polygon"}', "没有要素集合"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(data: bytes, words: str) -> None:
    with pytest.raises(Fault, match=words):
        read(data)


def test_a_missing_mapped_column_is_said() -> None:
    with pytest.raises(Fault, match="没有“AREA”这一列"):
        read(b"code,name\n31,x\n", columns={"parent": "AREA"})


def test_a_quote_that_never_closes_keeps_the_lines_before_it(town: Town) -> None:
    report = bring(HEADING + '310104003,北岸街道,,\n310104004,"没有关上的引号,,\n310104005,后面,,\n')
    assert counts(report) == (1, 0, 0, 1)
    assert report.refused[0].line == 3 and "引号" in report.refused[0].reason


@pytest.mark.parametrize(
    "feature", [None, {}, {"properties": None}, {"properties": {}}, {"properties": {"code": [1]}, "geometry": 5}]
)
def test_a_feature_that_is_none_is_refused_alone(town: Town, feature: Any) -> None:
    good = {"properties": {"code": "310104003", "name": "北岸街道"}, "geometry": None}
    report = bring(json.dumps({"features": [feature, good]}))
    assert counts(report) == (1, 0, 0, 1)


def test_without_the_permission_nothing_is_even_tried(town: Town) -> None:
    with pytest.raises(NotAllowed):
        bring(HEADING, by=keeper().__class__(role=Role.RESIDENT, scope="31"))


def _divisions() -> Path:
    default = Path(__file__).resolve().parents[6] / "shared" / "data"
    return Path(os.environ.get("LINLI_SHARED_DATA", default)) / "divisions"


@pytest.mark.slow
@pytest.mark.skipif(not _divisions().is_dir(), reason="shared/data/divisions is not on this machine")
def test_every_street_of_the_country_comes_in_and_a_second_time_changes_nothing(db: None) -> None:
    files = (
        ("provinces.csv", {}, 31),
        ("cities.csv", {"parent": "provinceCode"}, 342),
        ("areas.csv", {"parent": "cityCode"}, 2978),
        ("streets.csv", {"parent": "areaCode"}, 41352),
    )
    for name, columns, rows in files:
        batch = read((_divisions() / name).read_bytes(), columns=columns)
        report = load(batch, by=SYSTEM, at=NOW)
        assert counts(report) == (rows, 0, 0, 0), report.refused[:3]
    assert counts(load(batch, by=SYSTEM, at=NOW)) == (0, 0, rows, 0)
    assert Place.objects.filter(level=Level.STREET).count() == 41352
    assert queries.path("110101001") == ("北京市", "市辖区", "东城区", "东华门街道")
    assert queries.find("东华门街道")[0].code == "110101001"
