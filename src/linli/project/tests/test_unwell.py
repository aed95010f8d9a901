"""A detector that tells nothing is somebody's matter: opened once, and over by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from linli.kernel.access import as_system
from linli.kernel.matters.models import Matter
from linli.kernel.readings.models import State, Warning
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.things.tests.cast import AT, make_cast
from linli.project.alarms import look_at_devices

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_listened(db: None) -> None:
    ensure_slots()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM readings_break")
        cursor.execute("DELETE FROM readings_listening")


def test_it_opens_the_matter_its_scene_declares_once_and_ends_it_itself() -> None:
    cast = make_cast()
    cast.register("yg-1", model="smoke-detector", at=AT)
    assert look_at_devices(AT + timedelta(hours=23)) == 0
    found = AT + timedelta(hours=25)
    assert look_at_devices(found) == 1
    with as_system():
        warning = Warning.objects.get()
        matter = Matter.objects.get()
    assert (warning.rule, warning.matter_id) == ("safety-device-unwell", matter.id)
    assert matter.kind == "device-maintenance"
    assert look_at_devices(found + timedelta(hours=2)) == 0, "once"
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO readings_latest (thing, at, received_at) SELECT no, %s, %s FROM things_thing",
            [found + timedelta(hours=3)] * 2,
        )
    assert look_at_devices(found + timedelta(hours=3)) == 1
    with as_system():
        warning.refresh_from_db()
        assert warning.state == State.CLEARED
