"""走访 on the phone: what is known stands there, one tap confirms it; the resident reads who read it, and contests it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.declare import Source
from linli.kernel.matters.tests.cast import HOOD, Cast, make_cast
from linli.kernel.people.models import Account
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Contest, Entry, Fact, Visit
from linli.kernel.registers.queries.known import known

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    verbs.enter(
        by=made.social, at=now() - timedelta(days=8), form="elder-visit", subject=made.granny.person_id,
        source=Source.VISIT, values={"condition": "well", "lives-alone": "yes", "care-level": "some-help"},
    )  # fmt: skip
    verbs.plan_visits(
        by=made.social,
        at=now(),
        form="elder-visit",
        subjects=[made.granny.person_id],
        due_on=timezone.localdate(now()),
    )
    return made


def signed_in(client, name: str):
    with as_system():
        client.force_login(Account.objects.get(username=name), backend="linli.kernel.people.backend.Backend")
    return client


def address(cast: Cast, verb: str = "") -> str:
    return f"/phone/visits/elder-visit/person/{cast.granny.person_id}/" + (f"{verb}/" if verb else "")


def test_the_list_names_who_is_due_and_the_form_shows_what_is_known_and_masks_what_is_sensitive(client, cast: Cast):
    page = signed_in(client, "social").get("/phone/visits/")
    assert page.status_code == 200 and "林阿婆" in page.content.decode()
    said = client.get(address(cast)).content.decode()
    assert "还是这样" in said and "独居" in said and "＊＊＊" in said
    assert "部分需要照料</strong>" not in said, "the answer of the sensitive question is not on the page"


def test_a_visit_sent_by_the_outbox_is_written_once_and_at_the_hour_of_the_phone(client, cast: Cast):
    with as_system():
        alone = known(cast.granny.person_id)["lives-alone"].fact_id
    made = int((now() - timedelta(hours=3)).timestamp() * 1000)
    sent = {
        "key": str(uuid4()), "made": str(made), "version": "1", "e.condition": "unwell", "k.lives-alone": "1",
        "s.lives-alone": str(alone), "e.help-wanted.meals": "1", "e.help-wanted.medicine": "1", "e.visit-note": "",
    }  # fmt: skip
    signed_in(client, "social")
    for _twice in range(2):
        told = client.post(address(cast, "met"), sent, **JSON)
        assert told.status_code == 200, told.content
    with as_system():
        entry = Entry.objects.get(key=sent["key"])
        assert int(entry.observed_at.timestamp() * 1000) == made and entry.source == "visit"
        assert known(cast.granny.person_id)["help-wanted"].value == ["meals", "medicine"]
        assert Visit.objects.filter(outcome="met", entry=entry).exists()


def test_what_does_not_fit_is_told_with_the_name_of_the_question(client, cast: Cast):
    told = signed_in(client, "grid").post(
        address(cast, "met"), {"e.emergency-phone": "12", "e.condition": "well"}, **JSON
    )
    assert told.status_code == 422 and told.json()["sentence"].startswith("紧急联系电话：")
    page = client.post(address(cast, "met"), {"e.emergency-phone": "12", "e.condition": "well"})
    assert page.status_code == 422 and 'value="12"' in page.content.decode()


def test_nobody_at_home_is_one_tap(client, cast: Cast):
    with as_system():
        due = Visit.objects.get(outcome="")
    told = signed_in(client, "grid").post(
        address(cast, "missed"), {"visit": str(due.id), "outcome": "absent"}, **JSON
    )
    assert told.status_code == 200
    with as_system():
        assert Visit.objects.filter(outcome="").get().due_on > due.due_on


def test_the_resident_sees_every_fact_who_read_it_and_contests_one(client, cast: Cast):
    signed_in(client, "social").get(address(cast))
    client.logout()
    page = signed_in(client, "granny").get("/phone/registers/").content.decode()
    assert "部分需要照料" in page and "王芳" in page and "走访：老人走访" in page and "保存到" in page
    with as_system():
        fact = known(cast.granny.person_id)["lives-alone"].fact_id
    empty = client.post("/phone/registers/", {"act": "contest", "id": str(fact), "reason": " "})
    assert empty.status_code == 422
    assert (
        client.post("/phone/registers/", {"act": "contest", "id": str(fact), "reason": "儿子搬回来了"}).status_code
        == 302
    )
    with as_system():
        assert Contest.objects.get().fact_id == fact and Fact.objects.get(pk=fact).contested
    assert "异议：待答复" in client.get("/phone/registers/").content.decode()


def test_whose_page_it_is_not_is_told_so(client, cast: Cast):
    assert signed_in(client, "handler").get("/phone/visits/").status_code == 403
    client.logout()
    assert signed_in(client, "granny").get("/phone/visits/").status_code == 403
    client.logout()
    assert signed_in(client, "social").get("/phone/registers/").status_code == 403


def test_who_is_not_on_the_list_is_found_and_visited_and_can_read_it(client, cast: Cast):
    signed_in(client, "grid")
    assert client.post("/phone/visits/", {"text": "1"}).status_code == 422
    found = client.post("/phone/visits/", {"text": "小陈"}).content.decode()
    assert f"/phone/visits/elder-visit/person/{cast.chen.person_id}/" in found
    there = client.get(f"/phone/visits/shop-card/place/{HOOD}/")
    assert there.status_code == 200
    sent = {"e.shop-name": "老王面馆", "e.trade": "food", "version": "1"}
    assert client.post(f"/phone/visits/shop-card/place/{HOOD}/met/", sent).status_code == 302
    assert "老王面馆" in client.get(f"/phone/visits/shop-card/place/{HOOD}/").content.decode()
    with as_system():
        assert Record.objects.filter(verb="registers.find", stream=f"person:{cast.chen.person_id}").count() == 1
