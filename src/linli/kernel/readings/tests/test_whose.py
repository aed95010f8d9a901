"""Whose number is in force: the thing's own, then the nearest place's."""

from __future__ import annotations

import pytest

from linli.kernel.access import Actor, NotAllowed, Role, as_system, look_as
from linli.kernel.readings.models import RuleNumber
from linli.kernel.readings.queries import whose

from .cast import BUILDING, HOOD, NOON, thing

pytestmark = pytest.mark.usefixtures("town")


def put(value: float, place: str = "", **more: object) -> None:
    with as_system():
        RuleNumber.objects.create(rule="smoke", name="limit", value=value, place_code=place, set_at=NOON, **more)


def test_the_nearest_place_wins_and_the_thing_before_it() -> None:
    one, other = thing(1), thing(2)
    put(0.6, HOOD[:9])
    put(0.7, HOOD, set_by="吴值班")
    put(0.9, "990101002")
    look_as(Actor(role=Role.DUTY_OFFICER, scope=HOOD))
    assert whose.in_force(["smoke"], BUILDING)["smoke"]["limit"].set_by == "吴值班"
    assert whose.in_force(["smoke"], HOOD[:9])["smoke"]["limit"].value == 0.6
    assert whose.in_force(["smoke"], "990102001") == {}
    put(0.8, thing=one)
    look_as(Actor(role=Role.DUTY_OFFICER, scope=HOOD))
    assert whose.in_force(["smoke"], BUILDING, one.id)["smoke"]["limit"].value == 0.8
    assert whose.in_force(["smoke"], BUILDING, other.id)["smoke"]["limit"].value == 0.7


def test_who_set_what_is_told_around_ones_place_and_no_farther() -> None:
    put(0.6, HOOD[:9])
    put(0.9, "990101002")
    put(0.8, thing=thing(1))
    officer = Actor(role=Role.DUTY_OFFICER, scope=HOOD)
    look_as(officer)
    assert sorted(p.value for p in whose.all_of(officer, "smoke")) == [0.6, 0.8]
    with pytest.raises(NotAllowed):
        whose.all_of(Actor(role=Role.GRID_WORKER, scope=HOOD), "smoke")
