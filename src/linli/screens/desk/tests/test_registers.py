"""台账 at the desk: found for a reason, filled in without asking twice, decided, answered, extended without code."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.declare import Source
from linli.kernel.matters.tests.cast import HOOD, STREET, Cast, make_cast
from linli.kernel.people.models import Account, Person
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Conflict, Contest, Fact, LocalElement, LocalForm, Visit
from linli.kernel.registers.queries.known import known

from . import pins

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    card = {"form": "resident-card", "subject": made.granny.person_id, "by": made.social}
    early = now() - timedelta(days=8)
    verbs.enter(
        at=early, source=Source.DEPARTMENT, source_name="区民政局",
        values={"residence-kind": "registered-here", "low-income": "no", "disability": "two"}, **card,
    )  # fmt: skip
    verbs.enter(at=now(), source=Source.VISIT, values={"low-income": "yes"}, **card)
    return made


def signed_in(client, name: str):
    with as_system():
        client.force_login(Account.objects.get(username=name), backend="linli.kernel.people.backend.Backend")
    return client


def page_of(cast: Cast, *more: str) -> str:
    return "/".join(["/desk/registers/person", str(cast.granny.person_id), *more, ""])


def test_somebody_is_found_for_a_reason_that_they_can_read(client, cast: Cast):
    signed_in(client, "social")
    assert client.get("/desk/registers/").status_code == 200
    refused = client.post("/desk/registers/", {"text": "林阿婆", "purpose": ""})
    assert refused.status_code == 422 and "林阿婆</a>" not in refused.content.decode()
    found = client.post("/desk/registers/", {"text": "林阿婆", "purpose": "核对助餐名单"}).content.decode()
    assert page_of(cast).rstrip("/") in found
    with as_system():
        assert Record.objects.get(verb="registers.find").after == {"purpose": "核对助餐名单"}
    assert (
        "没有找到" in client.post("/desk/registers/", {"text": "查无此人", "purpose": "核对名单"}).content.decode()
    )


def test_a_page_opened_without_a_reason_asks_for_one_first(client, cast: Cast):
    signed_in(client, "social")
    assert "为什么要看" in client.get(page_of(cast)).content.decode()
    client.post(page_of(cast), {"act": "purpose", "purpose": "核对助餐名单"})
    page = client.get(page_of(cast)).content.decode()
    assert "区民政局" in page and "以哪一个为准" in page and "＊＊＊" in page and "二级" not in page


def test_what_is_sensitive_is_shown_once_for_a_reason(client, cast: Cast):
    signed_in(client, "social")
    client.post(page_of(cast), {"act": "purpose", "purpose": "核对助餐名单"})
    with as_system():
        fact = known(cast.granny.person_id)["disability"].fact_id
    assert "二级" not in client.post(page_of(cast), {"act": "unmask", "fact": fact, "reason": ""}).content.decode()
    told = client.post(page_of(cast), {"act": "unmask", "fact": fact, "reason": "办理残疾补贴"}).content.decode()
    assert "二级" in told and "只显示这一次" in told
    assert "二级" not in client.get(page_of(cast)).content.decode()


def test_a_form_shows_what_another_knew_and_asks_only_the_rest(client, cast: Cast):
    signed_in(client, "social")
    page = client.get(page_of(cast, "elder-card")).content.decode()
    assert 'name="k.disability"' in page and 'name="k.lives-alone"' not in page
    sent = {"key": str(uuid4()), "version": "1", "e.lives-alone": "yes", "e.care-level": "self", "k.disability": "1",
            "e.emergency-contact": "王小明", "e.emergency-phone": "１３９００１３９０００"}  # fmt: skip
    wrong = client.post(page_of(cast, "elder-card"), {**sent, "e.emergency-phone": "12"})
    assert wrong.status_code == 422 and 'value="王小明"' in wrong.content.decode()
    assert client.post(page_of(cast, "elder-card"), sent).status_code == 302
    with as_system():
        found = known(cast.granny.person_id)
    assert found["emergency-phone"].value == "13900139000" and found["lives-alone"].value is True
    assert "登记了 4 项，确认了 1 项" in client.get(page_of(cast)).content.decode()


def test_what_differs_is_decided_on_the_page(client, cast: Cast):
    signed_in(client, "social")
    assert "说法不一" in client.get("/desk/registers/queue/").content.decode()
    client.get(page_of(cast) + "?for=conflict")
    with as_system():
        row = Conflict.objects.get(end="")
        told = Fact.objects.get(element="low-income", state="beside")
    post = {"act": "decide", "conflict": row.id, "fact": told.id}
    assert client.post(page_of(cast), {**post, "reason": ""}).status_code == 422
    assert client.post(page_of(cast), {**post, "reason": "看过低保证"}).status_code == 302
    with as_system():
        assert known(cast.granny.person_id)["low-income"].value is True
    assert "没有要认定的" in client.get("/desk/registers/queue/").content.decode()


def test_a_contest_is_answered_in_the_queue(client, cast: Cast):
    with as_system():
        fact = known(cast.granny.person_id)["residence-kind"].fact_id
    row = verbs.contest(by=cast.granny, at=now(), fact_id=fact, reason="户口早就迁走了")
    signed_in(client, "social")
    assert "户口早就迁走了" in client.get("/desk/registers/queue/").content.decode()
    post = {"contest": row.id, "corrected": "yes", "answer": "查了户籍"}
    assert client.post("/desk/registers/queue/", {**post, "value": ""}).status_code == 422
    assert client.post("/desk/registers/queue/", {**post, "value": "registered-elsewhere"}).status_code == 302
    with as_system():
        assert Contest.objects.get().state == "corrected"
        assert known(cast.granny.person_id)["residence-kind"].value == "registered-elsewhere"


def test_a_round_of_visits_is_planned_from_what_is_known_and_one_dropped(client, cast: Cast):
    signed_in(client, "social")
    day = timezone.localdate(now()).isoformat()
    post = {
        "act": "round",
        "form": "elder-visit",
        "place_code": HOOD,
        "what": "residence-kind=registered-here",
        "due_on": day,
    }
    assert client.post("/desk/registers/visits/", post).status_code == 303
    assert "林阿婆" in client.get("/desk/registers/visits/").content.decode()
    with as_system():
        due = Visit.objects.get()
    assert (
        client.post("/desk/registers/visits/", {"act": "drop", "visit_id": due.id, "reason": "住院了"}).status_code
        == 303
    )


def test_a_street_adds_an_element_and_a_form_without_code_and_it_is_filled_in(client, cast: Cast):
    signed_in(client, "keeper")
    assert client.get("/desk/registers/").status_code == 302
    assert "独居" in client.get("/desk/registers/elements/").content.decode()
    element = {
        "act": "add", "label": "助餐卡号", "about": "person", "type": "text", "purpose": "核对助餐补贴", "basis": "区里的办法",
        "keep_days": "365", "sensitivity": "personal", "owner": "街道服务办", "place_code": STREET,
    }  # fmt: skip
    assert client.post("/desk/registers/elements/", {**element, "purpose": ""}).status_code == 422
    assert client.post("/desk/registers/elements/", element).status_code == 303
    own = LocalElement.objects.get().name
    assert client.get("/desk/registers/forms/new/?about=person").status_code == 200
    sent = {
        "about": "person", "label": "助餐登记", "place_code": STREET, f"pick.{own}": "1", f"order.{own}": "2",
        "pick.meal-service": "1", "order.meal-service": "1", f"when.{own}": "meal-service=yes", f"group.{own}": "助餐",
    }  # fmt: skip
    assert client.post("/desk/registers/forms/new/", sent).status_code == 302
    form = LocalForm.objects.get()
    assert client.get(f"/desk/registers/forms/{form.name}/").status_code == 200
    client.logout()
    signed_in(client, "social")
    address = page_of(cast, form.name)
    page = client.get(address).content.decode()
    assert "助餐卡号" in page and 'data-when="meal-service"' in page
    assert client.post(address, {"e.meal-service": "yes", f"e.{own}": "A-017", "version": "1"}).status_code == 302
    with as_system():
        assert known(cast.granny.person_id)[own].value == "A-017"


@pytest.mark.parametrize("who", ["dispatcher", "handler", "granny"])
def test_whose_work_it_is_not_sees_none_of_it(client, cast: Cast, who: str):
    signed_in(client, who)
    for address in ("/desk/registers/", page_of(cast), page_of(cast, "elder-card"), "/desk/registers/queue/",
                    "/desk/registers/visits/", "/desk/registers/elements/", "/desk/registers/forms/new/"):  # fmt: skip
        assert client.get(address).status_code == 403, address


def test_no_list_asks_more_for_more_rows(client, cast: Cast):
    signed_in(client, "social")
    client.post(page_of(cast), {"act": "purpose", "purpose": "核对助餐名单"})
    pages = {
        "registers queue": "/desk/registers/queue/", "registers visits": "/desk/registers/visits/",
        "registers elements": "/desk/registers/elements/", "registers forms": "/desk/registers/forms/",
        "register": page_of(cast), "register fill": page_of(cast, "elder-card"),
    }  # fmt: skip
    plan = {"by": cast.social, "at": now(), "form": "elder-visit", "due_on": timezone.localdate(now())}
    verbs.plan_visits(subjects=[cast.granny.person_id], **plan)
    with as_system():
        fact = known(cast.granny.person_id)["residence-kind"].fact_id
    verbs.contest(by=cast.granny, at=now(), fact_id=fact, reason="户口早就迁走了")
    seen = []
    for count in (0, 9):
        for number in range(count):
            with as_system():
                person = Person.objects.create(name=f"老人{number}", place_code=HOOD)
            card = {"form": "resident-card", "subject": person.id, "by": cast.social, "at": now()}
            verbs.enter(source=Source.DEPARTMENT, values={"residence-kind": "abroad", "low-income": "no"}, **card)
            verbs.enter(source=Source.VISIT, values={"low-income": "yes", "marriage": "single"}, **card)
            verbs.plan_visits(subjects=[person.id], **plan)
        counts = {}
        for name, address in pages.items():
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts[name] = len(queries)
        seen.append(counts)
    assert seen[0] == seen[1]
    pins.check(seen[0])
