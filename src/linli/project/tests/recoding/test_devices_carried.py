"""Two streets become one: devices, what was found of them, and numbers of rules go along."""

from __future__ import annotations

import pytest
from django.db import connection

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_STREET
from linli.kernel.readings.models import Incident, RuleNumber, Warning
from linli.kernel.things.models import Thing
from linli.kernel.things.queries.registry import Registry
from linli.kernel.things.shards import shard_of

from .merged import NEW_HOOD, NEW_OTHER_HOOD, READY, Street, carry_all, merge

pytestmark = pytest.mark.django_db


def test_devices_of_every_state_go_along_each_with_a_record(street: Street):
    registry = Registry()
    registry.load()
    list(carry_all(merge()))
    with as_system():
        found = {name: Thing.objects.get(pk=thing.pk) for name, thing in street.things.items()}
    assert {name: thing.place_code for name, thing in found.items()} == {
        "working": NEW_HOOD,
        "waiting": OTHER_STREET,
        "retired": NEW_OTHER_HOOD,
        "elsewhere": OTHER_STREET + "001",
    }
    for name, thing in found.items():
        was = street.things[name]
        moved = name != "elsewhere"
        assert thing.shard == shard_of(thing.place_code), "PostgreSQL reckons the shard as Python does"
        assert (thing.no, thing.key, thing.state, thing.p12) == (was.no, was.key, was.state, thing.place_code[:12])
        assert thing.version == was.version + moved
        with as_system():
            told = list(Record.objects.filter(stream=thing.stream, verb="things.recode"))
        assert len(told) == moved
    assert told == [] and [b for b in verify() if b.stream.startswith("thing:")] == []
    registry.refresh()
    assert registry.find("d-working").shard == shard_of(NEW_HOOD), "and intake hears of it"  # type: ignore[union-attr]


def test_what_was_found_goes_along_and_rules_over_places_know_them_by_their_new_code(street: Street):
    list(carry_all(merge()))
    with as_system():
        rows = {w.subject: w.place_code for w in Warning.objects.all()}
        assert rows == {str(street.things["working"].no): NEW_HOOD, NEW_HOOD: NEW_HOOD}
        assert [(i.place_code, i.closed_at) for i in Incident.objects.all()] == [(NEW_HOOD, None)]
    assert _states() == {
        ("crowd", NEW_HOOD, shard_of(NEW_HOOD)),
        ("smoke", str(street.things["working"].no), shard_of(NEW_HOOD)),
    }


def test_where_two_become_one_one_stays_open(street: Street):
    """Open at both places when they are merged: the one that stays is the one that was there."""
    with as_system():
        for rule in ("smoke",):
            Warning.objects.create(
                rule=rule, subject=OTHER_STREET, place_code=OTHER_STREET, severity=2, highest=2, raised_at=MONDAY,
                recorded_at=MONDAY,
            )  # fmt: skip
            gone = Warning.objects.create(
                rule=rule, subject=HOOD[:9], place_code=HOOD[:9], severity=4, highest=4, raised_at=MONDAY,
                recorded_at=MONDAY,
            )  # fmt: skip
        Incident.objects.create(rule="smoke", place_code=OTHER_STREET, severity=3, opened_at=MONDAY, last_at=MONDAY)
        Incident.objects.create(rule="smoke", place_code=HOOD[:9], severity=3, opened_at=MONDAY, last_at=MONDAY)
    list(carry_all(merge()))
    with as_system():
        gone.refresh_from_db()
        assert (gone.place_code, gone.state, gone.cleared_at) == (OTHER_STREET, "cleared", READY)
        assert Warning.objects.get(subject=OTHER_STREET).state == "raised"
        assert Incident.objects.filter(place_code=OTHER_STREET, closed_at=None).count() == 1


def test_numbers_of_rules_hold_where_they_held(street: Street):
    list(carry_all(merge()))
    with as_system():
        found = {(n.place_code, n.thing_id): n.value for n in RuleNumber.objects.all()}
    # What the street set held in its neighbourhoods; the street it was merged into keeps its own.
    assert found == {
        (NEW_HOOD, None): 0.3,
        (NEW_OTHER_HOOD, None): 0.4,
        (OTHER_STREET, None): 0.6,
        ("", street.things["working"].id): 0.2,
    }


def _states() -> set[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rule, subject, shard FROM readings_state")
        return set(cursor.fetchall())
