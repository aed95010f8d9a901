"""The API as a page and as a partner's program use it: whose it is, what is refused, and that nothing is done twice."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import HOOD, OTHER_STREET, STREET, Cast, make_cast
from linli.kernel.people.models import Account
from linli.kernel.people.verbs import issue_key

MATTERS = "/api/v1/matters"
REPORT = {"kind": "unlicensed-stall", "title": "路口有人摆摊", "body": "占了盲道。", "place_code": HOOD}
TOKEN = "a" * 32


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def caller(username: str, **headers: str) -> Client:
    """A browser that is signed in, checked for its token as by any page."""
    client = Client(enforce_csrf_checks=True, headers=headers or None)
    with as_system():
        client.force_login(Account.objects.get(username=username))
    client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    return client


def post(client: Client, address: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(address, body, content_type="application/json", headers=headers or None)


def test_a_list_is_of_ones_own_scope_and_a_page_leads_on(cast: Cast) -> None:
    mine = [cast.report(title=f"第{n}件") for n in range(3)]
    cast.report(place_code=OTHER_STREET + "001")
    client = caller("dispatcher")
    first = client.get(MATTERS, {"limit": 2}).json()
    second = client.get(MATTERS, {"limit": 2, "after": first["next"]}).json()
    ids = [row["id"] for row in (*first["rows"], *second["rows"])]
    assert ids == [str(m.id) for m in mine] and second["next"] is None
    assert {row["place_code"][:9] for row in first["rows"]} == {STREET}
    assert client.get(MATTERS, {"state": "nonsense"}).status_code == 422


def test_a_handler_sees_what_their_unit_has_and_a_resident_their_own(cast: Cast) -> None:
    ours, theirs = cast.assigned(), cast.report(by="chen")
    handler, granny = caller("handler"), caller("granny")
    assert handler.get(f"{MATTERS}/{ours.id}").status_code == 200
    assert handler.get(f"{MATTERS}/{theirs.id}").status_code == 404
    assert granny.get(f"{MATTERS}/{ours.id}").status_code == 200
    assert granny.get(f"{MATTERS}/{theirs.id}").status_code == 404
    assert granny.get(f"{MATTERS}/{uuid4()}").status_code == 404
    assert Client().get(MATTERS).status_code == 401


def test_a_page_needs_its_token_to_write(cast: Cast) -> None:
    client = caller("dispatcher")
    assert post(client, MATTERS, REPORT).status_code in (401, 403)
    with as_system():
        assert not Matter.objects.exists()
    assert post(client, MATTERS, REPORT, **{"X-CSRFToken": TOKEN}).status_code == 201


def test_sent_twice_it_is_one_matter_with_one_record(cast: Cast) -> None:
    client = caller("dispatcher")
    sent = [post(client, MATTERS, {**REPORT, "source_key": "7"}, **{"X-CSRFToken": TOKEN}) for _n in range(2)]
    assert [s.status_code for s in sent] == [201, 201] and sent[0].json()["id"] == sent[1].json()["id"]
    with as_system():
        matter = Matter.objects.get()
        assert matter.p12 == HOOD and matter.answer_due and matter.next_tick_at and matter.version == 1
        assert Record.objects.filter(stream=matter.stream).count() == 1
    another = post(caller("social"), MATTERS, {**REPORT, "source_key": "7"}, **{"X-CSRFToken": TOKEN})
    assert another.json()["id"] != sent[0].json()["id"], "a key is the caller's own"


def test_a_refusal_is_a_sentence_with_its_status(cast: Cast) -> None:
    client, key = caller("dispatcher"), {"X-CSRFToken": TOKEN}
    matter = cast.report()
    wrong = post(client, MATTERS, {**REPORT, "kind": "no-such-kind"}, **key)
    assert wrong.status_code == 422 and wrong.json()["fields"]["kind"]
    outside = post(client, MATTERS, {**REPORT, "place_code": OTHER_STREET + "001"}, **key)
    assert outside.status_code == 403 and outside.json()["sentence"]
    assert post(client, f"{MATTERS}/{matter.id}/accept", {}, **key).status_code == 200
    again = post(client, f"{MATTERS}/{matter.id}/accept", {}, **key)
    assert again.status_code == 409 and "受理" in again.json()["sentence"]


def test_a_partner_comes_by_key_and_never_by_token(cast: Cast) -> None:
    _key, plain = issue_key(by=SYSTEM, at=now(), name="某合作方", place_code=STREET)
    client = Client(enforce_csrf_checks=True)
    made = post(client, MATTERS, REPORT, **{"X-API-Key": plain})
    assert made.status_code == 201
    assert client.get(MATTERS, headers={"X-API-Key": plain}).status_code == 200
    assert client.get(MATTERS, headers={"X-API-Key": plain + "x"}).status_code == 401
    outside = post(client, MATTERS, {**REPORT, "place_code": OTHER_STREET + "001"}, **{"X-API-Key": plain})
    assert outside.status_code == 403


def test_a_list_of_many_costs_what_a_list_of_one_does(cast: Cast) -> None:
    client = caller("dispatcher")
    cast.report()
    client.get(MATTERS)
    with CaptureQueriesContext(connection) as one:
        client.get(MATTERS)
    for _n in range(10):
        cast.report()
    with CaptureQueriesContext(connection) as new:
        assert len(client.get(MATTERS).json()["rows"]) == 11
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(MATTERS).json()["rows"]) == 11
    assert len(many) == len(one) <= 2
    assert len(new) == len(many) + 1
