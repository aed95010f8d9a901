"""Every Chinese sentence of parts has its English one, and times are said as people say them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import translation

from linli.kernel.matters.models import Leg, Stage, State
from linli.kernel.matters.models.matter import Urgency
from linli.parts import times

ROOM = Path(__file__).parents[1]
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, a Monday


def english() -> dict[str, str]:
    text = (ROOM / "locale/en/LC_MESSAGES/django.po").read_text()
    return dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.M))


def test_every_sentence_has_english() -> None:
    said = {
        sentence
        for file in ROOM.rglob("*")
        if file.suffix in (".py", ".html") and "tests" not in file.parts
        for sentence in re.findall(r'\b_\(\s*"([^"]+)"', file.read_text())
    }
    said |= {str(label) for choices in (State, Stage, Leg, Urgency) for label in choices.labels}
    assert said - english().keys() == set()


@pytest.mark.parametrize(
    ("left", "zh"),
    [
        (timedelta(days=2, hours=3, minutes=59), "还剩 2 天 3 小时"),
        (timedelta(minutes=45), "还剩 45 分钟"),
        (timedelta(seconds=5), "还剩 1 分钟"),
        (timedelta(hours=-3), "已逾期 3 小时"),
        (timedelta(days=1), "还剩 1 天"),
    ],
)
def test_what_is_left(left: timedelta, zh: str) -> None:
    with translation.override("zh-hans"):
        assert times.remaining(NOON + left, NOON) == zh


def test_dates_are_local_and_name_another_year() -> None:
    with translation.override("zh-hans"):
        assert times.local(NOON, NOON) == "11月23日 12:00"
        assert times.local(NOON - timedelta(days=365), NOON) == "2025年11月23日 12:00"
        assert times.ago(NOON - timedelta(hours=20), NOON) == "昨天 16:00"
    with translation.override("en"):
        assert times.local(NOON, NOON) == "23\u00a0Nov, 12:00"


def test_a_month_is_named() -> None:
    with translation.override("zh-hans"):
        assert times.month(NOON.date()) == "2026年11月"
    with translation.override("en"):
        assert times.month(NOON.date()) == "November 2026"


def test_a_promise_in_words() -> None:
    with translation.override("zh-hans"):
        assert times.promise_words("5 working_day") == "5 个工作日"
        assert times.promise_words("soon") == "soon"
    with translation.override("en"):
        assert [times.promise_words(f"{n} hour") for n in (1, 2)] == ["1 hour", "2 hours"]
