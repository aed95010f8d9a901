"""What the demo shows of stations, committees and documents is made by the verbs themselves."""

from __future__ import annotations

from datetime import date

import pytest

from linli.kernel.access import as_system, look_as
from linli.kernel.places.models import Place
from linli.scenes.party_building import demo_doorstep, verbs
from linli.scenes.party_building.models import Document, OwnersRecord, Station, Visits
from linli.scenes.party_building.queries import owners as q

from .cast import AT, HOOD, Cast

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_station_a_committee_that_ends_one_that_begins_and_a_quiz(cast: Cast):
    with as_system():
        given = {"valid_from": date(2020, 1, 1), "lon": 121.5, "lat": 31.2}
        above = Place.objects.create(
            code=HOOD + "001", name="第一网格", parent=Place.objects.get(code=HOOD), **given
        )
        for code, buildings in (("001001", 2), ("001002", 0), ("001003", 3)):
            compound = Place.objects.create(code=HOOD + code, name=f"小区{code}", parent=above, **given)
            for n in range(buildings):
                Place.objects.create(
                    code=f"{compound.code}{n + 1:03d}", name=f"{n + 1}号楼", parent=compound, **given
                )
        demo_doorstep.fill(HOOD, cast.organisations, cast.first, cast.street, AT)
        assert verbs.find_ending(at=AT) == 1
        assert (Station.objects.count(), Document.objects.count()) == (2, 2) and Visits.objects.filter(
            count__gt=0
        ).exists()
        assert OwnersRecord.objects.exclude(published_at=None).count() == 3
    look_as(cast.first)
    rows = q.rows(cast.first, AT)
    assert [row.state for row in rows] == ["near", "founding"] and rows[0].owners.place_code == HOOD + "001001"
    assert rows[1].step is not None and rows[1].step.step.key == "met", "the one without buildings is no housing"
