"""What a citizen reads, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from linli.kernel.clock import words
from linli.kernel.clock.reckoning import Line, Step
from linli.kernel.clock.tests.test_calendar import CHINA, at
from linli.kernel.declare import Unit, days, minutes, working_days, working_hours

PO = Path(words.__file__).parent / "locale/en/LC_MESSAGES/django.po"


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The English words straight from the .po file: the compiled one may be missing or older."""
    with PO.open("rb") as file:
        catalog = {
            message.id if isinstance(message.id, str) else message.id[0]: message.string
            for message in read_po(file)
        }
    monkeypatch.setattr(words, "_", lambda text: catalog[text])
    monkeypatch.setattr(words, "ngettext", lambda one, many, n: catalog[one][n != 1])
    with translation.override("en"):
        yield


def test_national_day_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert words.sentences(CHINA.due(at("2026-09-30 15:00"), working_days(5)).lines) == [
            "自2026年9月30日（周三）15:00 起算，期限 5 个工作日，开始当日不计入。",
            "10月1日（周四）至10月7日（周三）国庆节放假，不计。",
            "10月10日（周六）为国庆节调休上班，计入。",
            "10月11日（周日）休息，不计。",
            "10月13日（周二）17:30 到期，为第 5 个工作日。",
        ]


def test_national_day_in_english(english: None) -> None:
    assert words.sentences(CHINA.due(at("2026-09-30 15:00"), working_days(5)).lines) == [
        "From Wed 30 September 2026, 15:00: 5 working days; the day of the start is not counted.",
        "Thu 1 October to Wed 7 October: holiday (National Day), not counted.",
        "Sat 10 October: worked in exchange for National Day, counted.",
        "Sun 11 October: day off, not counted.",
        "Due Tue 13 October, 17:30, working day number 5.",
    ]


def test_the_year_is_named_again_where_it_turns() -> None:
    with translation.override("zh-hans"):
        told = words.sentences(CHINA.due(at("2026-12-31 10:00"), days(1)).lines)
    assert told == [
        "自2026年12月31日（周四）10:00 起算，期限 1 日，开始当日不计入。",
        "最后一日 2027年1月1日（周五）为元旦假期，顺延至 1月4日（周一）。",
        "1月4日（周一）17:30 到期。",
        "2027 年放假安排尚未公布，暂按法定节日和周一至周五上班计算。",
    ]


def test_every_kind_of_line_has_words_in_both_languages(english: None) -> None:
    reckonings = [
        CHINA.due(at("2026-09-11 15:00"), working_days(20)),
        CHINA.due(at("2026-12-30 15:00"), days(3)),
        CHINA.due(at("2026-09-29 15:00"), working_hours(20)),
        CHINA.due(at("2026-09-29 15:00"), minutes(20)),
        CHINA.resume(Unit.DAY, at("2026-03-02 10:00"), at("2026-03-05 17:30"), at("2026-03-04 16:00")),
        CHINA.resume(Unit.HOUR, at("2026-03-02 10:00"), at("2026-03-05 17:30"), at("2026-03-04 16:00")),
        CHINA.resume(Unit.WORKING_DAY, at("2026-03-06 10:00"), at("2026-03-05 17:30"), at("2026-03-20 10:00")),
        CHINA.resume(Unit.WORKING_DAY, at("2026-09-29 15:00"), at("2026-09-30 17:30"), at("2026-09-30 15:30")),
    ]
    lines = [line for reckoning in reckonings for line in reckoning.lines]
    lines.append(Line(Step.HOLIDAY, {"first": "2026-03-03", "last": "2026-03-03", "name": "三月三"}))
    assert {line.step for line in lines} == set(Step)
    for line in lines:
        english_words = words.sentence(line)
        assert "%(" not in english_words
        assert english_words.isascii() or "三月三" in english_words


def test_durations(english: None) -> None:
    assert words.duration(90) == "1 hour 30 minutes"
    assert words.duration(60) == "1 hour"
    assert words.duration(0) == "0 minutes"
    assert words.span(working_days(1)) == "1 working day"
