"""The second lock: what PostgreSQL shows of things to whom, whatever the code asks for."""

from __future__ import annotations

import pytest

from linli.kernel.access import ANONYMOUS, SYSTEM, as_system, look_as, looking_as
from linli.kernel.people.models import Person
from linli.kernel.things.models import Claim, Credential, Thing, Upkeep

from .cast import AT, FAR_HOOD, HOOD, OTHER_HOOD, Cast

_SEES = {
    "keeper": {"near", "next"},
    "duty": {"near", "next"},
    "dispatcher": {"near", "next"},
    "handler": {"near", "next"},
    "leader": {"near", "next"},
    "grid": {"near"},
    "far_keeper": {"far"},
    "far_grid": {"far"},
    "admin": set(),
    "auditor": set(),
}


@pytest.fixture
def three(cast: Cast) -> Cast:
    for key, by, code in (
        ("near", "keeper", HOOD),
        ("next", "keeper", OTHER_HOOD),
        ("far", "far_keeper", FAR_HOOD),
    ):
        made = cast.register(key, by=by, place_code=code, waits=True)
        with as_system():
            Upkeep.objects.create(thing=made.thing, what="check", lasts=(AT, AT.replace(hour=3)))
    return cast


@pytest.mark.parametrize("who", [*_SEES])
def test_everybody_sees_the_things_of_their_place_and_what_hangs_on_them(three: Cast, who: str):
    with looking_as(three.actors[who]):
        assert set(Thing.objects.values_list("key", flat=True)) == _SEES[who]
        for table in (Credential, Claim, Upkeep):
            assert set(table.objects.values_list("thing__key", flat=True)) == _SEES[who]
            assert table.objects.count() == len(_SEES[who])


def test_a_connection_nobody_set_sees_nothing(three: Cast):
    with looking_as(ANONYMOUS):
        assert not Thing.objects.exists() and not Credential.objects.exists() and not Upkeep.objects.exists()
        assert Thing.objects.update(name="x") == 0 and Credential.objects.update(revoked_at=AT) == 0


def test_who_sees_a_thing_changes_no_secret_of_it_but_through_a_verb(three: Cast):
    with looking_as(three.grid):
        assert Credential.objects.update(revoked_at=AT) == 0
        assert Credential.objects.all().delete()[0] == 0 and Claim.objects.all().delete()[0] == 0
    look_as(SYSTEM)


def test_who_keeps_the_register_of_devices_sees_no_person(three: Cast):
    with as_system():
        Person.objects.create(name="林阿婆", place_code=HOOD)
    with looking_as(three.keeper):
        assert not Person.objects.exists()
