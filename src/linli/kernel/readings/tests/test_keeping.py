"""What devices said goes when its time is over: raw by model, minutes no later than that, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import Catalogue
from linli.kernel.declare import Scene, days
from linli.kernel.readings.models import DeadLetter, Hour, Minute, Reading
from linli.kernel.readings.verbs import keeping, letters
from linli.kernel.things.models import Thing

from .cast import NOON, thing
from .toy.scene import scene as toy

HOME = replace(toy.devices[1], name="home-door", keeps=days(20), personal=True)


@pytest.fixture(autouse=True)
def town(town: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made = Catalogue([Scene("kept", devices=(toy.devices[0], HOME))], {})
    for module in (keeping, letters):
        monkeypatch.setattr(module, "catalogue", lambda: made)
    yield


def say(of: Thing, *back: int) -> None:
    """A reading, with its minute and its hour, so many days before NOON."""
    with as_system(), connection.cursor() as cursor:
        for n in back:
            at = NOON - timedelta(days=n)
            cursor.execute("SELECT readings_ensure(%s::date)", [at.date()])
            Reading.objects.create(thing=of.no, at=at, received_at=at, flags=0, values=[1.0])
            for rolled in (Minute, Hour):
                rolled.objects.create(thing=of.no, slot=0, at=at, n=1, least=1, sum=1, most=1, last=1)


def kept(model: type[Reading] | type[Minute] | type[Hour], of: Thing) -> list[int]:
    """How many days back."""
    with as_system():
        return sorted((NOON - at).days for at in model.objects.filter(thing=of.no).values_list("at", flat=True))


def nobody() -> None:
    """The connection as a thread begins with it: nobody has said whose eyes it has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('linli.sees', '', false)")


def test_each_model_keeps_its_readings_as_long_as_it_declares_and_minutes_no_longer() -> None:
    smoke, home = thing(1), thing(2, model="home-door")
    for one in (smoke, home):
        say(one, 0, 1, 19, 21, 31, 40, 89, 95)
    nobody()
    gone = keeping.tidy(at=NOON)
    assert kept(Reading, smoke) == [0, 1, 19, 21, 31, 40, 89]
    assert kept(Reading, home) == [0, 1, 19]
    assert kept(Minute, smoke) == [0, 1, 19, 21, 31]
    assert kept(Minute, home) == [0, 1, 19]
    assert kept(Hour, home) == kept(Hour, smoke) == [0, 1, 19, 21, 31, 40, 89, 95]
    assert f"readings_reading_{NOON - timedelta(days=95):%Y%m%d}" in gone
    assert keeping.tidy(at=NOON) == []


def test_what_a_home_said_and_nobody_could_read_is_kept_no_longer_than_what_could_be() -> None:
    smoke, home = thing(1), thing(2, model="home-door")
    for one in (smoke, home):
        for back in (19, 21):
            letter(one, NOON - timedelta(days=back))
    letters.tidy(at=NOON)
    with as_system():
        left = DeadLetter.objects.order_by("thing__key", "at").values_list("thing", "at")
        assert sorted((of, (NOON - at).days) for of, at in left) == sorted(
            [(smoke.id, 19), (smoke.id, 21), (home.id, 19)]
        )


def letter(of: Thing, at: datetime) -> None:
    with as_system():
        DeadLetter.objects.create(
            at=at,
            key=of.key,
            thing=of,
            place_code=of.place_code,
            via="mqtt",
            why="unreadable",
            payload=b"open",
            size=4,
        )
