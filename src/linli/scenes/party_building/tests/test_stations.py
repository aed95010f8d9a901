"""Doorstep stations: open by their hours, near somebody, watched by somebody; visits are numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import ANONYMOUS, Actor, Conflict, Invalid, NotAllowed, NotFound, Role, as_system, look_as
from linli.kernel.audit.models import Record
from linli.scenes.party_building import board, verbs
from linli.scenes.party_building.models import Opening, Station, Visits, Watch
from linli.scenes.party_building.queries import stations as q

from .cast import AT, HOOD, OTHER_HOOD, STREET, TODAY, Cast, staff

pytestmark = pytest.mark.django_db
HOURS = "周一至周五 8:30-11:30 13:30-17:00"


def opened(cast: Cast, **changes: object) -> Station:
    given = {
        "organisation_id": cast.organisations["first"].id, "name": "柳湾一居家门口服务站", "address": "柳湾路 12 号",
        "services": ["党员报到", "量血压"], "opening": HOURS,
    }  # fmt: skip
    return verbs.open_station(by=cast.first, at=AT, **{**given, **changes})


@pytest.mark.parametrize(
    ("at", "state", "until"),
    [
        (AT, "open", "到 11:30"),  # Monday 10:00
        (AT + timedelta(hours=2), "closed", "今天 13:30 开门"),
        (AT + timedelta(hours=8), "closed", "明天 8:30 开门"),
        (AT + timedelta(days=5), "closed", "9月14日 周一 8:30 开门"),
    ],
)
def test_it_is_said_whether_it_is_open_and_until_when(cast: Cast, at: datetime, state: str, until: str):
    made = opened(cast)
    look_as(ANONYMOUS)
    assert Station.objects.count() == 0, "nobody's eyes see nothing"
    look_as(Actor(role=Role.BOARD, scope=HOOD))
    row = q.one(made.pk, at)
    assert (row.state, row.until) == (state, until)


def test_a_keeper_shuts_it_for_a_while_and_opens_it_again(cast: Cast):
    made = opened(cast)
    verbs.shut_station(by=cast.first, at=AT, station_id=made.pk, until=TODAY + timedelta(days=2), reason="装修")
    look_as(cast.first)
    assert q.one(made.pk, AT).state == "shut" and "装修" in q.one(made.pk, AT).until
    assert q.one(made.pk, AT + timedelta(days=3)).state == "open"
    verbs.reopen_station(by=cast.first, at=AT, station_id=made.pk)
    with pytest.raises(Conflict):
        verbs.reopen_station(by=cast.first, at=AT, station_id=made.pk)
    for until in (TODAY - timedelta(days=1), TODAY + timedelta(days=400)):
        with pytest.raises(Invalid):
            verbs.shut_station(by=cast.first, at=AT, station_id=made.pk, until=until, reason="装修")


def test_the_nearest_by_walking_comes_first_and_who_lies_nowhere_last(cast: Cast):
    far = opened(cast, lon=121.53, lat=31.2)
    near = opened(cast, name="近的", lon=121.501, lat=31.2)
    nowhere = opened(cast, name="不知道在哪")
    with as_system():
        Station.objects.filter(pk=nowhere.pk).update(lon=None, lat=None)
    look_as(cast.first)
    rows = q.near(STREET, AT, spot=(121.5, 31.2))
    assert [row.station.pk for row in rows] == [near.pk, far.pk, nowhere.pk]
    assert rows[0].minutes is not None and 1 <= rows[0].minutes <= 3 and rows[2].minutes is None


def test_it_lies_where_its_place_lies_when_nobody_says_more(cast: Cast):
    assert (opened(cast).lon, opened(cast, name="另一个").lat) == (121.5, 31.2)


def test_who_is_on_watch_today_is_said_and_others_are_not(cast: Cast):
    made = opened(cast)
    for day, who in ((TODAY, "王芳"), (TODAY + timedelta(days=1), "李敏")):
        verbs.put_on_watch(by=cast.first, at=AT, station_id=made.pk, day=day, times="8:30-11:30", who=who)
    look_as(cast.first)
    assert q.one(made.pk, AT).on_duty == "王芳"
    whole = q.whole(cast.first, made.pk, AT)
    assert [watch.who for watch in whole.ahead] == ["王芳", "李敏"]
    verbs.take_off_watch(by=cast.first, at=AT, watch_id=whole.ahead[0].pk)
    with as_system():
        assert Watch.objects.get().who == "李敏"
    for changes in ({"times": "八点"}, {"day": TODAY - timedelta(days=1)}, {"who": " "}):
        given = {"day": TODAY, "times": "8:30-11:30", "who": "王芳", **changes}
        with pytest.raises(Invalid):
            verbs.put_on_watch(by=cast.first, at=AT, station_id=made.pk, **given)


def test_visits_are_numbers_and_nothing_of_who_came_is_kept(cast: Cast):
    made = opened(cast)
    for count in (1, 4, -2):
        verbs.count_visits(by=cast.first, at=AT, station_id=made.pk, service="量血压", count=count)
    look_as(cast.first)
    kept = q.kept(cast.first, AT)[0]
    assert kept.today == {"量血压": 3} and kept.month == 3
    assert q.whole(cast.first, made.pk, AT).sums == [("量血压", 3)]
    for changes in ({"count": 0}, {"count": -4}, {"count": 501}, {"service": "理发"}):
        with pytest.raises(Invalid):
            verbs.count_visits(by=cast.first, at=AT, station_id=made.pk, **{"service": "量血压", **changes})
    with as_system():
        assert not Record.objects.filter(verb="party.count_visits").exclude(person_ids=[]).exists()


def test_only_who_keeps_it_changes_it(cast: Cast):
    made = opened(cast)
    for by in (cast.second, cast.other):
        with pytest.raises(NotFound):
            verbs.count_visits(by=by, at=AT, station_id=made.pk, service="量血压")
        look_as(by)
        with pytest.raises(NotFound):
            q.whole(by, made.pk, AT)
    with pytest.raises(NotAllowed):
        verbs.end_station(by=staff(Role.SOCIAL_WORKER), at=AT, station_id=made.pk, reason="撤")
    verbs.end_station(by=cast.street, at=AT, station_id=made.pk, reason="撤了")
    look_as(cast.first)
    assert q.near(HOOD, AT) == [] and not Visits.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "}, {"address": ""}, {"services": []}, {"services": ["一"] * 1 + [" "]}, {"opening": ""}, {"opening": "随时"},
        {"opening": "周一 9:00-10:00\n周一 9:30-11:00"}, {"place_code": OTHER_HOOD}, {"place_code": "000"}, {"lon": 200.0, "lat": 1.0},
    ],
)  # fmt: skip
def test_what_makes_no_station_is_refused_by_field(cast: Cast, changes: dict[str, object]):
    with pytest.raises(Invalid):
        opened(cast, **changes)
    with as_system():
        assert not Station.objects.exists()


def test_hours_that_overlap_cannot_be_written_at_all(cast: Cast):
    made = opened(cast)
    with as_system(), pytest.raises(IntegrityError, match="a_station_is_open_once"), transaction.atomic():
        Opening.objects.create(station=made, weekday=1, opens=600, closes=700)


def test_the_board_shows_it_with_who_is_there(cast: Cast):
    made = opened(cast)
    verbs.put_on_watch(by=cast.first, at=AT, station_id=made.pk, day=TODAY, times="8:30-11:30", who="王芳")
    look_as(Actor(role=Role.BOARD, scope=HOOD))
    leaf = next(leaf for leaf in board.LEAVES if leaf.name == "party-stations")
    (row,) = leaf.rows(HOOD, AT)
    assert row.title == "柳湾一居家门口服务站" and "王芳" in " ".join(row.said) and row.badge
    assert leaf.rows(OTHER_HOOD, datetime(2026, 9, 7, tzinfo=UTC)) == []
