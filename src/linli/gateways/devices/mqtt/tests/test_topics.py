"""A thing speaks and listens on its own topics and on nobody else's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.gateways.devices.mqtt.topics import Road, matches, may_hear, road_of, well_formed

keys = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._:-]{0,8}\Z")
levels = st.sampled_from(["a", "b", "", "down", "own", "up", "d", "dev-1", "+", "#"])


@pytest.mark.parametrize(
    ("topic", "road"),
    [
        ("d/dev-1/up", Road.READING),
        ("d/dev-1/up/port/3", Road.READING),
        ("v1/devices/me/telemetry", Road.READING),
        ("r/310115/dev-1", Road.READING),
        ("d/dev-1/own/settings", Road.OWN),
        ("d/dev-1/own/", None),
        ("d/dev-1/own", None),
        ("d/dev-1/down/siren", None),
        ("d/dev-1/upper", None),
        ("d/dev-10/up", None),
        ("d/dev-1", None),
        ("/d/dev-1/up", None),
        ("r/dev-1", None),
        ("r/310115/x/dev-1", None),
        ("r/310115/dev-10", None),
        ("$SYS/broker", None),
    ],
)
def test_where_a_publish_goes(topic: str, road: Road | None) -> None:
    assert road_of(topic, "dev-1") is road


@pytest.mark.parametrize("pattern", ["d/dev-1/down/#", "d/dev-1/down/+", "d/dev-1/own/#", "d/dev-1/down/a/b"])
def test_its_own_may_be_heard(pattern: str) -> None:
    assert may_hear(pattern, "dev-1")


@pytest.mark.parametrize(
    "pattern",
    [
        "#",
        "+/#",
        "d/#",
        "d/+/down/#",
        "d/dev-2/down/#",
        "d/dev-1/#",
        "d/dev-1/+/x",
        "d/dev-1/up/#",
        "$SYS/#",
        "r/#",
    ],
)
def test_a_wildcard_that_reaches_others_may_not(pattern: str) -> None:
    assert not may_hear(pattern, "dev-1")


@given(keys, keys, st.lists(levels, min_size=1, max_size=5))
def test_no_filter_of_one_thing_matches_a_topic_of_another(mine: str, other: str, below: list[str]) -> None:
    pattern = "/".join(below)
    if mine != other and may_hear(pattern, mine):
        for topic in (f"d/{other}/down/a", f"d/{other}/own/a", f"d/{other}/up"):
            assert not matches(pattern, topic)


@pytest.mark.parametrize(
    ("pattern", "topic", "does"),
    [
        ("a/b", "a/b", True), ("a/+", "a/b", True), ("a/+", "a/b/c", False), ("a/#", "a", True), ("a/#", "a/b/c", True),
        ("+/b", "a/b", True), ("a/+/c", "a//c", True), ("+", "/a", False), ("/+", "/a", True), ("a/b", "a", False),
        ("a", "a/b", False), ("a/b/#", "a/c", False),
    ],
)  # fmt: skip
def test_filters_match_as_the_standard_says(pattern: str, topic: str, does: bool) -> None:
    assert matches(pattern, topic) is does


@pytest.mark.parametrize("pattern", ["", "a#", "a/#/b", "a/b+", "+a/b", "##", "#/a"])
def test_a_filter_that_is_none_is_seen(pattern: str) -> None:
    assert not well_formed(pattern)


@pytest.mark.parametrize("pattern", ["a", "#", "+", "a/+/b/#", "/", "//", "+/+"])
def test_a_filter_that_is_one_is_seen(pattern: str) -> None:
    assert well_formed(pattern)
