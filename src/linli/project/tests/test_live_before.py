"""What happens between a page's drawing and its listening is told when it listens; pure, without a server."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from linli.project import live
from linli.project.live import Hub, moment_of
from linli.project.stream import Eyes

STREET, ELSEWHERE = "990101001", "990101002"
EYES = Eyes("place", STREET, "", "", "")


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock on the wall of the live process, to be set."""
    now = [1_000.0]
    monkeypatch.setattr(live.time, "time", lambda: now[0])
    return now


@pytest.fixture
def hub(time: list[float]) -> Hub:
    hub = Hub()
    hub.began = time[0]
    return hub


def happens(hub: Hub, what: str, place: str = STREET, other: str | None = None) -> None:
    hub.hand_out((0, "1", 1, f"matter:{what}", "matters.accept", place, [uuid4()], [], other))


def told(hub: Hub, drawn: float) -> list[Any]:
    lines = [data.decode().split("data: ")[1] for data in hub.since(drawn, EYES)]
    return [json.loads(line) for line in lines]


def test_who_listens_late_hears_in_order_what_happened_since_the_page_was_drawn(
    hub: Hub, time: list[float]
) -> None:
    for at, what in ((1_010.0, "a"), (1_020.0, "b"), (1_030.0, "c")):
        time[0] = at
        happens(hub, what)
    assert [event["id"] for event in told(hub, 1_015.0)] == ["b", "c"]
    assert told(hub, 1_031.5) == []
    assert [event["id"] for event in told(hub, 1_030.5)] == ["c"], "two clocks may differ a little"


def test_nobody_hears_late_what_they_may_not_see(hub: Hub, time: list[float]) -> None:
    time[0] = 1_010.0
    happens(hub, "theirs", place=ELSEWHERE)
    assert told(hub, 1_005.0) == []


def test_a_page_older_than_what_is_remembered_is_to_ask_again_for_all_it_shows(
    hub: Hub, time: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hub.since(999.0, EYES) == [b"event: again\ndata: {}\n\n"], "drawn before we began"
    assert Hub().since(2_000.0, EYES) == [b"event: again\ndata: {}\n\n"], "we have not begun"
    monkeypatch.setattr(hub, "recent", live.deque(maxlen=live._KEPT))
    time[0] = 1_010.0
    for _ in range(live._KEPT):
        happens(hub, "flood")
    assert hub.since(1_005.0, EYES) == [b"event: again\ndata: {}\n\n"], "too much has happened"
    assert hub.since(1_020.0, EYES) == []


def test_what_is_merged_concerns_the_page_of_the_other_as_well(hub: Hub, time: list[float]) -> None:
    time[0] = 1_010.0
    happens(hub, "a", other="b")
    (event,) = told(hub, 1_005.0)
    assert (event["id"], event["other"]) == ("a", "b")


@pytest.mark.parametrize(
    ("text", "moment"), [("1764091234.123", 1764091234.123), ("5", 5.0), ("", None), ("nan", None), ("-1", None)]
)
def test_a_moment_is_a_number_or_nothing(text: str, moment: float | None) -> None:
    assert moment_of(text) == moment
