"""Tables of persons: what is right is kept, what is not says why, and a second reading changes nothing."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from linli.kernel.access import Invalid, NotAllowed, as_system
from linli.kernel.people import exchange, tables
from linli.kernel.people.models import Household, Person

from .conftest import AT, HOME, HOOD, OTHER_HOOD, Cast

HEADING = "姓名,手机号,身份证号,地点代码,户号,与户主关系,备注\n"
GOOD = f"""陈阿公,021-55556666,11010519491231002X,{HOME},7,户主,
陈阿婆,,440524188001010014,{HOME},7,配偶,
小陈, 139 1234 5678 ,,{HOOD},,租客,
"""
BAD = f""",13912345678,,{HOOD},,,
王一,12345,,{HOOD},,,
王二,,110105194912310021,{HOOD},,,
王三,,,990101999999,,,
王四,,,{OTHER_HOOD}999,,,
"""


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "people.csv"
    path.write_bytes(text.encode(encoding))
    return path


def take_in(cast, path, **kwargs):
    return exchange.take_in(tables.read(path), by=cast.keeper, at=AT, **kwargs)


def count():
    with as_system():
        return Person.objects.exclude(account__isnull=False).count()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_good_is_kept_and_the_bad_says_where_and_why(cast: Cast, tmp_path, encoding):
    report = take_in(cast, write(tmp_path, HEADING + GOOD + BAD, encoding))
    assert report.accepted == 3
    assert [(r.line, r.column) for r in report.refused] == [
        (5, "name"),
        (6, "phone"),
        (7, "identity"),
        (8, "place"),
        (9, "place"),
    ]
    assert report.duplicates == [] and count() == 3
    with as_system():
        old = Person.objects.get(name="陈阿公")
        assert (old.birth_year, old.place_code) == (1949, HOME)
        assert Household.objects.get().residences.count() == 2


def test_a_second_reading_changes_nothing(cast: Cast, tmp_path):
    path = write(tmp_path, HEADING + GOOD + GOOD)
    first = take_in(cast, path)
    again = take_in(cast, path)
    assert (first.accepted, first.duplicates) == (3, [5, 6, 7])
    assert (again.accepted, len(again.duplicates)) == (0, 6)
    assert count() == 3


def test_a_dry_run_says_the_same_and_keeps_nothing(cast: Cast, tmp_path):
    report = take_in(cast, write(tmp_path, HEADING + GOOD + BAD), dry_run=True)
    assert (report.accepted, len(report.refused), count()) == (3, 5, 0)


def test_places_outside_the_scope_are_refused(cast: Cast, tmp_path):
    narrow = replace(cast.keeper, scope=OTHER_HOOD)
    report = exchange.take_in(tables.read(write(tmp_path, HEADING + GOOD)), by=narrow, at=AT)
    assert report.accepted == 0 and {r.column for r in report.refused} == {"place"}
    with pytest.raises(NotAllowed):
        exchange.take_in([], by=cast.counter, at=AT)


def test_a_spreadsheet_with_numbers_as_numbers(cast: Cast, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["姓名", "手机", "住址", "出生年份"])
    book.active.append(["王五", 13912345678, HOOD, 1980])
    book.active.append(["王六", None, HOOD, "八零"])
    book.save(tmp_path / "people.xlsx")
    report = take_in(cast, tmp_path / "people.xlsx")
    assert report.accepted == 1 and report.refused[0].column == "birth_year"
    with as_system():
        assert Person.objects.get(name="王五").birth_year == 1980


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "电话,地址\n1,2\n".encode(),
        "<html><table><tr><td>姓名</td></tr></table>".encode(),
        b"PK\x03\x04 no workbook",
        b"\xff\xfe\x00\x00\x01\x02",
        (HEADING + '王五,"139').encode(),
    ],
    ids=["empty", "columns", "html", "zip", "binary", "half a line"],
)
def test_what_is_no_such_table_is_said_in_a_sentence(cast: Cast, tmp_path, content):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid) as refused:
        take_in(cast, path)
    assert refused.value.sentence and count() == 0
