"""Members from a spreadsheet: what is right is kept, every refused line says why."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from linli.kernel.access import Invalid, as_system, look_as
from linli.kernel.audit.models import Record
from linli.scenes.party_building.exchange import take_in
from linli.scenes.party_building.models import Entry, Member

from .cast import AT, Cast, identity

pytestmark = pytest.mark.django_db
HEAD = "姓名,身份证号,手机号,党支部,党小组,发展阶段,日期\n"


def table(*lines: str) -> bytes:
    return (HEAD + "\n".join(lines)).encode()


def test_every_line_is_accepted_known_already_or_refused_with_its_reason(cast: Cast):
    cast.register(1)
    wrong = identity(5)[:-1] + ("0" if identity(5)[-1] != "0" else "1")
    report = take_in(
        table(
            f"甲,{identity(1)},,柳湾一居第一党支部,,正式党员,2010-07-01",
            f"乙,{identity(2)},139 1234 5678,柳湾一居第一党支部,第一党小组,预备党员,2026年1月8日",
            f"丙,{identity(2)},,柳湾一居第一党支部,,正式党员,2010-07-01",
            f"丁,{wrong},,柳湾一居第一党支部,,正式党员,2010-07-01",
            f"戊,{identity(6)},,桥头党支部,,正式党员,2010-07-01",
            f"己,{identity(7)},,柳湾二居党支部,,正式党员,2010-07-01",
            f"庚,{identity(8)},,柳湾一居第一党支部,第九党小组,正式党员,2010-07-01",
            f"辛,{identity(9)},,柳湾一居第一党支部,,团员,2010-07-01",
            f"壬,{identity(10)},,柳湾一居第一党支部,,正式党员,去年",
            f",{identity(11)},,柳湾一居第一党支部,,正式党员,2010-07-01",
            f"癸,{identity(12)},,柳湾一居第一党支部,,正式党员,2010-02-30",
        ),
        by=cast.first,
        at=AT,
    )
    assert (report.accepted, report.duplicates) == (1, [2])
    told = {(r.line, r.column): r.sentence for r in report.refused}
    assert list(told) == [
        (4, "identity"), (5, "identity"), (6, "branch"), (7, "branch"), (8, "group"), (9, "stage"), (10, "since"),
        (11, "name"), (12, "since"),
    ]  # fmt: skip
    assert told[4, "identity"] == "证件号码与第 3 行相同。" and "校验码" in told[5, "identity"]
    look_as(cast.first)
    assert Member.objects.filter(group=cast.organisations["group"]).count() == 1 and Entry.objects.count() == 2


def test_a_trial_run_keeps_nothing_and_a_second_run_changes_nothing(cast: Cast):
    content = table(*(f"党员{n},{identity(n)},,柳湾一居第一党支部,,正式党员,2010-07-01" for n in range(20, 40)))
    assert take_in(content, by=cast.first, at=AT, dry_run=True).accepted == 20
    with as_system():
        assert not Member.objects.exists()
    assert take_in(content, by=cast.first, at=AT).accepted == 20
    again = take_in(content, by=cast.first, at=AT)
    assert (again.accepted, len(again.duplicates)) == (0, 20)
    with as_system():
        assert Record.objects.filter(verb="party.import_member").count() == 20


def test_excel_with_merged_cells_and_full_width_digits(cast: Cast):
    book = Workbook()
    sheet = book.active
    sheet.append(["姓名", "身份证号", "党支部", "发展阶段", "日期"])
    wide = identity(41).translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789X"})
    sheet.append(["甲", wide, "柳湾一居第一党支部", "正式党员", "２０１０－０７－０１"])
    sheet.append(["乙", identity(42), "柳湾一居第一党支部", "正式党员", "2010/7/1"])
    sheet.merge_cells("C2:C3")
    kept = BytesIO()
    book.save(kept)
    report = take_in(kept.getvalue(), by=cast.first, at=AT)
    assert report.accepted == 1 and [(r.line, r.column) for r in report.refused] == [(3, "branch")]


@pytest.mark.parametrize("content", [b"", "姓名,电话\n甲,1".encode(), b"\xff\xfe\x00"])
def test_what_is_no_such_table_is_refused_whole(cast: Cast, content: bytes):
    with pytest.raises(Invalid):
        take_in(content, by=cast.first, at=AT)
