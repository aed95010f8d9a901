"""Taking requests in: by key, once, with sentences for whatever is wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.kernel.access import as_system
from linli.kernel.audit.queries import story
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import CITY, HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, STREET
from linli.kernel.sealed import unseal

from .conftest import GRADED_KIND, PLAIN_KIND, PRIVATE_KIND, Town, key_for

TEXT = "临江路公交站旁一地垃圾"


def matters() -> list[Matter]:
    with as_system():
        return list(Matter.objects.order_by("id"))


def test_a_request_becomes_a_matter_with_its_contact_sealed(town: Town):
    (receipt,) = town.post(
        description=TEXT, first_name="小明", last_name="王", phone="+86 139-1234-5678", email="w@example.cn"
    )
    (matter,) = matters()
    assert receipt["service_request_id"] == receipt["token"] == str(matter.id)
    assert (matter.kind, matter.body, matter.source, matter.place_code) == (PLAIN_KIND, TEXT, "open311", HOOD)
    contact = json.loads(unseal(matter.contact_sealed))
    assert contact == {"name": "王小明", "phone": "+86 139-1234-5678", "email": "w@example.cn"}
    with as_system():
        (record,) = story(matter.stream)
    assert record.actor_name == "随手拍" and record.via == "api"
    told = town.get(f"requests/{matter.id}.json")[0]
    assert TEXT not in str(told) and "王" not in str(told)
    assert town.get(f"tokens/{receipt['token']}.json")[0]["service_request_id"] == str(matter.id)


def test_where_by_position_by_address_or_by_code(town: Town):
    town.post(address_id=None, address_string="柳湾二居")
    assert matters()[-1].place_code == OTHER_HOOD
    town.post(description="在这里", lat="31.2", long="121.5")
    assert (matters()[-1].lon, matters()[-1].lat) == (121.5, 31.2)
    for wrong, named in (
        ({"address_id": None}, "address_string"),
        ({"address_id": None, "lat": "0", "long": "0"}, "lat/long"),
        ({"address_id": None, "lat": "31.2"}, "long"),
        ({"address_id": None, "lat": "nan", "long": "121"}, "lat"),
        ({"address_id": None, "lat": "91", "long": "121"}, "lat"),
        ({"address_id": "123456"}, "address_id"),
        ({"address_id": "31\x00"}, "address_id"),
        ({"address_id": CITY}, "范围太大"),
        ({"address_id": None, "address_string": "临江市"}, ""),
    ):
        errors = town.post(400, **wrong)
        assert all(e["code"] == 400 for e in errors) and named in str(errors), errors
    assert len(matters()) == 2


@pytest.mark.parametrize("key", [None, "", "lk_wrong", "\x00"])
def test_without_a_key_nothing_is_taken(town: Town, key: str | None):
    (error,) = town.post(403, api_key=key)
    assert error["code"] == 403 and "api_key" in error["description"]
    assert matters() == []


def test_a_key_works_in_its_place_and_in_a_header(town: Town):
    near = key_for(STREET, "街道小程序")
    town.post(403, api_key=near, address_id=OTHER_STREET + "001")
    assert matters() == []
    town.post(api_key=None, headers={"X-API-Key": near})
    assert len(matters()) == 1
    town.post(400, jurisdiction_id=OTHER_STREET)
    town.post(404, jurisdiction_id="9999")
    assert len(matters()) == 1


def test_sent_twice_is_one_request(town: Town, clock):
    at = MONDAY.replace(minute=9, second=50)
    clock(at)
    (first,) = town.post(description=TEXT)
    clock(at + timedelta(minutes=1))  # over the edge of a window of ten minutes
    assert town.post(description=TEXT) == [first]
    (other,) = town.post(description=TEXT + "！")
    (others,) = town.post(description=TEXT, api_key=key_for(CITY, "另一家"))
    clock(at + timedelta(minutes=11))
    (later,) = town.post(description=TEXT)
    ids = {r["service_request_id"] for r in (first, other, others, later)}
    assert len(ids) == len(matters()) == 4


def test_an_attempt_that_was_named_is_one_request_for_ever(town: Town, clock):
    named = {"Idempotency-Key": "queue-7"}
    (first,) = town.post(description=TEXT, headers=named)
    clock(MONDAY + timedelta(days=3))
    (again,) = town.post(description=TEXT, headers=named)
    assert again["service_request_id"] == first["service_request_id"] and len(matters()) == 1
    town.post(description=TEXT, headers=named, api_key=key_for(CITY, "另一家"))
    assert len(matters()) == 2


def test_links_are_kept_as_words_and_files_are_not_taken(town: Town):
    photo = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff", "image/jpeg")
    (receipt,) = town.post(description=TEXT, media_url="https://example.cn/a.jpg", media=photo)
    assert "文件没有收下" in receipt["service_notice"]
    (matter,) = matters()
    assert matter.body.endswith("https://example.cn/a.jpg")
    told = town.get(f"requests/{matter.id}.json")[0]
    assert "example.cn" not in told["description"] and told["media_url"] is None
    for wrong in ("javascript:alert(1)", "file:///etc/passwd", "http://", "http://[::1", "ftp://example.cn/x"):
        assert "media_url" in str(town.post(400, media_url=wrong))


def test_attributes_are_those_defined(town: Town):
    town.post(service_code=GRADED_KIND, **{"attribute[urgency]": "critical"})
    assert matters()[-1].urgency == "critical"
    for code, given in (
        (GRADED_KIND, {"attribute[urgency]": "now!"}),
        (GRADED_KIND, {"attribute[urgency][]": ["urgent", "critical"]}),
        (PLAIN_KIND, {"attribute[urgency]": "critical"}),
        (GRADED_KIND, {"attribute[colour]": "red"}),
    ):
        errors = town.post(400, service_code=code, **given)
        assert "attribute[" in errors[-1]["description"]
    assert len(matters()) == 1


@pytest.mark.parametrize("code", [PRIVATE_KIND, "nothing", ""])
def test_only_what_is_offered_can_be_requested(town: Town, code: str):
    town.post(404 if code else 400, service_code=code)
    assert matters() == []


def test_everything_wrong_is_said_at_once_in_the_callers_language(town: Town):
    errors = town.post(
        400, headers={"Accept-Language": "en"}, phone="call me", email="nobody", description="字" * 4001
    )
    said = [e["description"] for e in errors]
    assert len(said) == 4 and all(text.isascii() for text in said), said
    assert matters() == []


def test_xml_answers_a_post(town: Town):
    root = town.post(form="xml", description=TEXT)
    assert root.tag == "service_requests" and UUID(root.findtext("request/service_request_id"))
    assert town.post(403, form="xml", api_key="x").findtext("error/code") == "403"


def test_a_body_that_is_no_form_is_refused(town: Town):
    for content, kind in (
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        ("&".join(f"a{n}=1" for n in range(2000)).encode(), "application/x-www-form-urlencoded"),
        (b"description=" + b"x" * 6_000_000, "application/x-www-form-urlencoded"),
    ):
        answer = town.client.post("/open311/v2/requests.json", content, content_type=kind)
        assert answer.status_code in (400, 403, 413) and answer.json()[0]["code"] == answer.status_code
