"""What the television's addresses answer: the person's own, and nothing of anybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.displays import queries, verbs
from linli.kernel.displays.models import Display
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import OTHER_HOOD, Cast
from linli.kernel.notices.models import Shown
from linli.parts.tests.hung import notice
from linli.screens.tv.showing import OWN

pytestmark = pytest.mark.django_db


def bound(cast: Cast, who: str = "granny") -> tuple[Client, Display]:
    screen = Client()
    code = screen.post("/tv/code/").text.split('aria-label="')[1].split('"')[0].replace(" ", "")
    return screen, verbs.bind_tv(by=cast.actors[who], at=now(), code=code)


def test_nothing_is_shown_before_it_is_bound(cast: Cast) -> None:
    cast.report(at=now() - timedelta(hours=3))
    notice(cast, "停水检修", "周六停水。")
    screen = Client()
    screen.post("/tv/code/")
    assert "停水" not in screen.get("/tv/").text
    assert screen.get("/tv/content/").status_code == 410


def test_it_shows_its_persons_own_and_nothing_of_the_neighbours(cast: Cast) -> None:
    cast.report("granny", at=now() - timedelta(hours=3), title="阿婆家门口的路灯")
    cast.report("chen", at=now() - timedelta(hours=3), title="小陈楼下的噪声")
    notice(cast, "一居停水", "周六停水。")
    notice(cast, "二居停水", "周日停水。", by="street_duty", place_code=OTHER_HOOD)
    screen, _display = bound(cast)
    page = screen.get("/tv/content/").text
    assert "阿婆家门口的路灯" in page and "一居停水" in page
    assert "小陈" not in page and "二居停水" not in page


def test_all_that_is_open_is_counted_also_what_is_not_listed(cast: Cast) -> None:
    for n in range(OWN + 2):
        cast.report("granny", at=now() - timedelta(hours=3), title=f"第{n}件")
    screen, _display = bound(cast)
    assert f"{OWN + 2} 件正在办" in screen.get("/tv/content/").text


def test_what_was_reported_without_a_name_is_not_told_to_who_sits_beside(cast: Cast) -> None:
    found = cast.report("granny", at=now() - timedelta(hours=3), title="楼上的人")
    with as_system():
        Matter.objects.filter(pk=found.pk).update(anonymous=True)
    screen, _display = bound(cast)
    assert "楼上的人" not in screen.get("/tv/content/").text


def test_its_eyes_see_by_row_level_security_what_the_page_shows(cast: Cast) -> None:
    """The second lock: whatever a page asked by mistake, there would be nothing."""
    from linli.kernel.access import looking_as
    from linli.kernel.audit.models import Record
    from linli.kernel.people.models import Person

    cast.report("chen", at=now() - timedelta(hours=3))
    _screen, tv = bound(cast)
    told = verbs.show_code(by=cast.social, at=now(), kind="board")
    board = verbs.confirm_board(by=cast.social, at=now(), code=told.code, place_code=tv.place_code, name="门口")
    with looking_as(queries.own_eyes(tv)):
        assert not Matter.objects.exists()
        assert [p.id for p in Person.objects.all()] == [cast.granny.person_id]
        assert {tuple(r.person_ids) for r in Record.objects.all()} <= {(cast.granny.person_id,)}
    for eyes in (queries.public_eyes(tv), queries.public_eyes(board), queries.own_eyes(board)):
        with looking_as(eyes):
            assert not Matter.objects.filter(public=False).exists()
            assert not Person.objects.exists() and not Record.objects.exists() and not Display.objects.exists()


def test_a_session_in_the_same_browser_is_nobody_there(cast: Cast, sign_in) -> None:
    client = sign_in("chen")
    cast.report("chen", at=now() - timedelta(hours=3), title="小陈楼下的噪声")
    told = verbs.show_code(by=cast.granny, at=now(), kind="tv")
    verbs.bind_tv(by=cast.granny, at=now(), code=told.code)
    client.cookies["linli_tv"] = told.key
    page = client.get("/tv/").text
    assert "小陈" not in page and "林阿婆" in page
    # And the other way round: the key opens no page of a person.
    other = Client()
    other.cookies["linli_tv"] = told.key
    assert other.get("/phone/").status_code == 302 and other.get("/desk/").status_code == 302


def test_a_demo_key_opens_nothing_outside_a_demo(cast: Cast, settings) -> None:
    settings.DEMO = True
    verbs.demo_displays([], [("known", "电视", cast.granny.person_id)], at=now())
    settings.DEMO = False
    screen = Client()
    assert "data-waiting" in screen.get("/tv/?demo=known").text
    settings.DEMO = True
    answer = screen.get("/tv/?demo=known")
    assert answer.status_code == 302 and answer.cookies["linli_tv"]["httponly"]
    assert "林阿婆" in screen.get("/tv/").text


def test_how_long_a_notice_stood_there_is_counted_as_shown(cast: Cast) -> None:
    found = notice(cast, "停水检修", "周六停水。")
    screen, display = bound(cast)
    screen.get(f"/tv/seen/?page=1&sound=1&shown={found.pk}:30,nonsense,{display.pk}:5")
    screen.get(f"/tv/seen/?page=1&sound=1&shown={found.pk}:99999")
    screen.get(f"/tv/seen/?page=1&sound=1&shown={found.pk}:40")
    with as_system():
        row = Shown.objects.get()
    assert (row.notice_id, row.screen, row.seconds, row.times) == (found.pk, "tv", 70, 2)


def test_a_page_asks_few_questions(cast: Cast, django_assert_max_num_queries) -> None:
    notice(cast, "停水检修", "周六停水。")
    cast.report("granny", at=now() - timedelta(hours=3))
    screen, _display = bound(cast)
    screen.get("/tv/content/")
    with django_assert_max_num_queries(42):
        screen.get("/tv/content/")
    with django_assert_max_num_queries(12):
        screen.get("/tv/seen/?page=1&sound=1")
