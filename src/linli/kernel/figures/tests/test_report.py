"""The monthly report: small cells, both files, who may ask, and what is told when it cannot be made."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from linli.kernel.access import SYSTEM, Invalid, NotAllowed, as_system
from linli.kernel.figures import sentences
from linli.kernel.figures import verbs as figures
from linli.kernel.figures.measures import Counts
from linli.kernel.figures.models import Report
from linli.kernel.figures.queries import Period, Scope, Standing, count, standing
from linli.kernel.figures.report import paper, sheets
from linli.kernel.figures.report.small import SMALL, hidden, share_shown
from linli.kernel.files.storage import store
from linli.kernel.matters import verbs
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, STREET, Cast

MONTH = date(2026, 9, 1)
LATER = MONDAY + timedelta(days=40)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 40), max_size=12))
def test_no_small_number_can_be_told_from_what_is_shown(cells: dict[str, int]) -> None:
    kept = hidden(cells)
    assert all(key in kept for key, n in cells.items() if 0 < n < SMALL)
    if kept:
        rest = sum(cells.values()) - sum(
            n for key, n in cells.items() if key not in kept
        )  # what a reader can reckon
        behind = [n for key, n in cells.items() if key in kept]
        assert rest == sum(behind)
        alone = len([n for n in cells.values() if n]) == 1
        assert alone or (len(behind) >= 2 and (rest >= SMALL or all(key in kept for key, n in cells.items() if n)))
    else:
        assert not any(0 < n < SMALL for n in cells.values())


@given(st.integers(0, 400), st.integers(0, 400))
def test_no_share_gives_a_few_matters_away(top: int, rest: int) -> None:
    """What is said of a share fits enough numbers of matters for and against that none of one to four can be told."""
    bottom = top + rest
    how, bound = share_shown(top, bottom)
    small = 0 < top < SMALL or 0 < rest < SMALL
    assert (how == "exact") == (bottom >= SMALL and not small)
    fitting = {
        "below": [n for n in range(bottom + 1) if 100 * n < bound * bottom],
        "above": [n for n in range(bottom + 1) if 100 * n > bound * bottom],
    }
    if how in fitting:
        assert top in fitting[how], "it is true"
        assert {1, 2, 3, 4} <= {n if how == "below" else bottom - n for n in fitting[how]}


def test_the_flow_adds_up() -> None:
    counts = Counts(reported=100, reopened=7, closed=90, declined=12, merged=3)
    assert (
        sentences.flow_title(counts)
        == "上报 100 件，重新打开 7 件，办结 90 件，以其他方式结束 15 件，在办增加 2 件"
    )
    assert (
        sentences.flow_title_published(Counts(reported=100, reopened=3, closed=90), SMALL)
        == "上报 100 件，办结 90 件"
    )


@pytest.mark.django_db
def test_the_title_of_a_month_says_by_how_much_more_is_open(month: Cast) -> None:
    with as_system():
        scope = Scope((STREET,))
        period = Period(MONTH, date(2026, 9, 30))
        whole = count(scope, period, LATER)[""]
        first, last = (
            standing(scope, at).get("", Standing()).open
            for at in (MONDAY - timedelta(days=7), LATER - timedelta(days=16))
        )
    more = whole.reported + whole.reopened - whole.ended
    assert more == last - first
    assert f"在办增加 {more} 件" in sentences.flow_title(whole)


@pytest.mark.parametrize(
    ("text", "value", "form"),
    [
        ("3,314", 3314, "#,##0"), ("90.1%", 0.901, "0.0%"), ("7%", 0.07, "0%"), ("98.3", 98.3, "#,##0.0"),
        ("−371", -371, "+#,##0;−#,##0;±0"), ("", None, "General"), ("少于 5", "少于 5", "General"),
        ("2,960 / 3,286", "2,960 / 3,286", "General"), ("=1+1", "=1+1", "General"), ("20261101-000042", "20261101-000042", "General"),
    ],
)  # fmt: skip
def test_a_sheet_can_reckon_with_its_numbers(text: str, value: object, form: str) -> None:
    assert sheets._value(text) == (value, form)


@pytest.fixture
def month(cast: Cast) -> Cast:
    for n in range(12):
        matter = cast.done(at=MONDAY + timedelta(hours=n), place_code=HOOD if n < 9 else OTHER_HOOD)
        if n % 2:
            verbs.verify(matter_id=matter.id, by=cast.street_duty, at=MONDAY + timedelta(days=1), passed=True)
            verbs.close(matter_id=matter.id, by=cast.dispatcher, at=MONDAY + timedelta(days=1), reply="好了")
            verbs.rate(matter_id=matter.id, by=cast.granny, at=MONDAY + timedelta(days=2), stars=5)
    cast.report(at=MONDAY, kind="inquiry")
    figures.recompute(by=SYSTEM, at=LATER)
    return cast


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_files_are_made_and_kept(month: Cast, language: str) -> None:
    asked = figures.ask_report(by=month.street_duty, at=LATER, place_code=STREET, month=MONTH, language=language)
    again = figures.ask_report(by=month.dispatcher, at=LATER, place_code=STREET, month=MONTH, language=language)
    assert again.id == asked.id  # waited for already
    assert (figures.make_reports(at=LATER), figures.make_reports(at=LATER)) == (1, 0)
    with as_system():
        report = Report.objects.select_related("pdf__blob", "xlsx__blob").get()
    assert (report.fault, report.definitions, report.figures_at) == ("", 1, LATER)
    assert report.pdf is not None and report.xlsx is not None
    with store().open(report.pdf.blob.sha256) as file:
        body = file.read()
    assert body.startswith(b"%PDF") and b"NotoSansSC" in body and b"NotoSerifSC" in body
    with store().open(report.xlsx.blob.sha256) as file:
        book = load_workbook(io.BytesIO(file.read()))
    said = "\n".join(
        str(v) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if v is not None
    )
    if language == "zh":
        assert "2026年9月上报 13 件" in said and "少于 5" in said and "逾期还没有办结的" in said
    else:
        assert "13" in said and "fewer than 5" in said
        assert not any(
            "\u4e00" <= c <= "\u9fff" for c in "".join(s for s in said.splitlines() if "%" in s and "柳" not in s)
        )


@pytest.mark.django_db
def test_who_may_ask_and_for_what(month: Cast) -> None:
    def ask(who: str, place: str = STREET, when: date = MONTH, language: str = "zh") -> None:
        figures.ask_report(by=month.actors[who], at=LATER, place_code=place, month=when, language=language)

    for who, place in (("street_duty", OTHER_STREET), ("social", STREET), ("handler", STREET), ("granny", HOOD)):
        with pytest.raises(NotAllowed):
            ask(who, place)
    for wrong in (
        {"when": date(2026, 12, 1)},
        {"when": date(1999, 1, 1)},
        {"language": "fr"},
        {"place": "990101001009"},
    ):
        with pytest.raises(Invalid):
            ask("street_duty", **wrong)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        ask("head")  # sees the unit's matters, not the place's
    ask("social", HOOD)


@pytest.mark.django_db
def test_without_a_font_it_says_what_to_do(month: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "PACKAGE", "no_such_package")
    monkeypatch.setattr(paper, "_SYSTEM", ())
    figures.ask_report(by=month.street_duty, at=LATER, place_code=STREET, month=MONTH, language="zh")
    assert figures.make_reports(at=LATER) == 1
    with as_system():
        report = Report.objects.get()
        assert "没有中文字体" in report.fault and "pylopdf-fonts-zh-cn" in report.fault
    assert figures.make_reports(at=LATER) == 0  # it waits before it tries again
    monkeypatch.undo()
    assert figures.make_reports(at=LATER + timedelta(minutes=11)) == 1
    with as_system():
        assert Report.objects.get().made_at is not None


@pytest.mark.django_db
def test_the_next_month_comes_by_itself(month: Cast) -> None:
    figures.ask_report(by=month.street_duty, at=LATER, place_code=STREET, month=MONTH, language="zh")
    figures.make_reports(at=LATER)
    assert figures.begin_months(at=LATER) == 0
    november = LATER + timedelta(days=25)
    assert (figures.begin_months(at=november), figures.begin_months(at=november)) == (1, 0)
    with as_system():
        assert Report.objects.get(made_at=None).month == date(2026, 10, 1)
