"""Emergencies on the phone: what a resident inside reads and says, what a worker does, and what nobody else sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.models import Answer, Emergency, Task
from linli.kernel.emergencies.tests.homes import Homes, make_homes, square
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.matters.tests.cast import HOOD, OTHER_STREET, Cast

SignIn = Callable[[str], Client]
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def homes(cast: Cast) -> Homes:
    return make_homes(cast)


@pytest.fixture
def fire(cast: Cast, homes: Homes) -> Emergency:
    return verbs.declare(
        by=cast.street_duty, at=now(), event="居民楼火灾", zone=Wanted(area=square(121.501, 31.201, 0.002)),
        category="fire", instruction="沿楼梯下楼，不乘电梯", gather="东门广场", until=now() + timedelta(hours=2),
    )  # fmt: skip


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def test_a_resident_inside_reads_what_to_do_and_says_how_they_are(
    cast: Cast, sign_in: SignIn, fire: Emergency
) -> None:
    granny, address = sign_in("granny"), f"/phone/emergencies/{fire.id}/"
    told = page(granny, address)
    for words in (
        "居民楼火灾",
        "沿楼梯下楼，不乘电梯",
        "东门广场",
        "预计到",
        "柳湾街道城运中心",
        "柳湾家园 · 1号楼",
        "119",
    ):
        assert words in told
    assert address in granny.get("/phone/notices/now/").json()["urgent"]
    assert granny.post(f"{address}answer/", {"kind": "help", "text": "走不动"}).status_code == 302
    assert "您已求助" in page(granny, address)
    assert "已经派了任务" in page(granny, address)
    assert granny.post(f"{address}answer/", {"kind": "safe"}, **JSON).json() == {"url": address}
    assert "您已报平安" in page(granny, address)
    assert granny.post(f"{address}answer/", {"kind": "no"}).status_code == 422
    verbs.end(emergency_id=fire.id, by=cast.street_duty, at=now(), note="扑灭")
    told = page(granny, address)
    assert "已解除" in told
    assert "我需要帮助" not in told
    assert "已解除" in granny.get("/phone/notices/now/").json()["urgent"]
    assert granny.post(f"{address}answer/", {"kind": "help"}, **JSON).status_code == 409


def test_who_lives_outside_sees_nothing_of_it(cast: Cast, sign_in: SignIn, fire: Emergency) -> None:
    chen, address = sign_in("chen"), f"/phone/emergencies/{fire.id}/"
    page(chen, address, 404)
    assert chen.post(f"{address}answer/", {"kind": "safe"}).status_code == 404
    assert "居民楼火灾" not in page(chen, "/phone/emergencies/")
    assert chen.get("/phone/notices/now/").json()["urgent"] == ""
    with as_system():
        assert not Answer.objects.exists()


def test_a_worker_takes_a_call_for_help_reads_where_and_reports_with_a_photo(
    cast: Cast,
    sign_in: SignIn,
    fire: Emergency,
) -> None:
    verbs.answer(emergency_id=fire.id, by=cast.granny, at=now(), kind="help", text="胸口疼")
    grid, address = sign_in("grid"), f"/phone/emergencies/{fire.id}/"
    assert "我们单位有 1 项任务" in grid.get("/phone/notices/now/").json()["urgent"]
    told = page(grid, address)
    assert "居民求助：柳湾家园 · 1号楼" in told
    assert "胸口疼" not in told, "who has not taken it does not read it"
    with as_system():
        task = Task.objects.get()
    given = {"task": str(task.id)}
    assert grid.post(f"{address}take/", given).status_code == 302
    told = page(grid, address)
    assert "胸口疼" in told
    assert "林阿婆" in told
    assert "胸口疼" not in page(sign_in("social"), address)
    assert "已经接了这项任务" in sign_in("social").post(f"{address}take/", given, **JSON).json()["sentence"]
    assert grid.post(f"{address}take/", given, **JSON).status_code == 200, "sent twice is done once"
    early = str(int((now() - timedelta(minutes=20)).timestamp() * 1000))
    assert grid.post(f"{address}arrive/", {**given, "made": early}, **JSON).status_code == 200
    assert grid.post(f"{address}finish/", {**given, "result": ""}, **JSON).status_code == 422
    photo = cast.photo(by="grid", at=now())
    done = {**given, "result": "已送到集合点", "files": str(photo)}
    for _again in range(2):
        assert grid.post(f"{address}finish/", done, **JSON).status_code == 200
    with as_system():
        task.refresh_from_db()
    assert (task.result, task.files, task.account_id) == ("已送到集合点", [photo], cast.grid.account_id)
    assert "有一项" not in page(grid, address)
    assert "来的人说已经办妥" in page(sign_in("granny"), address)


def test_a_line_kept_on_the_phone_and_sent_twice_is_one_line(cast: Cast, sign_in: SignIn, fire: Emergency) -> None:
    grid, address = sign_in("grid"), f"/phone/emergencies/{fire.id}/"
    line = {"text": "三楼有烟", "key": str(uuid4())}
    for _again in range(2):
        assert grid.post(f"{address}say/", line, **JSON).status_code == 200
    assert page(grid, address).count("三楼有烟") == 1
    grid.post(f"{address}say/", {**line, "key": str(uuid4())})
    assert page(grid, address).count("三楼有烟") == 2


@pytest.mark.parametrize(("who", "status"), [("handler", 404), ("keeper", 403), ("stranger", 404)])
def test_staff_who_do_not_see_it_do_not_find_it(
    cast: Cast,
    sign_in: SignIn,
    homes: Homes,
    who: str,
    status: int,
) -> None:
    elsewhere = verbs.declare(
        by=cast.district_duty, at=now(), event="桥头火灾", zone=Wanted(place_code=OTHER_STREET)
    )
    if who != "stranger":
        page(sign_in(who), f"/phone/emergencies/{elsewhere.id}/", status)
        assert "桥头火灾" not in sign_in(who).get("/phone/notices/now/").json().get("urgent", "")


def test_who_is_nobody_is_asked_to_sign_in(client: Client, fire: Emergency) -> None:
    assert client.get(f"/phone/emergencies/{fire.id}/").status_code == 302
    assert client.post(f"/phone/emergencies/{fire.id}/answer/", {"kind": "safe"}, **JSON).status_code == 401


def test_an_emergency_of_a_whole_place_says_so_to_who_lives_there(
    cast: Cast, sign_in: SignIn, homes: Homes
) -> None:
    cut: Any = verbs.declare(
        by=cast.street_duty, at=now(), event="停电演练", zone=Wanted(place_code=HOOD), drill=True
    )
    told = page(sign_in("chen"), f"/phone/emergencies/{cut.id}/")
    assert "演练，没有真的发生" in told
    assert "等通知；解除时这里会写明" in told
