from datetime import timedelta

from linli.kernel.access import Actor, Role, as_system, looking_as
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import HOOD, MONDAY, STREET, Cast
from linli.kernel.triage import queries, verbs

SPOT = {"lon": 121.5001, "lat": 31.2001}
ASKED = {
    "place_code": HOOD,
    **SPOT,
    "at": MONDAY + timedelta(hours=3),
    "title": "",
    "body": "傍晚路口有摊位把盲道占了",
    "kind": "unlicensed-stall",
}


def test_what_is_public_and_alike_is_told_without_anybodys_words(cast: Cast) -> None:
    with as_system():
        Matter.objects.all().delete()
    told = cast.report(lon=121.5, lat=31.2, public=True)
    cast.report(by="granny", lon=121.5, lat=31.2, public=False)
    with looking_as(cast.chen):
        (one,) = queries.already_reported(**ASKED)
    assert (one.kind, one.state, one.opened_at) == (told.kind, "reported", told.opened_at)
    assert one.metres is not None and 5 < one.metres < 40
    assert set(one.__slots__) == {"kind", "metres", "opened_at", "state"}


def test_after_looking_the_connection_sees_what_it_saw(cast: Cast) -> None:
    cast.report(lon=121.5, lat=31.2, public=True)
    with looking_as(cast.chen):
        queries.already_reported(**ASKED)
        assert not Matter.objects.exists()


def test_what_ended_or_is_something_else_is_not_told(cast: Cast) -> None:
    ended = cast.report(lon=121.5, lat=31.2, public=True)
    with as_system():
        Matter.objects.filter(id=ended.id).update(
            state="closed", ended_at=MONDAY, next_tick_at=None, due_at=None, leg=""
        )
    cast.report(lon=121.5, lat=31.2, public=True, title="水管爆裂", body="自来水管爆了，一楼都淹了。")
    assert queries.already_reported(**ASKED) == []


def test_staff_see_probability_and_reasons_within_their_scope(cast: Cast) -> None:
    first = cast.report(lon=121.5, lat=31.2)
    eyes = Actor(role=Role.DISPATCHER, scope=STREET)
    with looking_as(eyes):
        (row,) = queries.likely_duplicates(eyes, **ASKED)
    assert row["id"] == str(first.id)
    assert 0.4 <= row["likeness"].probability <= 1 and row["likeness"].reasons
    with looking_as(cast.stranger):
        assert queries.likely_duplicates(cast.stranger, **ASKED) == []
    verbs.switch(by=cast.keeper, at=MONDAY, on=False, place_code=STREET)
    with looking_as(eyes):
        assert queries.likely_duplicates(eyes, **ASKED) == []
