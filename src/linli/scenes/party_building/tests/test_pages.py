"""Every page of this scene is drawn for who may open it, in both languages, and asks no more of the database for more rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from linli.kernel.access import Actor, Role, as_system, look_as
from linli.kernel.clock.now import frozen
from linli.kernel.people.models import Account, Person, Post
from linli.parts import leaves
from linli.scenes.party_building import codes, verbs
from linli.scenes.party_building.models import Attendance, Member, Wish

from .cast import AT, HOOD, TODAY, Cast, identity, signed_in

pytestmark = pytest.mark.django_db
BASE = "/scenes/party_building"


@pytest.fixture(autouse=True)
def _at() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def social(cast: Cast) -> Actor:
    with as_system():
        account = Account.objects.create(kind="staff", username="shequ", name="王芳")
        post = Post.objects.create(
            account=account, role="social_worker", place_code=HOOD, valid=(AT - timedelta(days=9), None)
        )
    return Actor(role=Role.SOCIAL_WORKER, scope=HOOD, name="王芳", account_id=account.id, post_id=post.id)


@pytest.fixture
def lin(cast: Cast) -> Actor:
    actor = cast.resident("lin", "林党员", identity(1))
    with as_system():
        Person.objects.filter(pk=actor.person_id).update(place_code=HOOD + "001")
    cast.register(1, group_id=cast.organisations["group"].id)
    return actor


@pytest.fixture
def meeting(cast: Cast, lin: Actor):
    made = verbs.plan_meeting(
        by=cast.first, at=AT, organisation_id=cast.organisations["first"].id, kind="theme", title="主题党日", venue="活动室",
        starts_at=AT, ends_at=AT + timedelta(hours=1), agenda=["学习"],
    )  # fmt: skip
    return verbs.announce_meeting(by=cast.first, at=AT, meeting_id=made.id)


@pytest.fixture
def wish(cast: Cast, social: Actor) -> Wish:
    granny = cast.resident("granny", "林秀珍", identity(90))
    with as_system():
        Person.objects.filter(pk=granny.person_id).update(place_code=HOOD + "001")
    return verbs.ask_wish(by=granny, at=AT, kind="goods", words="想要一把助行椅")


def test_every_page_of_the_desk_is_drawn_in_both_languages(
    cast: Cast, lin: Actor, meeting, wish: Wish, social: Actor
):
    verbs.open_transfer(
        by=cast.first, at=AT, member_id=cast.register(2).id, why="搬家", to_branch_id=cast.organisations["other"].id
    )
    verbs.declare_base(
        by=cast.first, at=AT, member_id=cast.register(3).id, category="working", base=1, since=date(2026, 9, 1)
    )
    verbs.reckon_month(by=cast.first, at=AT, branch_id=cast.organisations["first"].id, month=date(2026, 9, 1))
    for side, what in (("need", "venue"), ("resource", "venue")):
        verbs.put_on_list(
            by=cast.first, at=AT, organisation_id=cast.organisations["first"].id, side=side, what=what, title=f"{side}", since=TODAY,
            until=TODAY + timedelta(days=9),
        )  # fmt: skip
    with as_system():
        member = Member.objects.order_by("registered_at", "pk").first()
    first = cast.organisations["first"].id
    pages = [
        "organisations/", f"organisations/{first}/", f"organisations/{first}/?roll=1", f"members/{member.id}/", "members/import/",
        "meetings/", f"meetings/?branch={first}&month=2026-08", f"meetings/{meeting.id}/", f"meetings/{meeting.id}/screen/", "dues/",
        *(f"near/?tab={tab}" for tab in ("needs", "resources", "projects", "tasks")), "wishes/",
    ]  # fmt: skip
    for client in (signed_in(cast.first), signed_in(cast.street)):
        for language in ("zh-hans", "en"):
            client.cookies["language"] = language
            for page in pages:
                answer = client.get(f"{BASE}/{page}")
                assert answer.status_code == 200, (page, language)
    checker = signed_in(social)
    for page in ("wishes/", f"wishes/{wish.id}/"):
        assert checker.get(f"{BASE}/{page}").status_code == 200
    assert "林秀珍" in checker.get(f"{BASE}/wishes/{wish.id}/").content.decode()


def test_who_may_not_is_told_and_sees_nothing(cast: Cast, lin: Actor, meeting, social: Actor):
    with as_system():
        member = Member.objects.get()
    for client in (signed_in(social), signed_in(cast.second)):
        assert client.get(f"{BASE}/members/{member.id}/").status_code in (403, 404)
        assert client.get(f"{BASE}/meetings/{meeting.id}/").status_code in (403, 404)
    for page in ("organisations/", "meetings/", "dues/", "near/"):
        assert signed_in(social).get(f"{BASE}/{page}").status_code == 403
        assert Client().get(f"{BASE}/{page}").status_code == 302


def test_a_secretary_without_a_branch_and_a_resident_who_is_no_member_are_shown_the_way(cast: Cast):
    chen = cast.resident("chen", "小陈", identity(77))
    assert "没有登记在党支部" in signed_in(chen).get(f"{BASE}/mine/").content.decode()
    with as_system():
        from linli.scenes.party_building.models import Organisation

        Organisation.objects.filter(kind="branch").exclude(pk=cast.organisations["other"].pk).update(
            dissolved_on=TODAY
        )
    assert "还没有党支部" in signed_in(cast.general).get(f"{BASE}/meetings/").content.decode()


def test_the_phone_checks_in_asks_leave_reports_and_declares(cast: Cast, lin: Actor, meeting):
    phone = signed_in(lin)
    home = phone.get(f"{BASE}/mine/").content.decode()
    assert "主题党日" in home and "柳湾一居第一党支部" in home
    assert phone.get(f"{BASE}/mine/meetings/{meeting.id}/").status_code == 200
    code = codes.code_of(meeting.id, AT)
    assert "我到会了" in phone.get(f"{BASE}/check-in/?c={code}").content.decode()
    assert "已签到" in phone.post(f"{BASE}/check-in/", {"c": code}).content.decode()
    assert phone.post(f"{BASE}/check-in/", {"c": code[:-1]}).status_code == 410
    for sent in (
        {"act": "base", "category": "working", "base": "8000"},
        {"act": "report_in", "place": HOOD, "offers": "修电脑", "pledge": "每月一次"},
    ):
        assert phone.post(f"{BASE}/mine/", sent).status_code == 303, sent
    for sent in (
        {"act": "base", "category": "working", "base": "八千"},
        {"act": "join", "task": "x"},
        {"act": "fly"},
        {},
    ):
        answer = phone.post(f"{BASE}/mine/", sent)
        assert answer.status_code == 422 and "notice supervised" in answer.content.decode(), sent
    with as_system():
        assert Attendance.objects.get().state == "present"


def test_a_wish_goes_through_the_pages(cast: Cast, lin: Actor, wish: Wish, social: Actor):
    granny, member, desk = signed_in(cast.granny), signed_in(lin), signed_in(social)
    one = f"{BASE}/wishing/{wish.id}/"
    assert "想要一把助行椅" in granny.get(one).content.decode()
    assert member.get(one).status_code == 404
    exposing = desk.post(f"{BASE}/wishes/{wish.id}/", {"act": "publish", "title": "林秀珍的助行椅"})
    assert exposing.status_code == 422 and "不能有姓名" in exposing.content.decode()
    sent = {"act": "publish", "title": "一把助行椅", "text": "独居老人想要"}
    assert desk.post(f"{BASE}/wishes/{wish.id}/", sent).status_code == 303
    assert "我来实现" in member.get(one).content.decode()
    assert member.post(one, {"act": "claim", "due_on": "2026-09-20"}).status_code == 303
    kept = BytesIO()
    Image.effect_noise((48, 32), 90).convert("RGB").save(kept, "JPEG")
    photo = SimpleUploadedFile("a.jpg", kept.getvalue(), "image/jpeg")
    assert member.post(one, {"act": "fulfil", "words": "送到了"}).status_code == 422
    assert member.post(one, {"act": "fulfil", "words": "送到了", "files": photo}).status_code == 303
    assert granny.post(one, {"act": "thank", "stars": "5", "words": "谢谢"}).status_code == 303
    with as_system():
        assert Wish.objects.get().state == "thanked"


def test_forms_of_the_desk_do_what_they_say(cast: Cast, lin: Actor, meeting):
    desk = signed_in(cast.first)
    plan = {
        "act": "plan", "kind": "lecture", "organisation_id": str(cast.organisations["first"].id), "title": "党课", "venue": "会议室",
        "starts_at": "2026-09-20T19:00", "ends_at": "2026-09-20T20:00", "agenda": "一\n二",
    }  # fmt: skip
    assert desk.post(f"{BASE}/meetings/", plan).status_code == 303
    assert desk.post(f"{BASE}/meetings/", {**plan, "title": ""}).status_code == 422
    assert desk.post(f"{BASE}/meetings/{meeting.id}/", {"act": "end"}).status_code == 303
    assert desk.post(f"{BASE}/meetings/{meeting.id}/", {"act": "write", "minutes": "学习了。"}).status_code == 303
    assert desk.post(f"{BASE}/meetings/{meeting.id}/", {"act": "confirm"}).status_code == 403
    assert desk.post(f"{BASE}/dues/?month=2026-09", {"act": "reckon"}).status_code == 303
    with as_system():
        member = Member.objects.get()
    unmasked = desk.post(
        f"{BASE}/members/{member.id}/", {"act": "unmask", "field": "identity", "reason": "核对档案"}, follow=True
    )
    assert identity(1) in unmasked.content.decode()
    table = SimpleUploadedFile(
        "a.csv",
        f"姓名,身份证号,党支部,发展阶段,日期\n乙,{identity(5)},柳湾一居第一党支部,正式党员,2010-07-01".encode(),
    )
    assert "可以登记 1 行" in desk.post(f"{BASE}/members/import/", {"file": table}).content.decode()


@pytest.mark.parametrize("page", ["organisations/", "meetings/", "dues/", "wishes/", "near/?tab=needs"])
def test_more_rows_ask_no_more_of_the_database(cast: Cast, lin: Actor, meeting, page: str):
    client = signed_in(cast.first)

    def asked() -> int:
        client.get(f"{BASE}/{page}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{BASE}/{page}").status_code == 200
        return len(seen)

    few = asked()
    for n in range(10, 18):
        member = cast.register(n)
        verbs.declare_base(
            by=cast.first, at=AT, member_id=member.id, category="working", base=1000, since=date(2026, 9, 1)
        )
        verbs.put_on_list(
            by=cast.first, at=AT, organisation_id=cast.organisations["first"].id, side="need", what="venue", title=f"需求{n}", since=TODAY,
            until=TODAY + timedelta(days=9),
        )  # fmt: skip
        verbs.plan_meeting(
            by=cast.first, at=AT, organisation_id=cast.organisations["first"].id, kind="lecture", title=f"党课{n}", venue="会议室",
            starts_at=AT + timedelta(days=n), ends_at=AT + timedelta(days=n, hours=1),
        )  # fmt: skip
    verbs.reckon_month(by=cast.first, at=AT, branch_id=cast.organisations["first"].id, month=date(2026, 9, 1))
    assert asked() <= few + 4, "four questions only a table with rows asks"


@pytest.mark.parametrize(
    ("page", "who"),
    [
        ("near/?tab=tasks", "first"), ("near/?tab=projects", "first"), ("near/?tab=resources", "first"), ("wishes/", "first"),
        ("wishing/", "lin"), ("mine/", "lin"),
    ],
)  # fmt: skip
def test_lists_of_neighbours_ask_no_more_for_more_rows(cast: Cast, lin: Actor, social: Actor, page: str, who: str):
    client, first = signed_in(getattr(cast, who)), cast.organisations["first"]
    verbs.report_in(by=lin, at=AT, place_code=HOOD, offers="修电脑")
    verbs.report_in(by=cast.second, at=AT, place_code=HOOD)

    def fill(n: int) -> None:
        task = verbs.set_task(
            by=cast.first,
            at=AT,
            organisation_id=first.id,
            title=f"任务{n}",
            wanted=3,
            starts_at=AT,
            ends_at=AT + timedelta(days=1),
        )
        for by in (lin, cast.second):
            verbs.join_task(by=by, at=AT, task_id=task.id)
        until = TODAY + timedelta(days=9)
        given = {
            "by": cast.first,
            "at": AT,
            "organisation_id": first.id,
            "what": "venue",
            "since": TODAY,
            "until": until,
        }
        need = verbs.put_on_list(**given, side="need", title=f"需求{n}")
        verbs.put_on_list(**given, side="resource", title=f"资源{n}")
        verbs.take_on(by=cast.second, at=AT, need_id=need.id, due_on=until)
        asker = cast.resident(f"asker-{n}", "林秀珍", identity(200 + n))
        with as_system():
            Person.objects.filter(pk=asker.person_id).update(place_code=HOOD + "001")
        wish = verbs.ask_wish(by=asker, at=AT, kind="goods", words="想要一把伞")
        verbs.publish_wish(by=social, at=AT, wish_id=wish.id, title="一把伞", text="")
        if n < 4:
            verbs.claim_wish(by=(cast.first, lin, cast.second)[n - 1], at=AT, wish_id=wish.id, due_on=until)

    def asked() -> int:
        client.get(f"{BASE}/{page}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{BASE}/{page}").status_code == 200
        return len(seen)

    for n in (1, 2, 3):
        fill(n)
    few = asked()
    for n in range(4, 10):
        fill(n)
    assert asked() <= few


def test_the_board_shows_pledges_and_wishes_that_name_nobody(cast: Cast, lin: Actor, wish: Wish, social: Actor):
    verbs.publish_wish(by=social, at=AT, wish_id=wish.id, title="一把助行椅", text="")
    shown = {leaf.name: leaf for leaf in leaves.declared()} if hasattr(leaves, "declared") else {}
    from linli.scenes.party_building import board

    wishes = next(leaf for leaf in board.LEAVES if leaf.name == "party-wishes")
    look_as(Actor(role=Role.BOARD, scope=HOOD))
    assert [row.title for row in wishes.rows(HOOD, AT)] == ["一把助行椅"] and (not shown or "party-wishes" in shown)
    pledges = next(leaf for leaf in board.LEAVES if leaf.name == "party-pledges")
    assert list(pledges.rows(HOOD, AT)) == []


def test_documents_are_put_in_and_found_on_the_desk(cast: Cast):
    desk = signed_in(cast.street)
    sent = {
        "act": "put",
        "title": "支部工作条例",
        "text": "第十一条 党员大会一般每季度召开一次。",
        "must_read": "1",
    }
    assert "知识库还是空的" in desk.get(f"{BASE}/knowledge/").content.decode()
    assert desk.post(f"{BASE}/knowledge/", sent).status_code == 303
    found = desk.get(f"{BASE}/knowledge/?words=季度").content.decode()
    assert "找到 1 段" in found and "第十一条" in found
    assert desk.get(f"{BASE}/knowledge/?words=季").status_code == 422
    assert signed_in(cast.first).get(f"{BASE}/knowledge/?words=大会").status_code == 200
