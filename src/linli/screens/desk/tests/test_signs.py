"""苗头: the list, one suggestion with its reasons, a decision and what came of it, as those who decide see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.datasets.tests.addresses import HAPPY, Town, make_town
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, Cast
from linli.kernel.people.models import Person
from linli.kernel.signs.models import State, Suggestion
from linli.kernel.signs.verbs import contest

from . import pins

SignIn = Callable[[str], Client]
SIGNS = "/desk/signs/"
HOME = HAPPY + "003010101"


@pytest.fixture
def town(cast: Cast) -> Town:
    return make_town()


def made(code: str = HOME, **changes: Any) -> Suggestion:
    usual = [10.0, 1.5, 12]
    said = {"strength": 1.0, "weight": 1.0, "now": 34.0, "past": [9.0, 10.0, 11.0] * 4, "own": usual, "area": HOOD,
            "alike": usual, "first": "2026-08-01", "last": "2026-08-31", "monthly": True, "hours": None,
            "source": {"sets": [{"name": "water-use", "title": "居民用水月报", "rows": 13}], "n": 13}}  # fmt: skip
    quiet = {**said, "strength": 0.0, "monthly": False, "now": 0.0, "source": {"matters": [], "n": 0}}
    given = {
        "sign": "group-renting-sign", "place_code": code, "weight": 1.4, "raises": 1.3, "made_at": now(),
        "looked_at": now(), "evidence": [{**said, "name": "home-water"}, {**quiet, "name": "home-complaints"}],
    }  # fmt: skip
    with as_system():
        return Suggestion.objects.create(**{**given, **changes})


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-600:]
    return answer.content.decode()


def test_a_street_sees_its_suggestions_and_a_district_the_figures(cast: Cast, town: Town, sign_in: SignIn) -> None:
    made()
    made(OTHER_HOOD + "001001001010101", state=State.FADED, ended_at=now(), rests_until=now())
    page = text(sign_in("street_duty"), SIGNS)
    assert "幸福小区" in page and "这一户的用水量" in page and "关于这一户的反映" not in page
    assert "幸福小区" not in text(sign_in("street_duty"), f"{SIGNS}?area={OTHER_HOOD}")
    assert "幸福小区" not in text(sign_in("street_duty"), f"{SIGNS}?sign=stall-sign")
    assert "没有" in text(sign_in("street_duty"), f"{SIGNS}?state=dismissed&area=x&page=99&sign=none")
    assert "幸福小区" in text(sign_in("social"), SIGNS)
    district = text(sign_in("district_duty"), SIGNS)
    assert "幸福小区" not in district and "区级以上看统计" in district
    about = text(sign_in("district_duty"), f"{SIGNS}about/")
    assert "柳湾街道" in about and "还说明不了什么" in about and "关闭：" in about
    assert sign_in("keeper").get(SIGNS).status_code == 403 and sign_in("granny").get(SIGNS).status_code == 403


def test_one_says_every_number_and_that_somebody_looked(cast: Cast, town: Town, sign_in: SignIn) -> None:
    with as_system():
        Person.objects.filter(pk=cast.granny.person_id).update(place_code=HOME)
    one = made()
    page = text(sign_in("street_duty"), f"{SIGNS}{one.id}/")
    assert "2026 年 8 月，34 m³" in page and "居民用水月报" in page and "12 个同样长的时段中位 10" in page
    assert "没有比以往多，不计" in page and "没有数据、没有看的：楼门进出" in page and "<svg" in page
    with as_system():
        record = Record.objects.get(verb="signs.read")
    assert record.person_ids == [cast.granny.person_id]
    assert sign_in("district_duty").get(f"{SIGNS}{one.id}/").status_code == 403
    assert "您的决定" not in text(sign_in("street_leader"), f"{SIGNS}{one.id}/")


def test_accepted_there_is_a_matter_dismissed_there_is_a_reason(cast: Cast, town: Town, sign_in: SignIn) -> None:
    duty = sign_in("street_duty")
    one, other = made(), made(HOME[:-1] + "2")
    answer = duty.post(f"{SIGNS}{one.id}/", {"act": "accept", "words": "带好证件"})
    assert answer.status_code == 303 and answer["Location"] == f"{SIGNS}{one.id}/"
    with as_system():
        matter = Matter.objects.get(source="sign")
    page = text(duty, f"{SIGNS}{one.id}/")
    assert matter.number in page and "决定去核查" in page and "带好证件" in page
    assert "群租核查：临江路128弄3号楼101室" in text(duty, f"/desk/matters/{matter.id}/") and "苗头线索" in text(
        duty, f"/desk/matters/{matter.id}/"
    )
    refused = duty.post(f"{SIGNS}{other.id}/", {"act": "dismiss", "words": ""})
    assert refused.status_code == 422 and "请填写这一项" in refused.content.decode()
    assert duty.post(f"{SIGNS}{other.id}/", {"act": "dismiss", "words": "刚添了双胞胎"}).status_code == 303
    assert "刚添了双胞胎" in text(duty, f"{SIGNS}?state=dismissed")
    assert duty.post(f"{SIGNS}{other.id}/", {"act": "accept"}).status_code == 409


def test_who_lives_there_contests_and_another_answers(cast: Cast, town: Town, sign_in: SignIn) -> None:
    with as_system():
        Person.objects.filter(pk=cast.granny.person_id).update(place_code=HOME)
    one = made()
    sign_in("street_duty").post(f"{SIGNS}{one.id}/", {"act": "accept", "words": ""})
    contest(by=cast.granny, at=now(), suggestion_id=one.id, words="我家就住着一家六口，水是洗尿布用的。")
    assert "一家六口" in text(sign_in("street_duty"), f"{SIGNS}{one.id}/")
    refused = sign_in("street_duty").post(f"{SIGNS}{one.id}/", {"act": "answer", "words": "知道了"})
    assert refused.status_code == 403 and "当初决定的人以外" in refused.content.decode()
    answer = sign_in("social").post(
        f"{SIGNS}{one.id}/", {"act": "answer", "words": "已上门看过，是一家人，抱歉打扰。"}
    )
    assert answer.status_code == 303 and "抱歉打扰" in text(sign_in("street_duty"), f"{SIGNS}{one.id}/")


def test_set_from_the_page(cast: Cast, town: Town, sign_in: SignIn) -> None:
    duty = sign_in("street_duty")
    given = {
        "act": "set",
        "sign": "stall-sign",
        "place_code": HOOD,
        "off": "on",
        "reason": "菜场改造，全年允许设摊",
    }
    assert duty.post(f"{SIGNS}about/", given).status_code == 303
    assert "菜场改造" in text(duty, f"{SIGNS}about/")
    assert duty.post(f"{SIGNS}about/", given | {"raises": "99", "off": ""}).status_code == 422


def test_many_suggestions_cost_what_one_does(cast: Cast, town: Town, sign_in: SignIn) -> None:
    duty = sign_in("street_duty")
    pages = {"signs": SIGNS, "signs about": f"{SIGNS}about/", "sign": f"{SIGNS}{made().id}/"}
    seen: list[dict[str, int]] = []
    for count in (0, 12):
        for n in range(count):
            made(f"{HAPPY}0040101{n + 10:02d}", made_at=now() - timedelta(hours=n))
        counts = {}
        for name, address in pages.items():
            text(duty, address)
            with CaptureQueriesContext(connection) as queries:
                text(duty, address)
            counts[name] = len(queries)
        seen.append(counts)
    assert seen[0] == seen[1]
    pins.check(seen[0])
