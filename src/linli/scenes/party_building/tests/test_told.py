"""A member is told of their letter and their leave, an asker of their wish; and no row says who is a member."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from linli.kernel.access import Role, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.messages import queries as messages
from linli.scenes.party_building import verbs

from .cast import AT, Cast, identity
from .test_meetings import meeting
from .test_transfers import letter
from .test_wishes import SOON, asked, granny, photo, published, social

__all__ = ["granny", "social"]
pytestmark = pytest.mark.django_db


def told(by) -> list[str]:
    with looking_as(by):
        return [one.says for one in messages.mine(by).unread]


def test_a_letter_is_told_at_every_step_and_to_no_proxy(cast: Cast) -> None:
    lin = cast.resident("lin", "林阿婆", identity(1))
    one = letter(cast, cast.register(1))
    verbs.send_back(by=cast.other, at=AT + timedelta(hours=1), transfer_id=one.id, reason="不住在本居")
    latest, first = told(lin)
    assert "已退回。原因：不住在本居" in latest and "待接收" in first
    assert told(replace(lin, role=Role.PROXY, on_behalf=lin.name)) == []
    assert told(cast.resident("other", "小陈", identity(2))) == []


def test_no_row_says_that_it_is_about_the_party(cast: Cast) -> None:
    cast.resident("lin", "林阿婆", identity(1))
    letter(cast, cast.register(1))
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(m::text, '') || string_agg(r::text, '') FROM told_message m, told_ring r")
        (rows,) = cursor.fetchone()
    assert "party" not in rows and "介绍信" not in rows


def test_leave_is_answered(cast: Cast) -> None:
    lin = cast.resident("lin", "林阿婆", identity(1))
    member = cast.register(1)
    made = meeting(cast)
    with looking_as(lin):
        verbs.ask_leave(by=lin, at=AT, meeting_id=made.id, reason="住院")
    verbs.decide_leave(by=cast.first, at=AT, meeting_id=made.id, member_id=member.id, granted=True)
    assert told(lin) == [f"“{made.title}”的请假：已准假。"]


def test_a_wish_is_followed_and_the_member_who_fulfils_it_is_not_named(cast: Cast, granny, social) -> None:
    lin = cast.resident("lin", "林党员", identity(1))
    cast.register(1)
    with looking_as(lin):
        wish = published(granny, social)
        verbs.claim_wish(by=lin, at=AT + timedelta(hours=1), wish_id=wish.id, due_on=SOON)
        done = AT + timedelta(days=2)
        verbs.fulfil(by=lin, at=done, wish_id=wish.id, words="送到居委会了。", files_=[photo(lin)])
    assert told(granny) == [
        "您的微心愿“一把助行椅”实现了吗？请您确认。",
        "您的微心愿“一把助行椅”有人认领了。",
        "您的微心愿“一把助行椅”已核实并公开，不写您的姓名和住址。",
    ]
    with as_system():
        records = Record.objects.filter(stream=f"message:{granny.person_id}")
        assert records.count() == 3 and not records.filter(actor_account__isnull=False).exists()
        assert not records.filter(actor_name=lin.name).exists()


def test_a_wish_that_is_not_published_is_told_with_the_reason(cast: Cast, granny, social) -> None:
    wish = asked(granny)
    verbs.decline_wish(by=social, at=AT, wish_id=wish.id, reason="可以直接申请救助")
    assert told(granny) == ["您的微心愿没有公开。原因：可以直接申请救助"]
