"""What people write is nobody else's: no name and no number typed anywhere comes out to the public or a partner.

And what staff approve for everybody does, with the reporter's consent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from linli.kernel.access import Conflict, look_as
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.purposes import PUBLIC_WORDS
from linli.kernel.matters.tests.cast import CITY, HOOD, MONDAY, fresh
from linli.kernel.people import verbs as people

from .conftest import Town, key_for

NAME, PHONE, HOUSE = "王小明", "13912345678", "502室"
TOLD = f"我是{NAME}，住3号楼{HOUSE}，电话{PHONE}，"
SECRETS = (NAME, PHONE, HOUSE)
MINUTE = timedelta(minutes=1)


def from_the_phone(town: Town) -> Matter:
    return town.cast.report(
        title=f"{TOLD}有人摆摊", body=f"{TOLD}每天傍晚都来", address=f"{NAME}家3号楼{HOUSE}门口"
    )


def from_a_partner(town: Town) -> Matter:
    (receipt,) = town.post(
        service_code="unlicensed-stall",
        description=f"{TOLD}每天傍晚都来",
        address_string=f"柳湾一居{NAME}家{HOUSE}",
        last_name=NAME[0],
        first_name=NAME[1:],
        phone=PHONE,
    )
    return fresh(receipt["service_request_id"])


def everything_said(town: Town, matter: Matter) -> None:
    """The matter goes its whole way, and everybody who writes anything writes the name and the number again."""
    cast, on = town.cast, {"matter_id": matter.id, "at": MONDAY + 120 * MINUTE}
    verbs.assign(**on, by=cast.dispatcher, unit_id=cast.units["enforcement"].id, task=TOLD)
    if matter.reporter_id:
        verbs.ask(**on, by=cast.handler, text=f"{TOLD}对吗？")
        verbs.answer(**on, by=cast.granny, text=TOLD)
    verbs.comment(**on, by=cast.handler, text=TOLD, for_reporter=True)
    verbs.supervise(**on, by=cast.district_duty, text=TOLD)
    verbs.reply_order(**on, by=cast.handler, order_id=fresh(matter).orders.get().id, text=TOLD)
    done, outcome = {**on, "at": MONDAY + 121 * MINUTE}, catalogue().kind(matter.kind).reasons[0]
    verbs.report_done(**done, by=cast.handler, outcome=outcome, result=TOLD, files=[cast.photo()])
    verbs.verify(**done, by=cast.grid, passed=True, words=TOLD)
    verbs.close(**done, by=cast.dispatcher, outcome=outcome, reply=TOLD)
    if matter.reporter_id:
        verbs.rate(**done, by=cast.granny, stars=5, words=TOLD)


def answers(town: Town, matter: Matter, key: str) -> Iterator[tuple[str, Any]]:
    """All that can be read from outside, without a key and with one."""
    for given in ({}, {"X-API-Key": key}):
        for form in ("json", "xml"):
            for path in (f"requests.{form}", f"requests/{matter.id}.{form}", f"tokens/{matter.id}.{form}"):
                yield path, town.client.get(f"/open311/v2/{path}?api_key={key}", headers=given)
    for path in (f"/api/v1/matters/{matter.id}", "/api/v1/matters?state=closed&state=reported&state=assigned"):
        yield path, town.client.get(path, headers={"X-API-Key": key})


@pytest.mark.parametrize("reported", [from_the_phone, from_a_partner])
def test_no_name_and_no_number_that_anybody_typed_is_read_from_outside(town: Town, clock: Any, reported: Any):
    matter, key = reported(town), key_for(CITY, "另一家")
    for whole_way in (False, True):
        if whole_way:
            everything_said(town, matter)
        for path, answer in answers(town, matter, key):
            text = answer.content.decode()
            assert answer.status_code == 200 and str(matter.id) in text, (path, text)
            assert not any(secret in text for secret in SECRETS), (path, text)


def test_a_partner_cannot_ask_whether_words_are_in_a_text(town: Town):
    from_the_phone(town)
    headers = {"X-API-Key": town.key}
    refused = town.client.get("/api/v1/matters", {"text": NAME}, headers=headers)
    assert refused.status_code == 403 and "不能按内容查找" in refused.json()["sentence"]
    shown = town.client.get("/api/v1/matters", headers=headers).json()["rows"]
    assert len(shown) == 1 and shown[0]["title"] == "" and shown[0]["account"] is None


def agree(town: Town) -> dict[str, Any]:
    granny = town.cast.granny
    return {"by": granny, "person_id": granny.person_id, "purpose": PUBLIC_WORDS}


def test_what_staff_approve_is_shown_with_the_reporters_consent_and_no_longer_without(town: Town):
    matter = from_the_phone(town)
    approve = {"matter_id": matter.id, "by": town.cast.dispatcher, "at": MONDAY + MINUTE}
    shown = {"words": "路口每天傍晚有人摆摊", "address": "临江路路口", "reply": "已劝离"}
    with pytest.raises(Conflict) as refused:
        verbs.publish(**approve, **shown)
    assert "没有同意" in refused.value.fields["words"]
    verbs.publish(**approve, address="临江路路口", reply="已劝离，有问题打021-63334444")
    (told,) = town.get(f"requests/{matter.id}.json")
    assert told["address"] == "临江路路口" and told["description"].startswith("无证设摊，")
    assert told["status_notes"] == "待受理。答复：已劝离，有问题打***", "numbers are hidden even when approved"
    people.give_consent(at=MONDAY, **agree(town))
    verbs.publish(**approve, **shown)
    assert town.get(f"requests/{matter.id}.json")[0]["description"] == "路口每天傍晚有人摆摊"
    people.withdraw_consent(at=MONDAY + 2 * MINUTE, **agree(town))
    (told,) = town.get(f"requests/{matter.id}.json")
    assert told["description"].startswith("无证设摊，") and told["address"] == "临江路路口"
    verbs.publish(**approve)
    assert fresh(matter).published_at is None


def test_a_kind_that_becomes_private_takes_back_what_was_shown(town: Town):
    matter = from_the_phone(town)
    by = town.cast.dispatcher
    verbs.publish(matter_id=matter.id, by=by, at=MONDAY, address="临江路路口")
    verbs.reclassify(matter_id=matter.id, by=by, at=MONDAY, kind="neighbour-dispute")
    town.get(f"requests/{matter.id}.json", 404)
    private = fresh(matter)
    assert (private.public, private.public_address, private.published_at) == (False, "", None)
    with pytest.raises(Conflict):
        verbs.publish(matter_id=matter.id, by=by, at=MONDAY, address="临江路路口")
    verbs.reclassify(matter_id=matter.id, by=by, at=MONDAY, kind="unlicensed-stall")
    assert fresh(matter).public, "and a kind that is public shows it again"
    hidden = town.cast.report(public=False)
    verbs.reclassify(matter_id=hidden.id, by=by, at=MONDAY, kind="illegal-posters")
    assert not fresh(hidden).public, "what was withheld although its kind is public stays withheld"


def test_public_eyes_see_no_step_of_a_matter_whatever_asks(town: Town):
    from django.db import connection

    from linli.gateways.open311.jurisdictions import anybody

    everything_said(town, from_the_phone(town))
    look_as(anybody(HOOD))
    with connection.cursor() as cursor:
        for table in ("assignment", "question", "order", "attachment", "search"):
            cursor.execute(f"SELECT count(*) FROM matters_{table}")
            assert cursor.fetchone() == (0,), table
        cursor.execute("SELECT count(*) FROM matters_matter")
        assert cursor.fetchone() == (1,)
