"""Whom the live stream tells what: as row level security would have it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from linli.project.stream import Eyes

STREET, HOOD, ELSEWHERE = "990101001", "990101001001", "990101002001"
UNIT = uuid4()


@pytest.mark.parametrize(
    ("sees", "stream", "place", "units", "told"),
    [
        ("place", "warning:1", HOOD, [], True),
        ("place", "warning:1", ELSEWHERE, [], False),
        ("unit", "warning:1", HOOD, [], True),
        ("unit", "incident:1", HOOD, [], True),
        ("unit", "thing:1", HOOD, [], True),
        ("unit", "warning:1", ELSEWHERE, [UNIT], False),
        ("unit", "matter:1", HOOD, [], False),
        ("unit", "matter:1", HOOD, [UNIT], True),
        ("things", "thing:1", HOOD, [], True),
        ("things", "thing:1", ELSEWHERE, [], False),
        ("things", "matter:1", HOOD, [], False),
        ("things", "warning:1", HOOD, [], False),
        ("own", "warning:1", HOOD, [], False),
        ("public", "warning:1", HOOD, [], False),
        ("", "warning:1", HOOD, [], False),
        ("*", "warning:1", ELSEWHERE, [], True),
    ],
)
def test_facilities_are_told_by_place_and_matters_as_before(
    sees: str, stream: str, place: str, units: list, told: bool
) -> None:
    assert Eyes(sees, STREET, "", str(UNIT), "").see(place, units, [], stream) is told
