"""Whom the live stream tells what: as row level security would have it."""

from __future__ import annotations

from dataclasses import astuple
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import Sees
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
        ("unit", "warning:1", ELSEWHERE, [str(UNIT)], False),
        ("unit", "matter:1", HOOD, [], False),
        ("unit", "matter:1", HOOD, [str(UNIT)], True),
        ("things", "thing:1", HOOD, [], True),
        ("things", "thing:1", ELSEWHERE, [], False),
        ("things", "matter:1", HOOD, [], False),
        ("things", "warning:1", HOOD, [], False),
        ("own", "warning:1", HOOD, [], False),
        ("public", "warning:1", HOOD, [], False),
        ("", "warning:1", HOOD, [], False),
        ("*", "warning:1", ELSEWHERE, [], True),
        ("place", "notice:1", "990101", [], True),
        ("place", "notice:1", HOOD, [], True),
        ("place", "notice:1", "990102", [], False),
        ("place", "notice:1", ELSEWHERE, [], False),
        ("place", "matter:1", "990101", [], False),
        ("unit", "notice:1", "9901", [], True),
        ("unit", "notice:1", STREET, [], True),
        ("unit", "notice:1", ELSEWHERE, [], False),
        ("things", "notice:1", "990101", [], False),
    ],
)
def test_facilities_are_told_by_place_and_matters_as_before(
    sees: str, stream: str, place: str, units: list, told: bool
) -> None:
    assert Eyes(sees, STREET, "", str(UNIT), "").see(place, units, [], stream) is told


UNITS = [str(uuid4()) for _ in range(2)]
PERSONS = [str(uuid4()) for _ in range(2)]
CODES = st.sampled_from(["", "99", "9901", STREET, HOOD, ELSEWHERE, "98"])
EYES = st.builds(
    Eyes,
    sees=st.sampled_from(list(Sees)).map(str),
    scope=CODES,
    also=st.lists(CODES.filter(bool), max_size=2).map(",".join),
    unit=st.sampled_from([*UNITS, ""]),
    person=st.sampled_from([*PERSONS, ""]),
)
_NAMES = ("sees", "scope", "also", "unit", "person")
_LOOK = "SELECT " + ", ".join(f"set_config('linli.{name}', %s, true)" for name in _NAMES)
_ASK = "SELECT linli_sees(%s, %s::uuid[], %s::uuid[]) IS TRUE, linli_within(%s) IS TRUE"


@pytest.mark.django_db
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EYES, CODES, st.lists(st.sampled_from(UNITS), max_size=2), st.lists(st.sampled_from(PERSONS), max_size=2))
def test_the_rule_is_that_of_row_level_security(
    eyes: Eyes, place: str, units: list[str], persons: list[str]
) -> None:
    """PostgreSQL's own functions, which every policy asks, say the same: of a matter what the policy of the records asks, of
    what stands at a place also what the policy of things asks."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, astuple(eyes))
        cursor.execute(_ASK, [place, units, persons, place])
        sees, within = cursor.fetchone()
    assert eyes.see(place, units, persons, "matter:1") is sees
    assert eyes.see(place, units, persons, "thing:1") is (sees or within)
    assert eyes.see(place, units, persons, "warning:1") is (sees or (within and eyes.sees != Sees.THINGS))
