"""Emergencies on the desk: declared from where one stands, written to by who sees it, told to everybody in the place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.models import Emergency, Task
from linli.kernel.emergencies.tests.homes import make_homes
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.kernel.notices.models import Notice

SignIn = Callable[[str], Client]


def declare(cast: Cast) -> Emergency:
    return verbs.declare(
        by=cast.street_duty, at=now(), event="居民楼火灾", category="fire", zone=Wanted(place_code=HOOD),
        instruction="沿楼梯下楼",
    )  # fmt: skip


def test_it_is_declared_from_a_matter_with_what_is_known_filled_in(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report(lon=121.5, lat=31.2)
    duty = sign_in("street_duty")
    page = duty.get(f"/desk/emergencies/new/?matter={matter.id}").content.decode()
    assert str(matter.id) in page
    sent = {
        "act": "declare",
        "event": "摊位起火",
        "category": "fire",
        "grade": "4",
        "radius": "",
        "place": HOOD,
        "matter_id": str(matter.id),
    }
    answer = duty.post("/desk/emergencies/new/", sent)
    assert answer.status_code == 303
    with as_system():
        made = Emergency.objects.get()
    assert answer.headers["Location"] == f"/desk/emergencies/{made.id}/"
    assert (made.event, made.matter_id, made.inside) == ("摊位起火", matter.id, [HOOD])
    again = duty.post("/desk/emergencies/new/", sent)
    assert again.status_code == 409
    assert "已经启动了应急" in again.content.decode()
    for who in ("grid", "dispatcher", "handler"):
        assert sign_in(who).get("/desk/emergencies/new/").status_code == 403


def test_who_sees_it_writes_in_the_log_and_who_commands_does_the_rest(cast: Cast, sign_in: SignIn) -> None:
    emergency = declare(cast)
    address = f"/desk/emergencies/{emergency.id}/"
    grid, duty = sign_in("grid"), sign_in("street_duty")
    assert grid.post(address, {"act": "say", "text": "三楼有烟"}).status_code == 303
    assert grid.post(address, {"act": "end", "how": "结束"}).status_code == 200, (
        "a form that is not theirs does nothing"
    )
    page = duty.get(address).content.decode()
    assert "三楼有烟" in page
    assert "赵网格" in page
    task = {"act": "set_task", "what": "封闭东门", "unit_id": "", "who": "派出所", "due_at": "2199-01-01T10:00"}
    assert duty.post(address, task).status_code == 303
    with as_system():
        made = Task.objects.get()
    assert (
        duty.post(address, {"act": "finish_task", "task_id": str(made.id), "result": "已封闭"}).status_code == 303
    )
    assert duty.post(address, {"act": "end", "how": "扑灭"}).status_code == 303
    course = duty.get(f"{address}course/").content.decode()
    for said in ("启动应急：居民楼火灾", "三楼有烟", "封闭东门", "已封闭", "扑灭"):
        assert said in course
    with as_system():
        assert Emergency.objects.get().state == "ended"


def test_residents_are_told_at_once_and_the_log_says_so(cast: Cast, sign_in: SignIn) -> None:
    emergency = declare(cast)
    duty = sign_in("street_duty")
    answer = duty.post(
        f"/desk/emergencies/{emergency.id}/", {"act": "tell", "title": "请下楼", "body": "沿楼梯下楼，到东门集合。"}
    )
    assert answer.status_code == 303
    with as_system():
        notice = Notice.objects.get()
    assert (notice.place_code, notice.level, notice.state, notice.at_once) == (HOOD, "emergency", "published", True)
    assert "请下楼" in duty.get(f"/desk/emergencies/{emergency.id}/").content.decode()


SQUARE = "121.501,31.201\n121.503,31.201\n121.503,31.203\n121.501,31.203"


def test_a_zone_is_drawn_by_its_corners_and_crossing_lines_are_refused_in_words(
    cast: Cast, sign_in: SignIn
) -> None:
    make_homes(cast)
    duty = sign_in("street_duty")
    sent = {"act": "declare", "event": "火灾", "category": "fire", "grade": "4", "radius": "", "place": HOOD}
    for corners, words in (
        ("121.501,31.201\n121.503,31.203\n121.503,31.201\n121.501,31.203", "边线自交"),
        ("121.501,31.201\n121.503,31.203", "至少要有三个角"),
        ("121.501;31.201", "不是“经度,纬度”"),
        ("121.501,31.201\n121.50101,31.201\n121.50101,31.20101", "太小了"),
        ("100,20\n130,20\n130,50", "太大了"),
    ):
        answer = duty.post("/desk/emergencies/new/", {**sent, "corners": corners})
        assert answer.status_code == 422
        assert words in answer.content.decode(), corners
    assert duty.post("/desk/emergencies/new/", {**sent, "corners": SQUARE}).status_code == 303
    with as_system():
        made = Emergency.objects.get()
    assert (made.drawn, made.inside, made.zone["type"]) == (True, [HOOD], "MultiPolygon")
    address = f"/desk/emergencies/{made.id}/"
    assert "121.503000,31.203000" in duty.get(address).content.decode(), "to be edited where it stands"
    moved = {
        "act": "move_zone",
        "corners": SQUARE.replace("121.503", "121.504"),
        "radius": "",
        "place": "",
        "why": "风向变了",
    }
    assert duty.post(address, moved).status_code == 303
    assert "风向变了" in duty.get(address).content.decode()
    assert sign_in("grid").post(address, moved).status_code == 200, "no form of theirs"


def test_a_task_becomes_a_matter_by_a_button_and_each_leads_to_the_other(cast: Cast, sign_in: SignIn) -> None:
    emergency = declare(cast)
    task = verbs.set_task(
        emergency_id=emergency.id, by=cast.street_duty, at=now(), text="清理楼道堆物", who="物业",
        due_at=now() + timedelta(hours=1),
    )  # fmt: skip
    duty, address = sign_in("street_duty"), f"/desk/emergencies/{emergency.id}/"
    sent = {"act": "open_from_task", "task_id": str(task.id), "kind": "unlicensed-stall"}
    assert duty.post(address, sent).status_code == 303
    with as_system():
        matter = Matter.objects.get()
    assert f"事项 {matter.number}" in duty.get(address).content.decode()
    back = duty.get(f"/desk/matters/{matter.id}/").content.decode()
    assert address in back
    assert "来自应急任务" in back
    assert duty.post(address, sent).status_code == 409


def test_the_roll_is_read_by_who_is_on_duty_and_the_numbers_by_all(cast: Cast, sign_in: SignIn) -> None:
    homes = make_homes(cast)
    homes.add("独居老人", year=1940)
    emergency = declare(cast)
    verbs.answer(emergency_id=emergency.id, by=cast.granny, at=now(), kind="help", text="走不动")
    address = f"/desk/emergencies/{emergency.id}/"
    page = sign_in("dispatcher").get(address).content.decode()
    assert "没有消息的人里，独居老人 1 人" in page
    assert "看名单" not in page
    assert sign_in("dispatcher").get(f"{address}roll/").status_code == 403
    duty = sign_in("street_duty")
    assert "看名单" in duty.get(address).content.decode()
    assert "独居老人" in duty.get(f"{address}roll/").content.decode()
    assert "走不动" in duty.get(f"{address}roll/?only=help&page=1").content.decode()
    assert "还没有人报平安" in duty.get(f"{address}roll/?only=safe&page=x").content.decode()
    wall = sign_in("street_duty").get(f"/command/{HOOD}/").content.decode()
    assert "没有消息的独居老人 1 人" in wall
    assert "走不动" not in wall
    assert "林阿婆" not in wall


def test_it_ends_and_what_residents_were_told_is_lifted_with_it(cast: Cast, sign_in: SignIn) -> None:
    emergency = declare(cast)
    duty, address = sign_in("street_duty"), f"/desk/emergencies/{emergency.id}/"
    duty.post(address, {"act": "tell", "title": "请下楼", "body": "沿楼梯下楼，到东门集合。"})
    assert duty.post(address, {"act": "end", "how": "火已扑灭，可以回家"}).status_code == 303
    with as_system():
        notice = Notice.objects.get()
        over = Emergency.objects.get()
    assert (notice.state, notice.end_words) == ("lifted", "火已扑灭，可以回家")
    assert over.notice_ids == [notice.id]
    assert "名单和内容已经删除" in duty.get(address).content.decode()


def test_the_review_tells_how_long_it_took_and_can_be_taken_as_a_pdf(cast: Cast, sign_in: SignIn) -> None:
    make_homes(cast)
    emergency = declare(cast)
    verbs.answer(emergency_id=emergency.id, by=cast.granny, at=now(), kind="safe")
    verbs.end(emergency_id=emergency.id, by=cast.street_duty, at=now(), note="扑灭")
    verbs.review(emergency_id=emergency.id, by=cast.street_duty, at=now(), lessons="楼道堆物要清。")
    duty, address = sign_in("street_duty"), f"/desk/emergencies/{emergency.id}/course"
    page = duty.get(f"{address}/").content.decode()
    for words in ("启动应急 → 结束应急", "没有记录", "报平安 1 人", "楼道堆物要清"):
        assert words in page
    answer = duty.get(f"{address}.pdf")
    assert answer.content.startswith(b"%PDF-")
    assert "filename*=UTF-8" in answer.headers["Content-Disposition"]
    assert sign_in("keeper").get(f"{address}.pdf").status_code == 403
