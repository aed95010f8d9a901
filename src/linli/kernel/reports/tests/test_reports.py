"""A table is asked once, fills itself, is signed and sent; every cell knows where it comes from; what is corrected later shows."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import SYSTEM, Conflict, Invalid, Moves, NotAllowed, NotFound, as_system, look_as
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import DISTRICT, HOOD, MONDAY, OTHER_HOOD, STREET, Cast
from linli.kernel.people import verbs as people
from linli.kernel.people.keepers import keepers
from linli.kernel.people.queries import who_looked
from linli.kernel.registers.defined import elements as defined
from linli.kernel.registers.models import Fact
from linli.kernel.reports import carrying, verbs
from linli.kernel.reports.columns import AGE, Column, Cond, Kind, Op, Table, table_of
from linli.kernel.reports.filling import fill, share
from linli.kernel.reports.models import Handing, Line, Report
from linli.kernel.reports.overview import overview
from linli.kernel.reports.queries import lineage, looking

from .conftest import ALONE, COUNTS, DUE, LATER, LIST, ask, person, said, sheet_of

pytestmark = pytest.mark.django_db
ON = date(2026, 9, 30)


def values(filled) -> list[list[object]]:
    return [[cell.value for cell in row.cells] for row in filled.rows]


# -- it fills itself --------------------------------------------------------------------------------------------------


def test_a_list_fills_itself_and_only_the_gaps_are_left(cast: Cast):
    person("林阿婆", lives_alone=True, call_button=True, emergency_phone="13900001111")
    person("陈阿公", lives_alone=True, call_button=False)
    person("王芳", lives_alone=False)
    person("李阿婆", OTHER_HOOD, lives_alone=True)
    report = ask(cast)
    look_as(cast.social)
    shown = verbs.open_sheet(by=cast.social, at=LATER, sheet_id=sheet_of(report).id)
    assert [row.label for row in shown.filled.rows] == ["林阿婆", "陈阿公"] and shown.gaps == 1
    assert [cell.gap for cell in shown.filled.rows[1].cells] == [False, False, False, True]
    only = verbs.open_sheet(by=cast.social, at=LATER, sheet_id=sheet_of(report).id, gaps_only=True)
    assert [row.label for row in only.filled.rows] == ["陈阿公"]


def test_what_fills_a_gap_is_a_fact_and_the_next_report_has_it(cast: Cast):
    who = person("陈阿公", lives_alone=True, call_button=False)
    report = ask(cast)
    sheet = sheet_of(report)
    verbs.fill_gap(
        by=cast.social, at=LATER, sheet_id=sheet.id, subject=who, values={"emergency-phone": "139 0000-2222"}
    )
    with as_system():
        fact = Fact.objects.get(element="emergency-phone", state="in_force")
        assert fact.value == "13900002222" and fact.author_id == cast.social.account_id
        assert fact.entry is not None and fact.entry.source_name == report.title
    verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    sheet = sheet_of(report)
    assert (sheet.cells, sheet.typed, sheet.empty) == (4, 1, 0)
    verbs.withdraw_report(by=cast.street_duty, at=LATER, report_id=report.id, reason="换一张表")
    again = ask(cast, title="独居老人二季度")
    look_as(cast.social)
    assert verbs.open_sheet(by=cast.social, at=LATER, sheet_id=sheet_of(again).id).gaps == 0


def test_a_count_counts_a_share_shares_and_nobody_known_is_a_gap_not_a_zero(cast: Cast):
    person("林阿婆", lives_alone=True, call_button=True)
    person("陈阿公", lives_alone=True, call_button=False)
    person("李阿公", lives_alone=True)
    person("王芳", lives_alone=False)
    report = ask(cast, COUNTS)
    sheet = sheet_of(report)
    look_as(cast.social)
    shown = verbs.open_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    assert values(shown.filled) == [[3, 1, "33.3", 0]] and shown.gaps == 1
    with pytest.raises(Invalid):
        verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    with pytest.raises(Invalid, match="已经有登记"):
        verbs.confirm_zero(by=cast.social, at=LATER, sheet_id=sheet.id, column=1)
    verbs.confirm_zero(by=cast.social, at=LATER, sheet_id=sheet.id, column=4)
    verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    assert sheet_of(report).empty == 0


def test_the_neighbourhoods_own_figure_is_a_fact_about_it(cast: Cast):
    table = Table("person", False, (), (Column("灭火器", Kind.OWN, "shop-extinguishers"),))
    report = ask(cast, table)
    sheet = sheet_of(report)
    verbs.fill_gap(by=cast.social, at=LATER, sheet_id=sheet.id, values={"shop-extinguishers": "１２"})
    look_as(cast.social)
    assert values(verbs.open_sheet(by=cast.social, at=LATER, sheet_id=sheet.id).filled) == [[12]]
    with as_system():
        assert overview(table, STREET, {}, ON) == {HOOD: [12]}


def test_an_age_is_a_condition_and_a_column(cast: Cast):
    person("林阿婆", born=1940, lives_alone=True)
    person("陈阿公", born=1960, lives_alone=True)
    person("无年份", born=None, lives_alone=True)
    old = Cond(AGE, Op.LEAST, ("80",))
    table = Table("person", True, (ALONE, old), (Column("姓名", Kind.NAME), Column("年龄", Kind.AGE)))
    with as_system():
        known = {name: one.element for name, one in defined(["lives-alone"]).items()}
        assert values(fill(table, HOOD, known, ON)) == [["林阿婆", 86]]
        counted = Table(
            "person",
            False,
            (),
            (Column("80岁以上", Kind.COUNT, when=(old,)), Column("独居80", Kind.COUNT, when=(ALONE, old))),
        )
        assert values(fill(counted, HOOD, known, ON)) == [[1, 1]] and overview(counted, STREET, known, ON) == {
            HOOD: [1, 1]
        }


# -- asked once -------------------------------------------------------------------------------------------------------


def test_what_an_open_table_asks_is_not_asked_again_and_that_one_is_offered(cast: Cast):
    report = ask(cast)
    narrower = Table("person", True, (ALONE,), LIST.columns[:2])
    with pytest.raises(Conflict, match="已经在要") as refused:
        ask(cast, narrower, title="又一张", to=[HOOD])
    assert refused.value.fields["like"] == str(report.id) and refused.value.code == "asked"
    relabelled = Table("person", True, (ALONE,), (Column("老人姓名", Kind.NAME),))
    with pytest.raises(Conflict):
        ask(cast, relabelled)
    ask(cast, Table("person", True, (ALONE,), (*LIST.columns, Column("助餐", Kind.VALUE, "meal-service"))))
    ask(cast, narrower, begins_on=date(2027, 1, 1), ends_on=date(2027, 1, 31))
    ask(cast, narrower, by=cast.district_duty, to=[DISTRICT])  # another street too: no open table has all of it


@pytest.mark.parametrize(
    ("table", "field", "words"),
    [
        (Table("person", True, (), LIST.columns), "conditions", "条件"),
        (Table("person", True, (ALONE,), ()), "conditions", "至少"),
        (Table("person", True, (ALONE,), (Column("x", Kind.VALUE, "nothing"),)), "column_1", "没有"),
        (Table("person", True, (ALONE,), (Column("x", Kind.VALUE, "trade"),)), "column_1", "不是这种对象"),
        (Table("person", True, (ALONE,), (Column("x", Kind.COUNT, when=(ALONE,)),)), "column_1", "不能放在"),
        (Table("person", False, (), (Column("x", Kind.SUM, "lives-alone"),)), "column_1", "合计"),
        (
            Table("place", False, (), (Column("x", Kind.SHARE, when=(Cond("gas-alarm", Op.KNOWN),)),)),
            "column_1",
            "占谁",
        ),
        (
            Table("person", False, (), (Column("x", Kind.COUNT, when=(Cond("care-level", Op.LEAST, ("1",)),)),)),
            "column_1",
            "敏感",
        ),
        (
            Table("person", False, (), (Column("x", Kind.COUNT, when=(Cond("lives-alone", Op.IS, ("maybe",)),)),)),
            "column_1",
            "没有这个值",
        ),
        (Table("person", True, (ALONE,), (Column("a", Kind.NAME), Column("b", Kind.NAME))), "column_2", "同一件事"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_with_where_and_why(
    cast: Cast, table: Table, field: str, words: str
):
    with pytest.raises(Invalid, match=words) as refused:
        ask(cast, table)
    assert field in refused.value.fields
    with as_system():
        assert not Report.objects.exists()


def test_something_sensitive_is_asked_only_with_the_law_that_says_so(cast: Cast):
    table = Table("person", True, (ALONE,), (Column("护理", Kind.VALUE, "care-level"),))
    with pytest.raises(Invalid) as refused:
        ask(cast, table)
    assert "basis" in refused.value.fields
    ask(cast, table, basis="老年人权益保障法第三十条")


def test_who_asks_stands_above_and_asks_within_their_place(cast: Cast):
    for actor, more, refusal in (
        (cast.social, {}, NotAllowed),
        (cast.granny, {}, NotAllowed),
        (cast.keeper, {}, NotAllowed),
        (cast.street_duty, {"place_code": DISTRICT}, NotAllowed),
        (cast.street_duty, {"to": ["990101002"]}, Invalid),
        (cast.street_duty, {"to": []}, Invalid),
        (cast.street_duty, {"due_at": MONDAY - timedelta(minutes=1)}, Invalid),
        (cast.street_duty, {"ends_on": date(2026, 8, 1)}, Invalid),
        (cast.street_duty, {"reason": "。"}, Invalid),
    ):
        with pytest.raises(refusal):
            ask(cast, by=actor, **more)


# -- signed, sent, given back -----------------------------------------------------------------------------------------


def test_the_whole_way_leaves_one_record_a_verb(cast: Cast):
    person("林阿婆", lives_alone=True, call_button=True, emergency_phone="13900001111")
    report = ask(cast)
    sheet = sheet_of(report)
    with pytest.raises(Conflict):
        verbs.send_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    first = verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    look_as(cast.street_duty)
    assert not Handing.objects.exists() and not Line.objects.exists(), "above, nothing is seen before it was sent"
    verbs.send_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    look_as(cast.street_duty)
    _handing, lines, count = verbs.read_handing(by=cast.street_duty, at=LATER, handing_id=first.id)
    assert count == 1 and lines[0].cells == ["林阿婆", lines[0].cells[1], True, "13900001111"]
    with pytest.raises(Conflict):
        verbs.fill_gap(
            by=cast.social, at=LATER, sheet_id=sheet.id, values={"call-button": "否"}, subject=lines[0].subject
        )
    verbs.give_back(by=cast.street_duty, at=LATER, sheet_id=sheet.id, reason="少了一位")
    assert sheet_of(report).returned == "少了一位"
    person("陈阿公", lives_alone=True, call_button=False, emergency_phone="13900002222")
    verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    verbs.send_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    assert verbs.accept_all(by=cast.street_duty, at=LATER, report_id=report.id) == 1
    with as_system():
        told = list(
            Record.objects.filter(stream=report.stream).order_by("stream_seq").values_list("verb", flat=True)
        )
        assert [verb.removeprefix("reports.") for verb in told] == [
            "ask", "sign", "send", "give_back", "sign", "send", "accept_all",
        ]  # fmt: skip
        assert [h.lines.count() for h in Handing.objects.order_by("number")] == [1, 2], (
            "what was signed first stays"
        )
    with pytest.raises(Invalid):
        verbs.close_report(by=cast.street_duty, at=LATER, report_id=report.id)
    verbs.close_report(by=cast.street_duty, at=LATER, report_id=report.id, reason="另一个居村没有独居老人")
    with pytest.raises(Conflict):
        verbs.sign_sheet(by=cast.social2, at=LATER, sheet_id=sheet_of(report, OTHER_HOOD).id)


def test_what_was_signed_can_not_be_changed_by_anybody(cast: Cast):
    person("林阿婆", lives_alone=True, call_button=True, emergency_phone="13900001111")
    sheet = sheet_of(ask(cast))
    handing = verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    with as_system():
        for change in (
            lambda: Line.objects.filter(handing=handing).update(cells=["x"]),
            lambda: Handing.objects.filter(pk=handing.pk).update(signed_name="别人"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


def test_each_person_reads_that_they_were_seen_and_sent(cast: Cast):
    with as_system():
        granny = cast.granny.person_id
    assert granny is not None
    said(granny, lives_alone=True, call_button=True, emergency_phone="13900001111")
    report = ask(cast)
    sheet = sheet_of(report)
    look_as(cast.social)
    verbs.open_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    handing = verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    verbs.send_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    look_as(cast.street_duty)
    verbs.read_handing(by=cast.street_duty, at=LATER, handing_id=handing.id)
    looks = who_looked(granny, by=cast.granny)
    assert [look.verb for look in looks if look.verb.startswith("reports.")] == [
        "reports.read_line", "reports.send_line", "reports.read_line",
    ]  # fmt: skip
    assert {look.purpose for look in looks if look.verb.startswith("reports.")} == {report.title}
    with as_system():
        (chapter,) = [c for c in keepers.chapters(granny, own=True) if c.name == "reports"]
    assert chapter.rows[0]["title"] == report.title


def test_who_is_behind_a_count_reads_that_its_facts_were_looked_at(cast: Cast):
    with as_system():
        granny = cast.granny.person_id
    assert granny is not None
    said(granny, lives_alone=True)
    table = Table("person", False, (), (Column("独居", Kind.COUNT, when=(ALONE,)),))
    sheet = sheet_of(ask(cast, table))
    handing = verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    look_as(cast.social)
    (line,) = Line.objects.filter(handing=handing)
    found = verbs.read_cell(by=cast.social, at=LATER, handing=handing, line=line, column=1)
    assert [origin.subject for origin in found] == [granny]
    (look,) = [one for one in who_looked(granny, by=cast.granny) if one.verb == "reports.read_line"]
    assert look.purpose == sheet.report.title


def test_something_sealed_is_masked_and_opened_one_at_a_time_with_a_reason(cast: Cast):
    who = person("林阿婆", lives_alone=True, care_level="much-help")
    table = Table("person", True, (ALONE,), (Column("姓名", Kind.NAME), Column("护理", Kind.VALUE, "care-level")))
    report = ask(cast, table, basis="老年人权益保障法第三十条")
    sheet = sheet_of(report)
    handing = verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    look_as(cast.social)
    (line,) = Line.objects.filter(handing=handing)
    assert line.cells == ["林阿婆", None] and b"much" not in bytes(line.sealed)
    with pytest.raises(Invalid):
        verbs.unmask_cell(by=cast.social, at=LATER, line_id=line.pk, column=2, reason="。")
    assert (
        verbs.unmask_cell(by=cast.social, at=LATER, line_id=line.pk, column=2, reason="安排护理员") == "much-help"
    )
    with as_system():
        record = Record.objects.get(verb="reports.unmask_cell")
        assert record.stream == f"person:{who}" and "much" not in str(record.after)
    with pytest.raises(NotAllowed):
        verbs.unmask_cell(by=cast.street_duty, at=LATER, line_id=line.pk, column=2, reason="看一下")


def test_sensitive_counts_are_made_without_opening_and_small_ones_stay_below(cast: Cast):
    for n in range(3):
        person(f"甲{n}", care_level="much-help")
    for n in range(6):
        person(f"乙{n}", OTHER_HOOD, care_level="much-help")
    table = Table(
        "person", False, (), (Column("要帮助", Kind.COUNT, when=(Cond("care-level", Op.IS, ("much-help",)),)),)
    )
    report = ask(cast, table, basis="老年人权益保障法第三十条")
    look_as(cast.street_duty)
    whole = looking.whole(cast.street_duty, report.id, LATER)
    assert [part.cells for part in whole.parts] == [[3], [6]] and whole.totals == [9]
    assert whole.hidden == {(HOOD, 1), (OTHER_HOOD, 1)}, "one alone would be given back by the total"


def test_forgetting_a_person_empties_their_line_and_leaves_the_count(cast: Cast):
    who = person("林阿婆", lives_alone=True, call_button=True, emergency_phone="13900001111")
    sheet = sheet_of(ask(cast))
    handing = verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet.id)
    people.erase_person(by=cast.social, at=LATER, person_id=who, reason="本人申请")
    with as_system():
        line = Line.objects.get(handing=handing)
        assert (line.cells, line.label, line.facts) == ([], "", []) and line.erased_at is not None


def test_lines_of_persons_go_when_the_tables_time_is_over(cast: Cast):
    person("林阿婆", lives_alone=True, call_button=True, emergency_phone="13900001111")
    report = ask(cast)
    verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet_of(report).id)
    assert verbs.erase_lines(at=DUE) == 0
    assert (
        verbs.erase_lines(at=DUE + timedelta(days=735)) == 1
        and verbs.erase_lines(at=DUE + timedelta(days=735)) == 0
    )


def test_a_report_says_who_is_late_and_how_much_work_it_was(cast: Cast):
    person("林阿婆", lives_alone=True, call_button=True, emergency_phone="13900001111")
    report = ask(cast)
    verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet_of(report).id)
    verbs.send_sheet(by=cast.social, at=LATER, sheet_id=sheet_of(report).id)
    after = DUE + timedelta(days=1)
    look_as(cast.street_duty)
    (row,) = looking.asked(cast.street_duty, after)
    assert (row.sheets, row.sent, row.late) == (2, 1, 1) and looking.late_count(cast.street_duty, after) == 1
    burden = {one.place_code: one for one in looking.burden(cast.street_duty, after)}
    assert burden[HOOD].percent == 100 and (burden[HOOD].tables, burden[HOOD].cells) == (1, 4)
    verbs.postpone(by=cast.street_duty, at=LATER, report_id=report.id, due_at=after + timedelta(days=1))
    assert looking.asked(cast.street_duty, after)[0].late == 0
    with pytest.raises(Invalid):
        verbs.postpone(by=cast.street_duty, at=LATER, report_id=report.id, due_at=DUE)


def test_a_neighbourhood_sees_its_own_sheet_and_no_other(cast: Cast):
    report = ask(cast)
    look_as(cast.social)
    assert [owed.sheet.place_code for owed in looking.owed(cast.social, LATER)] == [HOOD]
    with pytest.raises(NotFound):
        verbs.open_sheet(by=cast.social, at=LATER, sheet_id=sheet_of(report, OTHER_HOOD).id)
    with pytest.raises(NotFound):
        verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=sheet_of(report, OTHER_HOOD).id)
    with pytest.raises(NotAllowed):
        looking.whole(cast.social, report.id, LATER)


# -- lineage ----------------------------------------------------------------------------------------------------------


def test_every_cell_says_who_entered_it_when_and_what_was_corrected_since(cast: Cast):
    who = person("林阿婆", lives_alone=True, call_button=False, emergency_phone="13900001111")
    other = person("陈阿公", lives_alone=True, call_button=True)
    counts = sheet_of(ask(cast, COUNTS))
    verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=counts.id, note="困难情况还没有登记")
    listed = sheet_of(ask(cast))
    verbs.sign_sheet(by=cast.social, at=LATER, sheet_id=listed.id, note="一位没有电话")
    much_later = LATER + timedelta(days=1)
    said(who, at=much_later, by=cast.social, call_button=True)
    look_as(cast.social)
    handing = Handing.objects.select_related("sheet__report").get(sheet=listed)
    lines = list(handing.lines.order_by("number"))
    line = next(line for line in lines if line.subject == who)
    (origin,) = lineage.of_cell(handing, line, 3)
    assert origin.author == "系统" or origin.author == ""
    assert origin.corrected and (origin.said, origin.now) == ("否", "是")
    fresh = {row.subject: row.cells for row in verbs.gaps.fill_now(listed, much_later)[2].rows}
    (since,) = lineage.corrected(handing, lines, handing.sheet.report.table, fresh)
    assert (since.line_number, since.column, since.said, since.now) == (line.number, 3, False, True)
    assert lineage.left_out(lines, fresh) == set()
    said(other, at=much_later, by=cast.social, lives_alone=False, call_button=False)
    look_as(cast.social)
    fresh = {row.subject: row.cells for row in verbs.gaps.fill_now(listed, much_later)[2].rows}
    gone = next(line for line in lines if line.subject == other)
    assert lineage.left_out(lines, fresh) == {gone.number}, "who does not live alone any more is not on the list"
    assert (gone.number, 3, True, False) in {
        (s.line_number, s.column, s.said, s.now)
        for s in lineage.corrected(handing, lines, handing.sheet.report.table, fresh)
    }
    said(other, at=much_later + timedelta(minutes=1), by=cast.social, lives_alone=True, call_button=True)
    handing = Handing.objects.select_related("sheet__report").get(sheet=counts)
    (line,) = handing.lines.all()
    assert {o.subject for o in lineage.of_cell(handing, line, 1)} == {who, other}
    both = lineage.of_cell(handing, line, 2)
    assert {o.subject for o in both} == {other} and {o.element for o in both} == {"lives-alone", "call-button"}
    fresh = {None: verbs.gaps.fill_now(counts, much_later)[2].rows[0].cells}
    found = {
        (s.column, s.said, s.now) for s in lineage.corrected(handing, [line], handing.sheet.report.table, fresh)
    }
    assert found == {(2, 1, 2), (3, "50.0", "100.0")}


# -- pure -------------------------------------------------------------------------------------------------------------

conds = st.sampled_from(
    [
        ALONE, Cond("lives-alone", Op.IS, ("no",)), Cond("lives-alone", Op.KNOWN), Cond("call-button", Op.IS, ("yes",)),
        Cond("education", Op.IS, ("primary", "junior")), Cond("care-level", Op.IS, ("self",)), Cond(AGE, Op.LEAST, ("80",)),
        Cond(AGE, Op.MOST, ("70",)),
    ]
)  # fmt: skip
columns = st.builds(
    lambda kind, when, of: Column("列", kind, when=tuple(when), of=tuple(of) if kind is Kind.SHARE else ()),
    st.sampled_from([Kind.COUNT, Kind.SHARE]),
    st.lists(conds, min_size=1, max_size=3),
    st.lists(conds, max_size=2),
)
someone = st.fixed_dictionaries(
    {},
    optional={
        "lives_alone": st.booleans(),
        "call_button": st.booleans(),
        "education": st.sampled_from(["primary", "junior", "college"]),
        "care_level": st.sampled_from(["self", "much-help"]),
        "born": st.sampled_from([1930, 1944, 1946, 1956, 1990, None]),
    },
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(someone, max_size=6), st.lists(columns, min_size=1, max_size=4))
def test_many_neighbourhoods_at_once_count_what_each_sheet_counts(cast: Cast, persons, asked):
    with transaction.atomic():
        for n, one in enumerate(persons):
            person(f"人{n}", HOOD if n % 2 else OTHER_HOOD, **{"born": 1940, **one})
        table = Table("person", False, (), tuple(asked))
        with as_system():
            known = {name: one.element for name, one in defined(table.elements).items()}
            at_once = overview(table, STREET, known, ON)
            for hood in (HOOD, OTHER_HOOD):
                single = [cell.value for cell in fill(table, hood, known, ON).rows[0].cells]
                assert at_once.get(hood, [None if c.kind is Kind.SHARE else 0 for c in asked]) == single
        transaction.set_rollback(True)


def test_a_table_is_kept_and_read_back_whole():
    assert table_of(COUNTS.to_json()) == COUNTS and table_of(LIST.to_json()) == LIST


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 8, "12.5"),
        (1, 2000, "0.1"),
        (0, 5, "0.0"),
        (5, 5, "100.0"),
        (0, 0, None),
    ],
)
def test_shares_are_rounded_half_up(part: int, whole: int, said: str | None):
    assert share(part, whole) == said


def test_two_neighbourhoods_that_become_one_owe_one_sheet_and_keep_what_they_sent(cast: Cast):
    person("林阿婆", lives_alone=True, call_button=True, emergency_phone="13900001111")
    owed, sent = ask(cast), ask(cast, COUNTS, title="另一张")
    for actor, hood in ((cast.social, HOOD), (cast.social2, OTHER_HOOD)):
        verbs.sign_sheet(by=actor, at=LATER, sheet_id=sheet_of(sent, hood).id, note="还没有登记")
        verbs.send_sheet(by=actor, at=LATER, sheet_id=sheet_of(sent, hood).id)
    moves = Moves({HOOD: OTHER_HOOD}, {}, {})
    while carrying.carry(by=SYSTEM, at=LATER, moves=moves, recoding=uuid4(), limit=10):
        pass
    assert not carrying.left_behind(moves)
    with as_system():
        assert owed.sheets.count() == 1 and sent.sheets.filter(place_code=OTHER_HOOD).count() == 2
