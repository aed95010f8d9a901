"""What happens between a page's drawing and its listening, or while it is away, is told when it listens; pure."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from linli.project.live import hub as hub_module
from linli.project.live.hub import Hub
from linli.project.live.recent import TOLD, Recent
from linli.project.live.records import Cursor, Record, cursor_of, said
from linli.project.live.visit import moment_of
from linli.project.stream import Eyes

STREET, ELSEWHERE = "990101001", "990101002"
EYES = Eyes("place", STREET, "", "", "")
KEPT = 8


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock on the wall of the live process, to be set."""
    now = [1_000.0]
    monkeypatch.setattr(hub_module.time, "time", lambda: now[0])
    return now


@pytest.fixture
def hub(time: list[float]) -> Hub:
    """One that has read nothing so far, of a house in which nothing happened before 5."""
    hub = Hub()
    hub.recent = Recent(KEPT)
    hub.recent.begin([], at=time[0])
    hub.cursor = (0, 5, 0)
    return hub


def record(what: str = "", place: str = STREET, other: str | None = None, cursor: Cursor = (0, 1, 1)) -> Record:
    return Record(cursor, f"matter:{what}", "matters.accept", place, (str(uuid4()),), (), other)


def happens(hub: Hub, *whats: str, place: str = STREET, other: str | None = None) -> None:
    for what in whats:
        hub.hand_out([record(what, place, other, (0, hub.cursor[1] + 1, 1))])


def told(hub: Hub, *, drawn: float | None = None, heard: Cursor | None = None) -> list[Any]:
    lines = hub.missed(EYES, heard, drawn).decode().split("\n")
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def again(hub: Hub, *, drawn: float | None = None, heard: Cursor | None = None) -> bool:
    return hub.missed(EYES, heard, drawn) == said("again", hub.cursor)


def test_who_listens_late_hears_in_order_what_happened_since_the_page_was_drawn(
    hub: Hub, time: list[float]
) -> None:
    for at, what in ((1_010.0, "a"), (1_020.0, "b"), (1_030.0, "c")):
        time[0] = at
        happens(hub, what)
    assert [event["id"] for event in told(hub, drawn=1_015.0)] == ["b", "c"]
    assert told(hub, drawn=1_031.5) == []
    assert [event["id"] for event in told(hub, drawn=1_030.5)] == ["c"], "two clocks may differ a little"


def test_who_comes_back_hears_in_order_what_happened_since_its_last_event(hub: Hub) -> None:
    happens(hub, "a", "b")
    heard = hub.cursor
    assert told(hub, heard=heard) == []
    happens(hub, "c", "d")
    assert [event["id"] for event in told(hub, heard=heard)] == ["c", "d"]
    assert told(hub) == [], "who says nothing of itself begins now"


def test_nobody_hears_late_what_they_may_not_see(hub: Hub, time: list[float]) -> None:
    time[0] = 1_010.0
    happens(hub, "theirs", place=ELSEWHERE)
    assert told(hub, drawn=1_005.0) == []
    assert told(hub, heard=(0, 5, 0)) == []


def test_a_page_older_than_what_is_remembered_is_to_ask_again_for_all_it_shows(hub: Hub, time: list[float]) -> None:
    assert again(hub, drawn=999.0), "drawn before we began"
    blank = Hub()
    assert blank.missed(EYES, None, 2_000.0) == blank.missed(EYES, (0, 5, 0), None) == said("again", (0, 0, 0))
    time[0] = 1_010.0
    happens(hub, *map(str, range(KEPT * 2)))
    assert again(hub, drawn=1_005.0), "too much has happened"
    assert again(hub, heard=(0, 5, 0))
    time[0] = 1_020.0
    happens(hub, "last")
    assert [event["id"] for event in told(hub, drawn=1_015.0)] == ["last"]


def test_who_has_heard_what_this_database_never_said_is_to_ask_again(hub: Hub) -> None:
    """It was restored into the past, or it is another one."""
    assert again(hub, heard=(0, 6, 1))
    assert again(hub, heard=(1, 1, 1))


def test_everything_remembered_is_told_and_what_is_forgotten_is_never_passed_over(hub: Hub) -> None:
    """Whatever the place somebody comes back with: all that follows it, or `again`."""
    happens(hub, *map(str, range(KEPT * 3)))
    for heard in range(5, hub.cursor[1] + 1):
        if again(hub, heard=(0, heard, 1)):
            assert heard < hub.cursor[1] - KEPT
        else:
            assert [int(e["id"]) for e in told(hub, heard=(0, heard, 1))] == list(range(heard - 5, KEPT * 3))


def test_more_than_a_thousand_are_not_told_one_by_one_and_not_cut_off(time: list[float]) -> None:
    recent = Recent()
    recent.begin([], at=0.0)
    for n in range(TOLD + 1):
        recent.add(record(str(n), cursor=(0, n + 1, 1)), 1.0)
    told = recent.after((0, 1, 1), EYES)
    assert told is not None and len(told) == TOLD
    assert recent.after((0, 0, 0), EYES) is None
    assert recent.after((0, 0, 0), Eyes("place", ELSEWHERE, "", "", "")) == [], "of whom it concerns, that is"


def test_a_process_that_begins_remembers_what_happened_before_it() -> None:
    before = [record(str(n), cursor=(0, n, 1)) for n in range(1, 5)]
    short, long = Recent(4), Recent(5)
    short.begin(before, at=1_000.0)
    long.begin(before, at=1_000.0)
    for recent in (short, long):
        told = recent.after((0, 2, 1), EYES)
        assert told is not None and len(told) == 2
        assert recent.since(999.0, EYES) is None, "of when a page could have seen it nothing is known"
    assert short.after((0, 0, 0), EYES) is None, "there may have been others"
    assert len(long.after((0, 0, 0), EYES) or ()) == 4, "these are all there are"


def test_what_is_merged_concerns_the_page_of_the_other_as_well(hub: Hub, time: list[float]) -> None:
    time[0] = 1_010.0
    happens(hub, "a", other="b")
    (event,) = told(hub, drawn=1_005.0)
    assert (event["id"], event["other"]) == ("a", "b")


@pytest.mark.parametrize(
    ("text", "moment"), [("1764091234.123", 1764091234.123), ("5", 5.0), ("", None), ("nan", None), ("-1", None)]
)
def test_a_moment_is_a_number_or_nothing(text: str, moment: float | None) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize(("text", "place"), [("0-12-3", (0, 12, 3)), ("", None), ("1-2", None), ("1-2-x", None)])
def test_a_place_in_the_order_is_three_numbers_or_nothing(text: str, place: Cursor | None) -> None:
    assert cursor_of(text) == place
