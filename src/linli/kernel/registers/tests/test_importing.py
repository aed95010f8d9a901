"""A spreadsheet as people keep one is taken in: each refused row with its sentence, valid ones beside it kept."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from linli.kernel.access import Invalid, NotAllowed, as_system
from linli.kernel.audit.models import Record
from linli.kernel.declare import Source, Type
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, Cast
from linli.kernel.people.models import Person
from linli.kernel.registers.models import Conflict as Open
from linli.kernel.registers.models import Entry, Fact
from linli.kernel.registers.queries.known import known
from linli.kernel.registers.spreadsheets import Lost, number_of, plain, read, value_of
from linli.kernel.registers.verbs import enter
from linli.kernel.registers.verbs.importing import Imported, import_table
from linli.kernel.sealed import fingerprint, seal

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)
GOOD, WRONG = "110101199003078515", "110101199003078516"


def check(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def sheet(*rows: list[object], merge: str = "") -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def someone(name: str, identity: str = "", phone: str = "", hood: str = HOOD) -> Person:
    with as_system():
        return Person.objects.create(
            name=name, place_code=hood, identity_print=fingerprint(identity) if identity else None,
            identity_sealed=seal(identity) if identity else None, phone_print=fingerprint(phone) if phone else None,
            phone_sealed=seal(phone) if phone else None,
        )  # fmt: skip


def labels(*names: str) -> list[str]:
    from linli.kernel.registers.defined import elements

    return [elements([name])[name].label for name in names]


def take(cast: Cast, content: bytes, **more: object) -> Imported:
    heads, lines = read(content)
    given = {"by": cast.social, "at": LATER, "about": "person", "heads": heads, "lines": lines, "name": "民政名单"}
    return import_table(**{**given, **more})  # type: ignore[arg-type]


def test_each_refused_row_has_its_sentence_and_the_valid_ones_are_kept(cast: Cast):
    number = check(GOOD[:17])
    one, two = someone("林秀珍", identity=number), someone("陈阿公", phone="13900001111")
    someone("王芳"), someone("王芳")
    someone("外人", hood=OTHER_HOOD)
    alone, phone = labels("lives-alone", "emergency-phone")
    done = take(cast, sheet(
        ["姓名", "身份证号", "手机号", alone, phone, "备注列"],
        ["林秀珍", number, None, "是", "１３９ ００００ ２２２２", "x"],
        ["林秀珍", number, None, "否", None, None],
        ["陈阿公", None, 13900001111, "是", None, None],
        ["林秀珍", WRONG if number != WRONG else GOOD, None, "是", None, None],
        ["林秀珍", 110101199003078512.0, None, "是", None, None],
        ["王芳", None, None, "是", None, None],
        ["外人", None, None, "是", None, None],
        ["谁也不是", None, None, "是", None, None],
        ["陈阿公", None, "12", "是", None, None],
        ["陈阿公", None, 13900001111, "也许", None, None],
        ["别名", number, None, "是", None, None],
    ))  # fmt: skip
    said = {row.number: row.sentence for row in done.refused}
    assert (done.rows, done.facts, done.refused_rows, done.unknown) == (11, 3, 9, ["备注列"])
    assert "第 2 行" in said[3] and "校验码" in said[5] and "后几位已经丢失" in said[6] and "2 人" in said[7]
    assert (
        "没有登记过" in said[8] and "没有登记过" in said[9] and "电话" in said[10] and "第 4 行" in said[11]
    ) or "是" in said[11]
    assert "另一个姓名" in said[12]
    with as_system():
        assert (
            known(one.id)["emergency-phone"].value == "13900002222" and known(two.id)["lives-alone"].value is True
        )
        entry = Entry.objects.get()
        assert entry.source == "import" and entry.source_name == "民政名单" and entry.facts.count() == 3
        assert Record.objects.filter(verb="registers.import").count() == 1


def test_taken_in_again_it_changes_nothing_and_what_differs_goes_by_the_rule(cast: Cast):
    one = someone("林秀珍")
    alone, low = labels("lives-alone", "low-income")
    content = sheet(["姓名", alone, low], ["林秀珍", "是", "否"])
    assert take(cast, content).facts == 2
    again = take(cast, content, at=LATER + timedelta(hours=1))
    assert (again.facts, again.same) == (0, 2)
    take(cast, sheet(["姓名", alone], ["林秀珍", "否"]), at=LATER + timedelta(hours=2))
    with as_system():
        assert known(one.id)["lives-alone"].value is False
        assert Fact.objects.filter(subject=one.id, element="lives-alone").count() == 2
        assert not Open.objects.exists()


def test_a_merged_cell_says_the_same_in_every_row_it_covers(cast: Cast):
    someone("林秀珍"), someone("陈阿公")
    (alone,) = labels("lives-alone")
    heads, lines = read(sheet(["姓名", alone], ["林秀珍", "是"], ["陈阿公", None], merge="B2:B3"))
    assert [[plain(cell) for cell in line.cells] for line in lines] == [["林秀珍", "是"], ["陈阿公", "是"]]
    assert heads == ["姓名", alone]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2026, 1, 5), "2026-01-05"), (46027.0, "2026-01-05"), ("2026/1/5", "2026/1/5"), ("２０２６.１.５", "2026.1.5"),
        ("2026年1月5日", "2026年1月5日"), (20260105.0, "20260105"), (None, None),
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_kept(cell: object, day: object):
    found = value_of(cell, Type.DATE)
    assert (found.isoformat() if isinstance(found, date) else found) == day


def test_a_number_that_lost_its_digits_is_never_guessed():
    for cell in (110101199003078512.0, 1.10101199003078e17, "1.10101E+17"):
        with pytest.raises(Lost):
            number_of(cell)
    assert number_of(13900001111.0) == "13900001111"


def test_a_table_that_does_not_say_who_or_what_is_refused_whole(cast: Cast):
    (alone,) = labels("lives-alone")
    for content, words in (
        (sheet(["备注", alone], ["x", "是"]), "才知道说的是谁"),
        (sheet(["姓名", "备注"], ["林秀珍", "是"]), "数据项"),
        (sheet([None, None]), "第一行"),
        (b"PK\x03\x04nothing", "打不开"),
        (b"\xff\xfe\x00\x00", "编码"),
    ):
        with pytest.raises(Invalid, match=words):
            take(cast, content)
    with pytest.raises(NotAllowed):
        take(cast, sheet(["姓名", alone], ["林秀珍", "是"]), by=cast.handler)
    with as_system():
        assert not Entry.objects.exists()


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=8), st.floats(), st.integers(), st.booleans()), max_size=4),
        max_size=5,
    )
)
def test_no_cell_breaks_the_reading(rows):
    for row in rows:
        for cell in row:
            for type_ in (Type.DATE, Type.TEXT, Type.CHOICES, Type.INTEGER):
                value_of(cell, type_)


def test_lines_are_taken_in_as_a_set_and_remembered_over_batches(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries
):
    names = [f"居民{n}" for n in range(12)]
    for name in names:
        someone(name)
    (alone,) = labels("lives-alone")
    rows = [["姓名", alone], *([name, "是"] for name in names), [names[0], "否"]]
    with django_assert_max_num_queries(40):
        whole = take(cast, sheet(*rows))
    assert (whole.facts, whole.refused_rows) == (12, 1)
    monkeypatch.setattr("linli.kernel.registers.verbs.importing.BATCH", 5)
    again = take(cast, sheet(*rows), at=LATER + timedelta(hours=1))
    assert (again.facts, again.same, again.refused_rows) == (0, 12, 1)
    assert "第 2 行" in again.refused[0].sentence, "the line it repeats lies in a batch before"


def test_what_differs_is_settled_by_the_rule_for_each_of_a_batch(cast: Cast):
    people = [someone(name) for name in ("林秀珍", "陈阿公", "王芳")]
    (low,) = labels("low-income")
    for one, said in zip(people, ("yes", "no", "yes"), strict=True):
        enter(
            by=cast.social, at=LATER - timedelta(days=1), form="resident-card", subject=one.id,
            source=Source.DEPARTMENT, values={"low-income": said, "residence-kind": "abroad"},
        )  # fmt: skip
    done = take(cast, sheet(["姓名", low], *([one.name, "是"] for one in people)))
    assert (done.facts, done.same) == (1, 2)
    with as_system():
        assert known(people[1].id)["low-income"].value is False, "an office is stronger than a table"
        assert [(row.subject, row.why) for row in Open.objects.all()] == [(people[1].id, "later")]


def test_places_are_taken_in_by_code_and_by_address(cast: Cast):
    (count,) = labels("shop-extinguishers")
    content = sheet(["地址", count], [HOOD, 2], [OTHER_HOOD, 2], ["哪里也不是", 2], [HOOD, 3])
    done = take(cast, content, about="place")
    assert (done.facts, done.refused_rows) == (1, 3)
    with as_system():
        assert Fact.objects.get().place_code == HOOD


def test_who_is_not_registered_is_shown_first_and_registered_on_a_second_word(cast: Cast):
    new, other = check("11010119900307123"), check("11010119850307123")
    wide = new.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789X"})
    (alone,) = labels("lives-alone")
    someone("同名人")
    content = sheet(
        ["姓名", "身份证号", "住址", alone],
        ["新来的", wide, HOOD, "是"],
        ["新来的", new, HOOD, "否"],
        ["别的人", new, HOOD, "是"],
        ["错号的", WRONG if check(GOOD[:17]) != WRONG else GOOD, HOOD, "是"],
        ["填错的", other, HOOD, "也许"],
        ["同名人", check("11010119700307123"), OTHER_HOOD, "是"],
        ["外居的", check("11010119720307123"), OTHER_HOOD, "是"],
    )  # fmt: skip
    shown = take(cast, content)
    said = {row.number: row.sentence for row in shown.refused}
    assert [(one.number, one.name, one.identity[:3]) for one in shown.strangers] == [
        (2, "新来的", "110"),
        (8, "外居的", "110"),
    ]
    assert "*" in shown.strangers[0].identity and shown.registered == 0
    assert "第 2 行说的是同一个" in said[3] and "姓名却不同" in said[4] and "校验码" in said[5] and "是" in said[6]
    with as_system():
        assert not Person.objects.filter(name="新来的").exists(), "nobody is registered unseen"
    done = take(cast, content, register=True, at=LATER + timedelta(hours=1))
    assert (done.registered, done.strangers) == (1, [])
    assert "管辖范围" in {row.number: row.sentence for row in done.refused}[8]
    with as_system():
        made = Person.objects.get(name="新来的")
        assert (made.place_code, made.birth_year) == (HOOD, 1990)
        assert bytes(made.identity_print) == fingerprint(new) and known(made.id)["lives-alone"].value is True
        assert Record.objects.filter(verb="people.register_person", stream=f"person:{made.id}").count() == 1
        assert Record.objects.filter(verb="registers.import").latest("recorded_at").after["registered"] == 1
    again = take(cast, content, register=True, at=LATER + timedelta(hours=2))
    assert (again.registered, again.same) == (0, 2), "and the one whose number was not known yet"


def test_one_of_the_same_name_without_a_number_is_not_registered_twice(cast: Cast):
    someone("林秀珍", phone="13900001111")
    (alone,) = labels("lives-alone")
    content = sheet(["姓名", "身份证号", "手机号", alone], ["林秀珍", check(GOOD[:17]), "13900002222", "是"])
    done = take(cast, content, register=True)
    assert done.registered == 0 and "同名" in done.refused[0].sentence


def test_who_may_not_register_is_told_that_nobody_is_there(cast: Cast):
    (alone,) = labels("lives-alone")
    content = sheet(["姓名", "身份证号", alone], ["新来的", check(GOOD[:17]), "是"])
    done = take(cast, content, by=cast.grid, register=True)
    assert (done.registered, done.stranger_rows) == (0, 0) and "没有登记过" in done.refused[0].sentence


def test_a_merged_number_is_one_persons(cast: Cast):
    number, (alone,) = check(GOOD[:17]), labels("lives-alone")
    content = sheet(["姓名", "身份证号", alone], ["甲某", number, "是"], ["乙某", None, "否"], merge="B2:B3")
    done = take(cast, content, register=True)
    assert done.registered == 1 and [row.number for row in done.refused] == [3]
    assert "姓名却不同" in done.refused[0].sentence or "另一个姓名" in done.refused[0].sentence
