"""The phone of whoever is on duty: my alarms, one of them in four steps, and what an outbox sends twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
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


def test_staff_on_duty_come_to_their_own_page_and_residents_stay_on_theirs(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("grid").get("/phone/")["Location"] == "/phone/duty/"
    assert sign_in("granny").get("/phone/").status_code == 200
    assert sign_in("granny").get("/phone/duty/").status_code == 403
    assert sign_in("street_leader").get("/phone/duty/").status_code == 403
    assert Client().get("/phone/duty/")["Location"].startswith("/account/signin/?as=staff")
    assert Client().post("/phone/duty/photos/", **JSON).status_code == 401


def test_my_alarms_are_those_of_my_unit_with_what_was_found(cast: Cast, sign_in: SignIn) -> None:
    warn(thing(code=HOOD, name="三楼烟感"))
    page = sign_in("grid").get("/phone/duty/").content.decode()
    assert "三楼烟感" in page and "烟雾浓度 0.62" in page and "还没有人去" in page and "橙色" in page
    assert "现在没有警情" in sign_in("handler").get("/phone/duty/").content.decode()


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
    assert counts[0] == counts[1] <= 4, counts
    with as_system():
        assert Warning.objects.count() == 10
