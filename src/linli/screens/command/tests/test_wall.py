"""The wall's page and what it asks for: whose it is, what is on it, and what it must not know."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client

from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.tests.cast import DISTRICT, HOOD, OTHER_HOOD, OTHER_STREET, STREET, Cast

SignIn = Callable[[str], Client]
PARTS = ("", "panels/", "marks.json", "ground.json")


def test_the_wall_opens_at_ones_own_post(cast: Cast, sign_in: SignIn) -> None:
    for who, code in (("street_duty", STREET), ("district_duty", DISTRICT), ("street_leader", STREET)):
        answer = sign_in(who).get("/command/")
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/command/{code}/"


def test_who_does_not_command_has_no_wall(cast: Cast, sign_in: SignIn) -> None:
    for who in ("grid", "handler", "granny", "keeper"):
        for part in PARTS:
            assert sign_in(who).get(f"/command/{STREET}/{part}").status_code == 403, who
    assert Client().get("/command/").headers["Location"].startswith("/account/signin/")


def test_a_wall_goes_no_higher_and_no_farther_than_its_post(cast: Cast, sign_in: SignIn) -> None:
    street = sign_in("street_duty")
    for part in PARTS:
        assert street.get(f"/command/{HOOD}/{part}").status_code == 200
        for elsewhere in (DISTRICT, OTHER_STREET, OTHER_STREET + "001", STREET[:4]):
            assert street.get(f"/command/{elsewhere}/{part}").status_code == 403
    assert street.get(f"/command/{STREET}999/").status_code == 404


def test_marks_are_the_open_matters_of_the_place(cast: Cast, sign_in: SignIn) -> None:
    here, there = cast.report(lon=121.5, lat=31.2), cast.report(place_code=OTHER_HOOD)
    ended = cast.report()
    verbs.withdraw(matter_id=ended.id, by=cast.granny, at=now())
    duty = sign_in("street_duty")
    both = duty.get(f"/command/{STREET}/marks.json").json()["matters"]
    assert {one[0] for one in both} == {str(here.id), str(there.id)}
    assert [str(here.id), HOOD, 121.5, 31.2, 0, "reported", "normal", False] in both
    assert [one[0] for one in duty.get(f"/command/{HOOD}/marks.json").json()["matters"]] == [str(here.id)]
    only = duty.get(f"/command/{HOOD}/marks.json?only={here.id},{there.id},{ended.id},nonsense").json()
    assert [one[0] for one in only["matters"]] == [str(here.id)]


def test_nothing_of_another_street_is_on_a_wall(cast: Cast, sign_in: SignIn) -> None:
    secret = cast.report(place_code=OTHER_STREET + "001", by="district_duty", at=now() - timedelta(days=30))
    verbs.supervise(matter_id=secret.id, by=cast.district_duty, at=now(), text="限期回复")
    for who in ("street_duty", "street_leader", "dispatcher"):
        client = sign_in(who)
        for code in (STREET, HOOD):
            for part in PARTS:
                said = client.get(f"/command/{code}/{part}").content.decode()
                assert str(secret.id) not in said
                assert secret.number not in said
        assert client.get(f"/command/matters/{secret.id}/").status_code == 404
    assert str(secret.id) in sign_in("district_duty").get(f"/command/{DISTRICT}/").content.decode()


def test_what_waits_is_said_once_the_oldest_first_with_every_reason(cast: Cast, sign_in: SignIn) -> None:
    late = cast.assigned(at=now() - timedelta(days=40))
    verbs.supervise(matter_id=late.id, by=cast.district_duty, at=now(), text="请尽快办理")
    asks = cast.assigned(at=now() - timedelta(minutes=30))
    verbs.ask_extension(
        matter_id=asks.id, by=cast.handler, at=now() - timedelta(minutes=5), span="2 working_day", reason="等材料"
    )
    page = sign_in("street_duty").get(f"/command/{STREET}/panels/").content.decode()
    assert page.count(f'data-key="matter:{late.id}"') == 1
    assert page.index(str(late.id)) < page.index(str(asks.id))
    assert "超期、督办待复" in page
    assert "延期待批" in page
    assert "等材料" not in page


def test_the_stream_tells_in_sentences_without_words_of_anybody(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.assigned(at=now() - timedelta(minutes=3), body="楼上张三半夜唱歌", title="张三扰民")
    for who in ("street_duty", "district_duty"):
        page = sign_in(who).get("/command/", follow=True).content.decode()
        assert "已派给柳湾街道综合执法队办理" in page
        assert f"/desk/matters/{matter.id}/" in page
        assert "张三" not in page


@pytest.mark.parametrize(
    ("who", "code", "part", "most"),
    [
        ("street_duty", STREET, "", 48),
        ("district_duty", DISTRICT, "", 48),
        ("district_duty", DISTRICT, "panels/", 48),
        ("district_duty", DISTRICT, "panels/?only=stream,deciding", 16),
        ("district_duty", DISTRICT, "marks.json", 6),
        ("district_duty", DISTRICT, "ground.json", 7),
    ],
)
def test_a_first_view_is_few_queries_however_much_there_is(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
    who: str, code: str, part: str, most: int,
) -> None:  # fmt: skip
    client = sign_in(who)
    for n in range(6):
        cast.assigned(at=now() - timedelta(days=n))
    client.get(f"/command/{code}/{part}")
    with django_assert_max_num_queries(most):
        client.get(f"/command/{code}/{part}")
