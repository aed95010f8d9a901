"""Tables in: what a file is, what a row means, and counts that add up."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from linli.gateways.tables.inbound import run
from linli.gateways.tables.mapping import read_map
from linli.gateways.tables.wire import TableFault, open_table
from linli.kernel.access import SYSTEM, Via, as_system
from linli.kernel.audit.queries import verify
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import HOOD, make_cast
from linli.kernel.places.models import Place

AT = datetime(2026, 11, 2, 2, tzinfo=UTC)
MAPS = Path(__file__).parent.parent / "maps"
SHARED = Path(os.environ.get("LINLI_SHARED_DATA", Path(__file__).parents[6] / "shared" / "data"))
MAP = f"""
name = "hotline"
time_zone = "Asia/Shanghai"
times = ["%Y/%m/%d %H:%M"]
[take]
source_key = "工单"
title = "标题"
body = "内容"
opened_at = "来电时间"
ended_at = "办结时间"
lon = "经度"
lat = "纬度"
kind = "类别"
[values.kind]
"*噪*" = "noise"
"*垃圾*" = "street-litter"
[default]
place_code = "{HOOD}"
"""
HEAD = ["工单", "标题", "内容", "来电时间", "办结时间", "经度", "纬度", "类别"]
GOOD = ["A1", "楼下噪声", "夜里施工", "2026/10/08 21:30", "2026/10/09 10:00", "", "", "噪声"]


def rows_of(*changes: dict[str, str]) -> list[list[str]]:
    return [[change.get(name, value) for name, value in zip(HEAD, GOOD, strict=True)] for change in changes]


@pytest.fixture
def given(tmp_path: Path):
    path = tmp_path / "map.toml"
    path.write_text(MAP, encoding="utf-8")
    return read_map(path)


@pytest.fixture
def importing(db: None, given, tmp_path: Path):
    make_cast()

    def go(path: Path, **more: object):
        return run(path, more.pop("given", given), by=SYSTEM.through(Via.IMPORT), at=AT, **more)  # type: ignore[arg-type]

    return go


def write(path: Path, rows: list[list[str]], encoding: str = "utf-8", head: bool = True) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEAD, *rows] if head else rows)
    return path


def test_counts_add_up_and_the_same_file_again_changes_nothing(importing, tmp_path: Path):
    path = write(
        tmp_path / "a.csv",
        rows_of(
            {},
            {"工单": "A1"},  # twice in one file
            {"工单": "A2", "办结时间": ""},
            {"工单": "A3", "办结时间": "2026/10/01 10:00"},  # closed before it was opened
            {"工单": "A4", "类别": "天气"},  # means nothing here
            {"工单": "A5", "来电时间": "昨天"},
            {"工单": "A6", "经度": "121.5", "纬度": "north"},
            {"工单": ""},
        ),
    )
    report = tmp_path / "report.csv"
    dry = importing(path, dry_run=True, report=report)
    with as_system():
        assert Matter.objects.count() == 0
    first = importing(path, report=report)
    assert (dry.accepted, dry.refused, dry.duplicates) == (first.accepted, first.refused, first.duplicates)
    assert (first.rows, first.accepted, first.refused, first.duplicates) == (8, 2, 5, 1) and first.whole
    told = list(csv.DictReader(report.open(encoding="utf-8-sig")))
    assert [(t["line"], t["result"]) for t in told if t["result"] != "accepted"] and all(
        t["reason"] for t in told if t["result"] != "accepted"
    )
    assert {t["line"] for t in told} == {str(n) for n in range(2, 10)}
    again = importing(path)
    assert (again.accepted, again.duplicates) == (0, 3) and again.whole
    with as_system():
        closed, running = Matter.objects.get(source_key="A1"), Matter.objects.get(source_key="A2")
        assert (closed.state, closed.kind, closed.next_tick_at) == ("closed", "noise", None)
        assert running.state == "reported" and running.climbed == 5  # long overdue: every level knows
    assert list(verify()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_the_encoding_is_found(importing, tmp_path: Path, encoding: str):
    assert importing(write(tmp_path / "a.csv", rows_of({}), encoding)).accepted == 1
    with as_system():
        assert Matter.objects.get(source_key="A1").title == "楼下噪声"


def test_a_row_without_a_title_is_called_by_its_first_sentence(importing, tmp_path: Path):
    body = "三号楼前的路灯坏了。已经报过两次，晚上老人出门看不见路，请尽快派人来修。" + "楼里住的多是老人，" * 9
    assert importing(write(tmp_path / "a.csv", rows_of({"标题": "", "内容": body}))).accepted == 1
    with as_system():
        matter = Matter.objects.get(source_key="A1")
        assert matter.body == body
        assert matter.title == "三号楼前的路灯坏了。已经报过两次，晚上老人出门看不见路，请尽快派人来修"


def test_excel_and_json_are_read_alike(importing, tmp_path: Path):
    book = openpyxl.Workbook()
    for row in (HEAD, *rows_of({"工单": "X1"})):
        book.active.append(row)
    book.save(tmp_path / "a.csv")  # its name lies; its content does not
    assert importing(tmp_path / "a.csv").accepted == 1
    items = [dict(zip(HEAD, row, strict=True)) for row in rows_of({"工单": "J1"}, {"工单": "J2"})]
    (tmp_path / "a.json").write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    assert importing(tmp_path / "a.json").accepted == 2
    lines = "\n".join(json.dumps(item, ensure_ascii=False) for item in items) + '\n{"工单": "J3", "标'
    (tmp_path / "b.json").write_text(lines, encoding="utf-8")
    half = importing(tmp_path / "b.json")
    assert (half.duplicates, half.refused) == (2, 1)


def test_half_a_line_is_refused_and_the_rest_is_kept(importing, tmp_path: Path):
    path = write(tmp_path / "a.csv", rows_of({}, {"工单": "A2"}))
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    counts = importing(path)
    assert (counts.accepted, counts.refused) == (1, 1)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空"),
        (b"  \n ", "空"),
        ("<!DOCTYPE html><table><tr><td>工单</td></tr></table>".encode(), "HTML"),
        (b"PK\x03\x04 not a workbook", "Excel"),
        (b"\x81\xff\xfe\x00\x00\xff", "编码"),
    ],
)
def test_what_is_no_table_is_told_so(tmp_path: Path, content: bytes, says: str):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(TableFault, match=says):
        list(open_table(path).rows)


def test_missing_columns_are_named(importing, tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("工单,标题\nA1,x\n", encoding="utf-8")
    with pytest.raises(TableFault, match="来电时间"):
        importing(path)


def test_a_point_outside_every_place_is_refused(importing, given, tmp_path: Path):
    elsewhere = tmp_path / "map2.toml"
    elsewhere.write_text(MAP.replace(f'place_code = "{HOOD}"', 'state = "reported"'), encoding="utf-8")
    path = write(tmp_path / "a.csv", rows_of({"经度": "2.35", "纬度": "48.85"}))
    report = tmp_path / "r.csv"
    assert importing(path, given=read_map(elsewhere), report=report).refused == 1
    assert "不在任何地点" in report.read_text(encoding="utf-8-sig")


def test_a_strange_mapping_is_told_so(tmp_path: Path):
    path = tmp_path / "m.toml"
    path.write_text('name = "x"\n[take]\ncolour = "红"\n', encoding="utf-8")
    with pytest.raises(TableFault, match="colour"):
        read_map(path)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not beside this checkout")
@pytest.mark.parametrize(
    ("file", "mapping", "rows", "accepted"),
    [
        ("sr311/nyc_a.csv", "nyc_a", 924, 924),
        ("sr311/nyc_d.csv", "nyc_d", 17418, 15014),
        ("sr311/nyc_g.csv", "nyc_g", 1000, 999),
        ("sr311/nyc_g.json", "nyc_g", 1000, 999),
        ("messages/labelled_sample.csv", "messages", 421, 420),
        ("messages/unlabelled.csv", "messages", 2646, 2646),
    ],
)
def test_real_files_add_up(importing, file: str, mapping: str, rows: int, accepted: int):
    with as_system():
        above = Place.objects.get(code=HOOD[:9])
        for n in range(3, 6):
            Place.objects.create(code=f"{HOOD[:9]}00{n}", name=f"{n}居", parent=above, valid_from="2020-01-01")
    given = read_map(MAPS / f"{mapping}.toml")
    first = importing(SHARED / file, given=given)
    assert (first.rows, first.accepted) == (rows, accepted) and first.whole
    again = importing(SHARED / file, given=given)
    assert again.accepted == 0 and again.refused == first.refused and again.whole
