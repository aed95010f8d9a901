"""Devices over HTTP: staff see those of their place, a partner those of its place that are about nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import frozen
from linli.kernel.people.models import Account
from linli.kernel.people.verbs import issue_key
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.things.tests.cast import AT, FAR_HOOD, HOOD, OTHER_STREET, STREET, Cast, make_cast

pytestmark = pytest.mark.django_db
THINGS = "/api/v1/things"
MODEL = "smoke-detector"


@pytest.fixture(autouse=True)
def toy_scene(settings: LazySettings) -> Iterator[None]:
    settings.SCENES = ["linli.kernel.things.tests.toy"]
    catalogue.cache_clear()
    with frozen(AT):
        yield
    catalogue.cache_clear()


@pytest.fixture
def cast(db: None) -> Cast:
    ensure_slots()
    return make_cast()


def staff(username: str) -> Client:
    client = Client()
    with as_system():
        client.force_login(Account.objects.get(username=username))
    return client


def partner(place_code: str) -> Client:
    _key, plain = issue_key(by=SYSTEM, at=AT, name="某合作方", place_code=place_code)
    return Client(headers={"X-API-Key": plain})


def said(no: int, at: datetime, *values: float | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT readings_ensure(%s::date)", [at.date()])
        row = [no, at, at, list(values)]
        cursor.execute("INSERT INTO readings_reading VALUES (%s, %s, %s, 1, %s)", row)
        cursor.execute(
            "INSERT INTO readings_latest (thing, at, received_at, changed_at, values) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (thing) DO UPDATE SET at = excluded.at, values = excluded.values",
            [no, at, at, at, list(values)],
        )


def keys(client: Client, **asked: Any) -> list[str]:
    answer = client.get(THINGS, asked)
    assert answer.status_code == 200, answer.content
    return [row["key"] for row in answer.json()["rows"]]


def test_staff_and_partners_see_the_devices_of_their_place(cast: Cast) -> None:
    for n in range(3):
        cast.register(f"sd-{n}")
    cast.register("far", place_code=FAR_HOOD, by="far_keeper")
    for client in (staff("keeper"), partner(STREET)):
        assert keys(client) == ["sd-0", "sd-1", "sd-2"]
        assert keys(client, place=HOOD, model=MODEL, state="working") == ["sd-0", "sd-1", "sd-2"]
        assert keys(client, place=OTHER_STREET) == [] == keys(client, model="none")
        first = client.get(THINGS, {"limit": 2}).json()
        assert [row["key"] for row in client.get(THINGS, {"limit": 2, "after": first["next"]}).json()["rows"]] == [
            "sd-2"
        ]
    assert keys(partner(OTHER_STREET)) == ["far"]
    assert Client().get(THINGS).status_code == 401
    assert staff("admin").get(THINGS).status_code == 403
    for wrong in ({"place": "x"}, {"state": "x"}, {"limit": 0}, {"after": "x"}):
        assert staff("keeper").get(THINGS, wrong).status_code == 422


def test_one_device_says_what_it_measures_and_what_it_says_now(cast: Cast) -> None:
    thing = cast.register().thing
    device = catalogue().devices[MODEL]
    said(thing.no, AT, *(0.5 for _q in device.measures))
    told = staff("keeper").get(f"{THINGS}/{thing.id}").json()
    assert told["key"] == "sd-0001" and told["place"].endswith("柳湾一居")
    assert [q["name"] for q in told["quantities"]] == [q.name for q in device.measures]
    assert told["now"]["values"] == {q.name: 0.5 for q in device.measures}
    assert staff("far_keeper").get(f"{THINGS}/{thing.id}").status_code == 404
    assert staff("keeper").get(f"{THINGS}/{uuid4()}").status_code == 404


def test_the_course_of_a_quantity_comes_in_points(cast: Cast) -> None:
    thing = cast.register().thing
    name = catalogue().devices[MODEL].measures[0].name
    for n in range(3):
        said(thing.no, AT - timedelta(minutes=10 * (3 - n)), float(n), None)
    address = f"{THINGS}/{thing.id}/series"
    for client in (staff("keeper"), partner(STREET)):
        told = client.get(address, {"quantity": name}).json()
        assert [point["mean"] for point in told["points"]] == [0, 1, 2] and told["quantity"] == name
        begin = (AT - timedelta(minutes=15)).isoformat()
        assert len(client.get(address, {"quantity": name, "begin": begin}).json()["points"]) == 1
    client = staff("keeper")
    assert client.get(address, {"quantity": "none"}).json()["fields"]["quantity"]
    for wrong in (
        {},
        {"quantity": name, "begin": AT.isoformat(), "end": AT.isoformat()},
        {"quantity": name, "begin": "2026-09-07T10:00:00"},
        {"quantity": name, "end": "0001-01-01T00:00:00Z"},
        {"quantity": name, "end": "9999-12-31T23:59:59Z", "begin": "9999-12-31T00:00:00Z"},
        {"quantity": name, "most": 0},
    ):
        assert client.get(address, wrong).status_code == 422, wrong
    assert staff("far_keeper").get(address, {"quantity": name}).status_code == 404
    assert partner(OTHER_STREET).get(address, {"quantity": name}).status_code == 404


def test_a_personal_model_is_not_there_for_a_partner(cast: Cast) -> None:
    thing = cast.register().thing
    devices = catalogue().devices
    devices[MODEL] = replace(devices[MODEL], personal=True)
    name = devices[MODEL].measures[0].name
    client = partner(STREET)
    assert keys(client) == [] == keys(client, model=MODEL)
    assert client.get(f"{THINGS}/{thing.id}").status_code == 404
    assert client.get(f"{THINGS}/{thing.id}/series", {"quantity": name}).status_code == 404
    assert staff("keeper").get(f"{THINGS}/{thing.id}/series", {"quantity": name}).status_code == 200
