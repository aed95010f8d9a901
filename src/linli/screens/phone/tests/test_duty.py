"""The phone of whoever is on duty: my alarms, one of them in four steps, and what an outbox sends twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags
from PIL import Image

from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.duty import verbs as duty
from linli.kernel.duty.models import Shift
from linli.kernel.files.models import File
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, Cast
from linli.kernel.matters.verbs import alarming
from linli.kernel.readings.models import Warning
from linli.kernel.readings.tests.cast import raised, thing
from linli.kernel.readings.tests.conftest import TOY
from linli.kernel.readings.verbs import raising
from linli.kernel.things.models import PlaceUpkeep, Thing

SignIn = Callable[[str], Client]
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def with_rules(settings) -> Iterator[None]:
    settings.SCENES = ["linli.scenes.city_management", TOY]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


def warn(one: Thing, what: str = "raise", **given: Any) -> None:
    at = now()
    outcome = raising.apply([raised(one, what, at=at, **given)], at=at, open_matter=alarming.open_for)
    alarming.tell(outcome.told, at=at)


def alarm() -> Matter:
    with as_system():
        return Matter.objects.filter(source="reading").latest("opened_at")


def photo() -> BytesIO:
    upload = BytesIO()
    Image.effect_noise((48, 32), 90).convert("RGB").save(upload, "JPEG")
    upload.seek(0)
    upload.name = "现场.jpg"
    return upload


def text_as(name: str) -> BytesIO:
    upload = BytesIO("这不是照片，只是一段文字。".encode())
    upload.name = name
    return upload


@pytest.mark.parametrize("name", ["说明.txt", "现场.jpg"])
def test_what_is_no_picture_proves_nothing_and_what_was_written_stays(
    cast: Cast, sign_in: SignIn, name: str
) -> None:
    warn(thing(code=HOOD))
    matter, client = alarm(), sign_in("grid")
    sent = client.post("/phone/duty/photos/", {"photo": text_as(name)}, **JSON)
    assert sent.status_code == 415 and "这不是照片" in sent.json()["sentence"]
    address = f"/phone/duty/{matter.id}/"
    for verb in ("go", "arrive"):
        client.post(f"{address}{verb}/")
    typed = {"cause": "real", "text": "灶上起火", "photos": text_as(name)}
    page = client.post(f"{address}found/", typed)
    said = page.content.decode()
    assert page.status_code == 415 and "这不是照片" in said
    assert "灶上起火" in said and re.search(r'value="real" required checked', said)
    with as_system():
        assert not File.objects.exists()


def test_staff_on_duty_come_to_their_own_page_and_residents_stay_on_theirs(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("grid").get("/phone/")["Location"] == "/phone/duty/"
    assert sign_in("granny").get("/phone/").status_code == 200
    assert sign_in("granny").get("/phone/duty/").status_code == 403
    assert sign_in("street_leader").get("/phone/duty/").status_code == 403
    assert Client().get("/phone/duty/")["Location"].startswith("/account/signin/?as=staff")
    assert Client().post("/phone/duty/photos/", **JSON).status_code == 401


def test_my_alarms_are_those_of_my_unit_with_what_was_found(cast: Cast, sign_in: SignIn) -> None:
    warn(thing(code=HOOD, name="三楼烟感"))
    page = strip_tags(sign_in("grid").get("/phone/duty/").content.decode())
    assert "三楼烟感" in page and "烟雾浓度 0.62" in page and "还没有人去" in page and "橙色" in page
    assert "现在没有警情" in sign_in("handler").get("/phone/duty/").content.decode()


def test_a_fire_nobody_goes_to_stands_above_what_is_in_hand(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("grid")
    warn(thing(1, code=HOOD, name="没电的烟感"), rule="alone", severity=1)
    assert client.post(f"/phone/duty/{alarm().id}/go/").status_code == 302
    warn(thing(2, code=HOOD, name="着火的烟感"), rule="alone", severity=4)
    page = client.get("/phone/duty/").content.decode()
    assert page.index("着火的烟感") < page.index("没电的烟感")
    assert client.post(f"/phone/duty/{alarm().id}/go/").status_code == 302
    page = client.get("/phone/duty/").content.decode()
    assert page.index("着火的烟感") < page.index("没电的烟感"), "of what is in hand the gravest"


def test_a_storm_says_how_many_there_are_and_not_how_many_are_listed(cast: Cast, sign_in: SignIn) -> None:
    for number in range(1, 26):
        warn(thing(number, code=HOOD))
    page = sign_in("grid").get(f"/phone/duty/{alarm().id}/").content.decode()
    assert "同一处共 25 台设备报警" in page and "另有 5 个" in page


def test_a_place_that_rests_is_told_to_who_is_on_duty_there(cast: Cast, sign_in: SignIn) -> None:
    with as_system():
        given = {"place_code": HOOD[:9], "note": "消防演练", "by_name": "吴值班", "set_at": now()}
        PlaceUpkeep.objects.create(lasts=(now(), now() + timedelta(hours=2)), **given)
        PlaceUpkeep.objects.create(lasts=(now() + timedelta(hours=3), now() + timedelta(hours=4)), **given)
    page = sign_in("grid").get("/phone/duty/").content.decode()
    assert page.count("为止不发预警：消防演练（吴值班）") == 1


def test_the_four_steps_without_any_script(cast: Cast, sign_in: SignIn) -> None:
    smoke = thing(code=HOOD)
    warn(smoke)
    client, address = sign_in("grid"), f"/phone/duty/{alarm().id}/"
    assert "geo:31.200000,121.500000" in client.get(address).content.decode()
    assert client.post(f"{address}go/").status_code == 302
    assert client.post(f"{address}arrive/", {"lon": "121.5001", "lat": "31.2"}).status_code == 302
    assert (
        client.post(f"{address}found/", {"cause": "cooking", "text": "炒菜", "photos": photo()}).status_code == 302
    )
    page = client.get(address).content.decode()
    assert "读数还没有恢复正常" in page and "现场：油烟、蒸汽" in page
    early = client.post(f"{address}report_done/", {"outcome": "false-alarm", "result": "好了"})
    assert early.status_code == 409 and "读数还没有恢复正常" in early.content.decode()
    warn(smoke, "clear")
    assert client.post(f"{address}report_done/", {"outcome": "false-alarm", "result": "好了"}).status_code == 302
    assert alarm().state == "done"
    assert "等值班室核查结案" in client.get(address).content.decode()


def test_what_the_outbox_sends_twice_is_done_once(cast: Cast, sign_in: SignIn) -> None:
    warn(thing(code=HOOD))
    client, address = sign_in("grid"), f"/phone/duty/{alarm().id}/"
    for _ in range(2):
        answer = client.post(f"{address}go/", **JSON)
        assert (answer.status_code, answer.json()["url"]) == (200, address)
    sent = client.post("/phone/duty/photos/", {"photo": photo()}, **JSON).json()["id"]
    found = client.post(f"{address}found/", {"cause": "real", "files": sent}, **JSON)
    assert found.status_code == 200
    bad = BytesIO(b"\x00\x9f no photo at all")
    bad.name = "现场.jpg"
    refused = client.post("/phone/duty/photos/", {"photo": bad}, **JSON).json()
    assert refused["sentence"].count("这不是照片") == 1, "not once more for its field"
    late = sign_in("social").post(f"{address}go/", **JSON)
    assert late.status_code == 409 and "赵网格已经在去的路上" in late.json()["sentence"]


@pytest.mark.parametrize(
    ("verb", "given", "status"),
    [
        ("arrive", {"lon": "east", "lat": "31"}, 422),
        ("arrive", {"lon": "121.5"}, 422),
        ("arrive", {"lon": "1000", "lat": "31"}, 422),
        ("found", {"cause": ""}, 422),
        ("found", {"cause": "real", "files": "nonsense"}, 422),
        ("found", {"cause": "real", "text": "长" * 5000}, 422),
        ("report_done", {"outcome": "no-such", "result": "x"}, 409),
        ("dance", {}, 404),
    ],
)
def test_what_does_not_fit_is_a_sentence_and_changes_nothing(
    cast: Cast, sign_in: SignIn, verb: str, given: dict[str, str], status: int
) -> None:
    warn(thing(code=HOOD))
    client, address = sign_in("grid"), f"/phone/duty/{alarm().id}/"
    client.post(f"{address}go/")
    before = alarm().version
    answer = client.post(f"{address}{verb}/", given, **JSON)
    assert answer.status_code == status and alarm().version == before
    if status != 404:
        assert answer.json()["sentence"]


def test_a_residents_report_is_no_alarm(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.assigned()
    assert sign_in("grid").get(f"/phone/duty/{matter.id}/").status_code == 404
    warn(thing(code=OTHER_HOOD))
    assert sign_in("grid").get(f"/phone/duty/{alarm().id}/").status_code == 404


def test_the_list_takes_as_many_queries_for_one_alarm_as_for_ten(cast: Cast, sign_in: SignIn) -> None:
    client, counts = sign_in("grid"), []
    client.get("/phone/duty/")
    for n in (1, 9):
        for k in range(n):
            warn(thing(100 * n + k, HOOD), rule="alone")
        with CaptureQueriesContext(connection) as asked:
            client.get("/phone/duty/")
        counts.append(len([q for q in asked if "set_config" not in q["sql"] and "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1] <= 5, counts  # one of them: who is on shift
    with as_system():
        assert Warning.objects.count() == 10


def test_who_is_called_reads_why_as_whoever_assigns_does(cast: Cast, sign_in: SignIn) -> None:
    roster = duty.add_roster(
        by=cast.street_duty, at=now(), unit_id=cast.units["committee"].id, name="值守", pattern="three"
    )
    shift = duty.add_shift(
        by=cast.street_duty, at=now(), roster_id=roster.id, day=timezone.localdate(), begins=time(0, 0),
        ends=time(23, 59), account_id=cast.grid.account_id,
    )  # fmt: skip
    with as_system():
        Shift.objects.filter(pk=shift.pk).update(published_at=now())
    warn(thing(code=HOOD))
    address = f"/phone/duty/{alarm().id}/"
    told = sign_in("grid").get(address).content.decode()
    for words in ("为什么找您", "没有共享位置，不知道多远", "手上没有在办的事", "还没有到岗"):
        assert words in told
    assert "为什么找您" not in sign_in("social").get(address).content.decode(), "not on shift"
    sign_in("grid").post(f"{address}go/")
    assert "为什么找您" not in sign_in("grid").get(address).content.decode(), "they go"
