"""The raw stream of emergencies, as every role: nothing of another street, and a call for whoever is inside."""

from __future__ import annotations

import pytest

from linli.kernel.access import Actor, as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs as emergencies
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.matters import verbs
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, OTHER_STREET, STREET, Cast, make_cast
from linli.project.stream import Eyes

EVERYBODY = ("grid", "social", "dispatcher", "handler", "head", "street_duty", "street_leader", "keeper", "granny")
"""Everybody of the street and beneath: none of them may hear of the other street."""


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def eyes(actor: Actor) -> Eyes:
    return Eyes(
        actor.sees.value, actor.scope, ",".join(actor.also), str(actor.unit_id or ""), str(actor.person_id or "")
    )


def heard(actor: Actor) -> set[str]:
    """The streams of every record this actor's live stream carries."""
    with as_system():
        records = list(Record.objects.all())
    return {
        r.stream
        for r in records
        if eyes(actor).see(r.place_code, [str(u) for u in r.unit_ids], [str(p) for p in r.person_ids], r.stream)
    }


def _elsewhere(cast: Cast) -> tuple[str, str]:
    """A matter with an order and an emergency with a task, both in the other street; their ids."""
    matter = cast.report(place_code=OTHER_STREET + "001", by="district_duty")
    verbs.supervise(matter_id=matter.id, by=cast.district_duty, at=now(), text="限期回复")
    emergency = emergencies.declare(
        by=cast.district_duty, at=now(), event="桥头火灾", zone=Wanted(place_code=OTHER_STREET)
    )
    emergencies.say(emergency_id=emergency.id, by=cast.district_duty, at=now(), text="已到现场")
    return str(matter.id), str(emergency.id)


def test_the_raw_stream_carries_nothing_of_another_street_to_anybody(cast: Cast) -> None:
    secrets = _elsewhere(cast)
    for who in EVERYBODY:
        assert not {s for s in heard(cast.actors[who]) if any(one in s for one in secrets)}, who
    assert f"emergency:{secrets[-1]}" in heard(cast.district_duty)
    assert f"emergency:{secrets[-1]}" in heard(cast.city_duty)


def test_whoever_is_inside_hears_of_an_emergency_their_street_declares(cast: Cast) -> None:
    emergency = emergencies.declare(by=cast.street_duty, at=now(), event="停电", zone=Wanted(place_code=STREET))
    for who in ("grid", "social"):
        assert f"emergency:{emergency.id}:{HOOD}" in heard(cast.actors[who]), who
        assert f"emergency:{emergency.id}:{OTHER_HOOD}" not in heard(cast.actors[who])
    emergencies.say(emergency_id=emergency.id, by=cast.street_duty, at=now(), text="总指挥到位")
    assert heard(cast.grid) == {f"emergency:{emergency.id}:{HOOD}"}
