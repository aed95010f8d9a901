"""The fleet is registered once, with a past; the panel starts and stops things, and says what the house made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotFound, Role, as_system
from linli.kernel.audit.ids import uuid7
from linli.kernel.people import verbs as people
from linli.kernel.people.verbs import NewPerson, bulk_people
from linli.kernel.places.verbs import bulk_add
from linli.kernel.readings.models import Cause, Latest, State, Warning
from linli.kernel.readings.queries import slots
from linli.kernel.things.models import Credential, Thing
from linli.project.demo import filling as district_filling
from linli.project.demo import geography, staff
from linli.project.demo.fleet import filling, panel, placing, registering
from linli.project.demo.fleet.faults import Fault, fault_of
from linli.project.demo.geography import District

SEED = 20260101
AT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
DUTY = Actor(role=Role.DUTY_OFFICER, name="吴海", scope=staff.FIRST_STREET)

pytestmark = pytest.mark.django_db(transaction=True)


def small() -> District:
    """Two neighbourhoods of the district, with everything that stands in them."""
    district = geography.build(SEED)
    hoods = ("990101001001", "990101002001")
    district.grids = [grid for grid in district.grids if grid.code.startswith(hoods)]
    district.homes = [home for home in district.homes if home[0].startswith(hoods)]
    return district


@pytest.fixture
def placed(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[int]:
    """A small fleet of a small district, with a past where the test is about it; returns how many devices."""
    from linli.project.demo.fleet import history, placing

    if "past" not in request.node.name:
        monkeypatch.setattr(history, "write", lambda *_given, **_named: None)

    monkeypatch.setattr(
        placing, "_homes", lambda district, rng, numbering: iter(_some_homes(placing, district, numbering))
    )
    district = small()
    codes = {code for grid in district.grids for n in (2, 4, 6, 9, 12, 15) for code in [grid.code[:n]]}
    spots = [
        s for s in district.spots if s.code in codes or s.code.startswith(tuple(g.code for g in district.grids))
    ]
    with as_system():
        bulk_add((district_filling._place(spot, AT.date()) for spot in spots), by=SYSTEM, at=AT)
    monkeypatch.setattr(placing, "_vehicles", lambda *_given: iter(()))
    granny = NewPerson(
        name="林秀英", place_code=district.homes[0][0], birth_year=1944, household="1", relation="head"
    )
    bulk_people([granny], by=SYSTEM, at=AT)
    assert filling.fill(district=district, seed=SEED, until=AT)
    with as_system():
        yield Thing.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE demo_fleet, demo_event")


def _some_homes(placing: Any, district: District, numbering: Any) -> list[Any]:
    code, address, lon, lat = district.homes[0]
    kinds = (("RQ", "gas-detector"), ("YT", "co-detector"), ("JJ", "emergency-button"), ("MC", "home-door"))
    return [
        placing.Placed(
            key=numbering.next(prefix), model=model, place_code=code, name=f"{address[-10:]}{model}", spot="厨房",
            lon=lon, lat=lat, every=60, department="fire-service", about="kitchen",
        )
        for prefix, model in kinds
    ]  # fmt: skip


def test_the_fleet_is_registered_once_with_secrets_that_prove_and_a_past_that_charts_can_draw(placed: int) -> None:
    assert placed > 150
    assert not filling.fill(district=small(), seed=SEED, until=AT), "it is there"
    seed, secrets = registering.secrets()
    with as_system():
        states = dict(Thing.objects.values_list("key", "state"))
    asking = {key for key, state in states.items() if state == "asking"}
    assert seed == SEED and set(secrets) == states.keys() - asking and len(states) == placed
    assert asking and all(key.startswith("MJ") for key in asking), (
        "where nobody lives nobody agreed, and nothing speaks"
    )
    assert {state for key, state in states.items() if key.startswith(("JJ", "MC"))} == {"working"}
    with as_system():
        for thing in Thing.objects.filter(state="working")[:20]:
            digest = bytes(Credential.objects.get(thing=thing).digest)
            assert digest == hashlib.sha256(secrets[thing.key].encode()).digest()
        road = Thing.objects.filter(model="traffic-counter").first()
        assert road is not None
        slot = slots.of({"traffic-counter"})["traffic-counter"]["flow"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT sealed::text FROM demo_fleet")
            assert secrets[road.key] not in cursor.fetchone()[0], "not in plain"
            cursor.execute(
                "SELECT count(*), min(at), max(at), min(least), max(most) FROM readings_hour WHERE thing = %s AND slot = %s",
                [road.no, slot],
            )
            hours, first, last, least, most = cursor.fetchone()
            assert (
                55 * 24 <= hours <= 57 * 24 and AT - first > timedelta(days=55) and AT - last <= timedelta(hours=2)
            )
            assert 0 < least < 200 < most
            cursor.execute("SELECT count(*), max(at) FROM readings_reading WHERE thing = %s", [road.no])
            raw, latest = cursor.fetchone()
            assert raw == 36 * 3600 / 30 and AT - latest <= timedelta(seconds=30), "at its own interval"
            cursor.execute("SELECT values FROM readings_reading WHERE thing = %s LIMIT 1", [road.no])
            assert all(value is not None for value in cursor.fetchone()[0][:2])
        past = Warning.objects.all()
        assert past.count() > 100 and not past.exclude(state=State.CLOSED).exists()
        assert past.filter(cause=Cause.REAL).exists() and past.exclude(cause__in=("", Cause.REAL)).exists()
        # Everybody who may speak has been heard before; only those that are broken not lately.
        assert Latest.objects.count() == placed - len(asking)
        gone = Latest.objects.filter(received_at__lt=AT - timedelta(days=1)).values("thing")
        keys = set(Thing.objects.filter(no__in=gone).values_list("key", flat=True))
        broken = {one.key for one in placing.place(small(), SEED) if fault_of(one) in (Fault.DEAD, Fault.CLOCK)}
        assert keys == broken


def test_something_is_started_once_at_a_place_and_stopped(placed: int) -> None:
    assert {offer.kind for offer in panel.OFFERS} >= {
        "fire", "gas-leak", "blocked-lane", "crowd", "ebike", "burst-pipe", "heavy-rain", "network-cut", "button",
    }  # fmt: skip
    fire = panel.OFFERS[0]
    code, name = panel.places(fire)[0]
    assert name.endswith("号楼") and len(code) == 21
    event = panel.start(by=DUTY, at=AT, kind="fire", place_code=code)
    with pytest.raises(Conflict):
        panel.start(by=DUTY, at=AT + timedelta(seconds=5), kind="fire", place_code=code)
    with pytest.raises(Invalid):
        panel.start(by=DUTY, at=AT, kind="fire", place_code="990101003006004001001")
    with pytest.raises(Invalid):
        panel.start(by=DUTY, at=AT, kind="earthquake")
    (one,) = panel.running(AT + timedelta(seconds=1))
    assert one.lasts and one.place == name and one.by_name == "吴海" and not one.warnings
    panel.stop(at=AT + timedelta(seconds=30), event_id=event)
    with pytest.raises(Conflict):
        panel.stop(at=AT + timedelta(seconds=31), event_id=event)
    with pytest.raises(NotFound):
        panel.stop(at=AT, event_id=10**9)
    assert not panel.running(AT + timedelta(seconds=40))[0].lasts
    assert panel.running(AT + timedelta(hours=1)) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT keys FROM demo_event WHERE id = %s", [event])
        (keys,) = cursor.fetchone()
    with as_system():
        assert set(Thing.objects.filter(key__in=keys).values_list("model", flat=True)) == {"smoke-detector"}
    assert len(keys) >= 2


def test_a_warning_of_its_rules_at_its_place_is_shown_with_it_and_no_other(placed: int) -> None:
    fire = panel.OFFERS[0]
    (here, _name), (elsewhere, _other) = panel.places(fire)[:2]
    panel.start(by=DUTY, at=AT, kind="fire", place_code=here)
    _warn("smoke", here, AT + timedelta(seconds=2))
    _warn("smoke", elsewhere, AT + timedelta(seconds=2))
    _warn("fire-lane-occupied", here, AT + timedelta(seconds=2))
    (one,) = panel.running(AT + timedelta(seconds=3))
    assert [(warning.rule, warning.place_code[:21]) for warning in one.warnings] == [("smoke", here)]


def _warn(rule: str, code: str, at: datetime) -> None:
    with transaction.atomic(), as_system():
        thing = Thing.objects.filter(place_code__startswith=code).first() or Thing.objects.first()
        assert thing is not None
        Warning.objects.create(
            id=uuid7(), rule=rule, thing=thing, subject=f"{rule}-{code}"[:32], place_code=code, severity=3, highest=3,
            raised_at=at, recorded_at=at, says={"how": "above", "quantity": "smoke", "value": 0.4, "limit": 0.25},
        )  # fmt: skip


@override_settings(LINLI_DEMO_PANEL="linli.project.demo.fleet.panel")
def test_everybody_signed_in_sees_the_panel_and_starts_a_fire_on_it(placed: int) -> None:
    client = _signed_in("grid_worker", "grid")
    page = client.get(reverse("desk:panel")).content.decode()
    assert page.count('class="panel-offer"') == len(panel.OFFERS)
    answer = client.post(reverse("desk:panel_start"), {"kind": "fire"}, follow=True)
    assert "已开始" in answer.content.decode()
    shown = client.get(reverse("desk:panel"), headers={"HX-Request": "true"}).content.decode()
    assert "起火" in shown and "停止" in shown and "<html" not in shown
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM demo_event")
        (event,) = cursor.fetchone()
    client.post(reverse("desk:panel_stop", args=[event]))
    assert "停止" not in client.get(reverse("desk:panel"), headers={"HX-Request": "true"}).content.decode()
    refused = client.post(reverse("desk:panel_start"), {"kind": "earthquake"}, follow=True).content.decode()
    assert "没有这一种。" in refused


@override_settings(LINLI_DEMO_PANEL="")
def test_outside_the_demo_there_is_no_panel() -> None:
    client = _signed_in("grid_worker", "grid")
    assert client.get(reverse("desk:panel")).status_code == 404
    assert client.post(reverse("desk:panel_start"), {"kind": "fire"}).status_code == 404


@override_settings(DEMO=True)
def _signed_in(role: str, name: str) -> Client:
    post = {"role": role, "place_code": staff.FIRST_HOOD, "unit_id": None, "title": "网格长"}
    account = people.demo_account(name, "赵大勇", staff.PASSWORD, [post], at=AT - timedelta(days=1))
    client = Client()
    client.force_login(account)
    return client


@override_settings(LINLI_DEMO_PANEL="linli.project.demo.fleet.panel")
def test_the_pace_of_the_district_is_set_on_the_panel() -> None:
    client = _signed_in("grid_worker", "grid")
    client.post(reverse("desk:panel_pace"), {"speed": "10"})
    page = client.get(reverse("desk:panel")).content.decode()
    assert "大约每 87 秒来一件" in page and "赵大勇" in page
    refused = client.post(reverse("desk:panel_pace"), {"speed": "fast"}, follow=True).content.decode()
    assert "没有这一档速度。" in refused and "大约每 87 秒来一件" in refused
