"""Every verb has its sentence, in Chinese and in English; and the reporter reads what is theirs, no more."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from linli.kernel.access import looking_as
from linli.kernel.audit.models import Record
from linli.kernel.matters import clock, verbs
from linli.kernel.matters.flow import VERBS
from linli.kernel.matters.queries.sayings import SAYINGS
from linli.kernel.matters.queries.story import Step, story
from linli.kernel.matters.queries.told import Told

from .cast import MONDAY, Cast

CLOCK = {"warned", "reminded", "supervised", "order_reminded", "order_missed", "part_reminded"}
HOUR = timedelta(hours=1)
NOON = "2026-09-08T04:00:00Z"
# Everything any verb says about itself: each sentence takes what it needs of it.
FULL: dict[str, Any] = {
    "number": "20260907-000001",
    "answer_due": NOON,
    "finish_due": NOON,
    "due_at": NOON,
    "paused_at": NOON,
    "kind": "unlicensed-stall",
    "outcome": "solved",
    "reply": "R",
    "question": "Q",
    "answer": "A",
    "text": "T",
    "to": "Li",
    "rating": 4,
    "address": "X",
    "level": 4,
    "parts": [{"unit": str(uuid4()), "part": "lead"}, {"unit": str(uuid4()), "part": "help"}],
    "pause": {"reason": "weather", "words": "W"},
    "request": {"span": "3 working_day", "granted": True, "reason": "Y", "decision": "D"},
    "check": {"how": "visit", "passed": True, "words": "W"},
    "into": {"number": "1"},
    "other": {"number": "2"},
    "order": {"text": "O", "reply": "P", "reply_due": NOON, "late": True},
    "metres": 20,
    "found": {"cause": "cooking", "text": "F"},
    "alarm": {"rule": "", "severity": 4, "says": {"seconds": 90}, "things": ["S1"], "count": 1},
}
VARIANTS: list[dict[str, Any]] = [
    FULL,
    {},
    {**FULL, "metres": 450, "found": {"cause": "real"}, "alarm": {**FULL["alarm"], "count": 9}},
    {**FULL, "metres": 2850, "alarm": {**FULL["alarm"], "severity": 1}},
    {**FULL, "check": {"how": "call", "passed": True}},
    {**FULL, "check": {"how": "call", "passed": False}},
    {**FULL, "check": {"how": "visit", "passed": False}},
    {**FULL, "request": {"span": "3 working_day", "granted": False}},
    {**FULL, "order": {**FULL["order"], "unit": str(uuid4()), "addressed": True, "late": False}},
    {**FULL, "paused_at": None, "parts": [{"unit": str(uuid4()), "part": "lead"}], "level": 3},
    *[
        {**FULL, "pause": {"reason": reason}, "level": level}
        for reason, level in (("reporter", 5), ("procedure", 3), ("third_party", 3), ("works", 3))
    ],
]


def test_every_verb_has_a_sentence() -> None:
    alarms = {"alarm_again", "alarm_stepped", "alarm_joined", "alarm_cleared", "alarm_ended"}
    assert set(VERBS) | {
        "open",
        "take_in",
        "recode",
        "reporter_left",
        "forget_words",
        "redact",
    } | CLOCK | alarms == set(SAYINGS)


@pytest.mark.parametrize("to_reporter", [True, False])
@pytest.mark.parametrize("verb", sorted(SAYINGS))
def test_in_chinese_and_in_english(verb: str, to_reporter: bool) -> None:
    for after in VARIANTS:
        record = Record(
            verb=f"matters.{verb}", actor_role="resident", after=after, before={"due_at": "2026-09-07T04:00:00Z"}
        )
        told = Told(record, {}, to_reporter)
        with translation.override("zh-hans"):
            assert re.search("[一-鿿]", SAYINGS[verb](told).sentence)
        with translation.override("en"):
            sentence = SAYINGS[verb](told).sentence
            assert sentence and not re.search("[一-鿿]", sentence), sentence


def test_what_was_erased_is_told_without_particulars() -> None:
    for verb, say in SAYINGS.items():
        assert say(Told(Record(verb=f"matters.{verb}", actor_role="handler"))).sentence


def read(cast: Cast, who: str, matter_id: Any) -> list[Step]:
    actor = getattr(cast, who)
    with looking_as(actor), translation.override("zh-hans"):
        return story(matter_id, actor)


def whole_journey(cast: Cast) -> Any:
    """Asked, answered, talked about, done, closed, rated, reopened; returns the matter's id."""
    at = MONDAY
    matter = cast.assigned(at=at)
    on = {"matter_id": matter.id}
    verbs.comment(**on, by=cast.handler, at=at + HOUR, text="内部：先摸清摊主情况")
    verbs.comment(**on, by=cast.handler, at=at + HOUR, text="我们明早到现场", for_reporter=True)
    verbs.ask(**on, by=cast.handler, at=at + HOUR, text="是哪个路口？", pauses=True)
    verbs.answer(**on, by=cast.granny, at=at + 25 * HOUR, text="东边菜场门口")
    verbs.hand_over(**on, by=cast.handler, at=at + 26 * HOUR, account_id=cast.handler2.account_id, note="帮忙")
    verbs.report_done(
        **on, by=cast.handler2, at=at + 27 * HOUR, outcome="solved", result="已清理", files=[cast.photo("handler2")]
    )
    verbs.close(**on, by=cast.dispatcher, at=at + 28 * HOUR, reply="摊位已经清理，感谢反映。")
    verbs.rate(**on, by=cast.granny, at=at + 29 * HOUR, stars=2, words="第二天又来了")
    verbs.reopen(**on, by=cast.granny, at=at + 30 * HOUR, reason="又摆出来了")
    return matter.id


@pytest.mark.django_db
def test_the_reporter_reads_the_story_without_what_is_internal(cast: Cast) -> None:
    steps = read(cast, "granny", whole_journey(cast))
    assert [s.verb for s in steps] == [
        "open", "assign", "comment", "ask", "answer", "report_done", "close", "rate", "reopen",
    ]  # fmt: skip
    everything = " ".join(f"{s.sentence} {s.quote} {s.who}" for s in steps)
    assert "摸清摊主" not in everything and "我们明早到现场" in everything
    for name in ("李强", "刘敏", "周派遣"):
        assert name not in everything
    assert "柳湾街道综合执法队" in steps[1].sentence
    assert steps[3].who == "柳湾街道综合执法队" and steps[4].who == ""


@pytest.mark.django_db
def test_a_date_that_moved_shows_its_arithmetic(cast: Cast) -> None:
    steps = read(cast, "granny", whole_journey(cast))
    answered = next(s for s in steps if s.verb == "answer")
    assert "期限由" in answered.sentence and "改为" in answered.sentence
    assert any("暂停" in line for line in answered.lines) and len(answered.lines) >= 2


@pytest.mark.django_db
def test_colleagues_read_everything_with_names(cast: Cast) -> None:
    steps = read(cast, "dispatcher", whole_journey(cast))
    assert {"comment", "hand_over"} <= {s.verb for s in steps}
    assert "李强" in next(s for s in steps if s.verb == "ask").who


@pytest.mark.django_db
def test_what_the_clock_did_is_told_but_not_its_warnings(cast: Cast) -> None:
    matter = cast.assigned()
    for _ in range(9):
        clock.tick_due(at=MONDAY + timedelta(days=30), limit=10)
    told = {s.verb for s in read(cast, "granny", matter.id)}
    assert {"reminded", "supervised"} <= told and "warned" not in told
    assert "warned" in {s.verb for s in read(cast, "dispatcher", matter.id)}
    with looking_as(cast.dispatcher), translation.override("en"):
        assert {s.who for s in story(matter.id, cast.dispatcher) if s.verb == "warned"} == {"System"}


@pytest.mark.django_db
def test_a_stranger_reads_nothing_and_queries_do_not_grow(cast: Cast) -> None:
    matter_id = whole_journey(cast)
    assert read(cast, "chen", matter_id) == []
    counts = []
    for _ in range(2):
        with looking_as(cast.granny), CaptureQueriesContext(connection) as queries:
            story(matter_id, cast.granny)
        counts.append(
            len(
                [
                    q
                    for q in queries
                    if q["sql"] and "set_config" not in q["sql"] and "current_setting" not in q["sql"]
                ]
            )
        )
        for n in range(5):
            verbs.comment(
                matter_id=matter_id, by=cast.dispatcher, at=MONDAY + 40 * HOUR, text=f"{n}", for_reporter=True
            )
    assert counts == [2, 2]
