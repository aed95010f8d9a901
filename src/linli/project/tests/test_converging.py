"""A table goes the whole way: sent on the desk, read by a gateway, taken in by the worker, looked at on the desk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.datasets.models import Doubt, Job, Row
from linli.kernel.datasets.tests.addresses import HAPPY, WATER, Town, make_town, row, water
from linli.kernel.matters.tests.cast import STREET, Cast, make_cast
from linli.kernel.matters.tests.conftest import TOY
from linli.project.converging import take_in_one
from linli.screens.conftest import sign_in

__all__ = ["sign_in"]

SignIn = Callable[[str], Client]
DATA = "/desk/data/"
CSV = "用户编号,月份,用水量,性质,用水地址\nA1,2026-08,12.5,01,临江路128弄3号101室\nA2,2026-08,十,01,临江路128弄4号\nA3,2026-08,3,01,临江路128弄9号101室\n"


@pytest.fixture(autouse=True)
def toy_scene(settings) -> Iterator[None]:
    settings.SCENES = [TOY]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def town(cast: Cast) -> Town:
    return make_town()


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-600:]
    return answer.content.decode()


def send(client: Client, address: str, content: bytes, name: str = "water.csv"):
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


def test_a_table_goes_the_whole_way(cast: Cast, town: Town, sign_in: SignIn) -> None:
    keeper = sign_in("keeper")
    given = {"act": "declare", "name": "water-use", "owner_id": str(cast.units["street"].id), "place_code": STREET}
    made = keeper.post(f"{DATA}new/", given | {"declaration": WATER})
    assert made.status_code == 303 and made["Location"] == f"{DATA}sets/water-use/"
    sent = send(keeper, f"{DATA}sets/water-use/", CSV.encode("gb18030"))
    assert sent.status_code == 303
    assert "排队中" in text(keeper, sent["Location"])
    assert take_in_one(now()) == 1 and take_in_one(now()) == 0
    page = text(keeper, sent["Location"])
    assert "已完成" in page and "“十”不是数字。" in page
    refused = keeper.get(sent["Location"] + "refused.csv").content.decode("utf-8-sig")
    assert refused.splitlines()[1].startswith("3,A2|2026-08,拒绝,")
    assert "A1|2026-08" in text(keeper, f"{DATA}sets/water-use/")
    assert "居民用水月报" in text(keeper, DATA)
    with as_system():
        first = Row.objects.get(key="A1|2026-08")
        assert first.place_code == HAPPY + "003010101"
        doubt = Doubt.objects.get()
    assert "自动对上" in text(keeper, f"{DATA}rows/{first.id}/")
    assert "临江路128弄9号101室" in text(keeper, f"{DATA}review/")
    assert "这里没有登记9号楼" in text(keeper, f"{DATA}review/{doubt.id}/")
    done = keeper.post(
        f"{DATA}review/{doubt.id}/", {"act": "choose", "ref": doubt.candidates[0]["ref"], "note": ""}
    )
    assert done.status_code == 303 and done["Location"] == f"{DATA}review/"
    assert "没有要核对的" in text(keeper, f"{DATA}review/")
    assert "临江路128弄9号101室" in text(keeper, f"{DATA}review/?decided=1")
    back = keeper.post(f"{DATA}review/{doubt.id}/", {"act": "reopen", "note": "看错了"})
    assert back["Location"] == f"{DATA}review/{doubt.id}/"
    assert keeper.post(f"{DATA}review/{doubt.id}/", {"act": "neither", "note": ""}).status_code == 422


def test_a_json_answer_is_read_at_its_path(cast: Cast, town: Town, sign_in: SignIn) -> None:
    water(cast, 'rows = "data.items"\n' + WATER)
    body = {"code": 0, "data": {"items": [row(), "x"], "total": 2}, "more": []}
    sent = send(sign_in("keeper"), f"{DATA}sets/water-use/", json.dumps(body).encode(), "answer.json")
    assert sent.status_code == 303 and take_in_one(now()) == 1
    with as_system():
        assert Row.objects.count() == 1 and Job.objects.get().counts["refused"] == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"<html><body>x</body></html>", "网页"), (b"PK\x03\x04broken", "损坏"), (b"\xff\xfe\x00", "没有完成")],
)
def test_what_is_no_table_fails_with_a_sentence(
    cast: Cast, town: Town, sign_in: SignIn, content: bytes, says: str
) -> None:
    water(cast)
    keeper = sign_in("keeper")
    sent = send(keeper, f"{DATA}sets/water-use/", content)
    take_in_one(now())
    with as_system():
        job = Job.objects.get()
    if job.state == "failed":
        assert says in text(keeper, sent["Location"])
    with as_system():
        assert not Row.objects.exists()
