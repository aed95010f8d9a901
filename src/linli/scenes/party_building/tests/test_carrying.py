"""Places have other codes: what party building keeps goes along, and what two places both had is there once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from linli.kernel.access import SYSTEM, Moves, as_system
from linli.scenes.party_building import carrying, verbs
from linli.scenes.party_building.models import Cadence, Listing, Organisation, Owners, Reported, Station, Task, Wish

from .cast import AT, HOOD, OTHER_HOOD, TODAY, Cast

pytestmark = pytest.mark.django_db
INTO = "990101002001"


def test_everything_goes_along_to_the_place_two_were_merged_into(cast: Cast):
    verbs.report_in(by=cast.other, at=AT, place_code=HOOD)
    verbs.report_in(by=cast.other, at=AT, place_code=OTHER_HOOD)
    verbs.set_task(
        by=cast.first, at=AT, organisation_id=cast.organisations["first"].id, title="送餐", wanted=1, starts_at=AT,
        ends_at=AT + timedelta(hours=1),
    )  # fmt: skip
    verbs.put_on_list(
        by=cast.first, at=AT, organisation_id=cast.organisations["first"].id, side="need", what="venue", title="活动室",
        since=TODAY, until=TODAY,
    )  # fmt: skip
    with as_system():
        Wish.objects.create(place_code=HOOD, kind="goods", asked_at=AT)
        Owners.objects.create(organisation=cast.organisations["first"], name="小区", place_code=HOOD, begun_at=AT)
        Station.objects.create(
            organisation=cast.organisations["first"], name="站", place_code=HOOD, address="路", services=["一"]
        )
        for place in (HOOD, OTHER_HOOD):
            Cadence.objects.create(place_code=place, kind="lecture", every="half", times=1, since=date(2026, 1, 1))
    moves = Moves({}, {HOOD: INTO, OTHER_HOOD: INTO}, {})
    recoding = uuid4()
    while carrying.carry(by=SYSTEM, at=AT, moves=moves, recoding=recoding, limit=2):
        pass
    assert not carrying.left_behind(moves)
    with as_system():
        assert Organisation.objects.filter(place_code=INTO).count() == 5
        assert Cadence.objects.get().place_code == INTO and Reported.objects.get(until=None).place_code == INTO
        assert {t.objects.get().place_code for t in (Wish, Task, Listing, Station, Owners)} == {INTO}
