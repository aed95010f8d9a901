"""Administration: each administrator's pages and nobody else's; a change done, a refusal that keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.kernel.clock.models import CalendarDay
from linli.kernel.matters.models import KindNumbers
from linli.kernel.matters.tests.cast import DISTRICT, HOOD, OTHER_HOOD, STREET, Cast
from linli.kernel.people.models import Account, Appointment, Post, Unit
from linli.kernel.places import queries as places

SignIn = Callable[[str], Client]


PAGES = {
    "/desk/kinds/": {"keeper"},
    "/desk/calendar/": {"keeper"},
    "/desk/units/": {"keeper", "sysadmin"},
    "/desk/people/": {"sysadmin", "secadmin"},
    "/desk/audit/": {"audadmin"},
    "/desk/health/": {"sysadmin"},
    "/desk/q/all/": {"dispatcher", "handler"},
}


@pytest.mark.parametrize("page", sorted(PAGES))
def test_each_page_is_for_whom_it_is_for(admins: Cast, sign_in: SignIn, page: str) -> None:
    for who in ("keeper", "sysadmin", "secadmin", "audadmin", "dispatcher", "handler"):
        assert (sign_in(who).get(page).status_code == 200) is (who in PAGES[page]), (who, page)


def test_numbers_of_a_kind_are_set_for_ones_own_place(admins: Cast, sign_in: SignIn) -> None:
    client = sign_in("keeper")
    sent = client.post(
        "/desk/kinds/?kind=unlicensed-stall",
        {"act": "numbers", "finish_amount": "2", "finish_unit": "working_day", "warn": "0.7"},
    )
    assert sent.status_code == 303
    row = KindNumbers.objects.get()
    assert (row.place_code, row.finish, row.answer, row.warn) == (STREET, "2 working_day", "", 0.7)
    refused = client.post("/desk/kinds/?kind=unlicensed-stall", {"act": "numbers", "warn": "7"})
    assert refused.status_code == 422
    assert "0 到 1 之间" in refused.content.decode()


def test_a_day_is_set_and_taken_back(admins: Cast, sign_in: SignIn) -> None:
    client = sign_in("keeper")
    data = {"act": "day", "date": "2026-11-28", "work": "yes", "name": "加班"}
    assert client.post("/desk/calendar/?month=2026-11", data).status_code == 303
    assert CalendarDay.objects.get().working is True
    assert "加班" in client.get("/desk/calendar/?month=2026-11").content.decode()
    assert client.post("/desk/calendar/", {"act": "clear", "date": "2026-11-28"}).status_code == 303
    assert not CalendarDay.objects.exists()
    wrong = client.post("/desk/calendar/", {"act": "hours", "hours": "九点到五点", "valid_from": "2026-12-01"})
    assert wrong.status_code == 422
    assert "九点到五点" in wrong.content.decode()


def test_a_place_is_renamed_and_remembers(admins: Cast, sign_in: SignIn) -> None:
    client = sign_in("keeper")
    assert client.post(f"/desk/places/{HOOD}/", {"act": "rename", "name": "柳湾花园"}).status_code == 303
    place = places.at(HOOD)
    assert place is not None
    assert place.name == "柳湾花园"
    refused = client.post(f"/desk/places/{HOOD}/", {"act": "boundary", "boundary": "{"})
    assert refused.status_code == 422
    assert client.get("/desk/places/?text=柳湾").status_code == 200
    assert client.get("/desk/places/123/").status_code == 404
    outside = client.post(f"/desk/places/{DISTRICT}/", {"act": "rename", "name": "x"})
    assert outside.status_code == 200  # no form there, nothing done
    assert places.at(DISTRICT).name == "望江区"  # type: ignore[union-attr]


def test_neighbourhoods_are_merged_and_split(admins: Cast, sign_in: SignIn) -> None:
    client = sign_in("keeper")
    page = client.get(f"/desk/places/{HOOD}/regroup/").content.decode()
    assert "柳湾二居" in page, "what it can be merged with"
    merge = {"act": "merge", "codes": [OTHER_HOOD]}
    refused = client.post(f"/desk/places/{HOOD}/regroup/", {**merge, "confirm": "柳湾"})
    assert refused.status_code == 422 and "不一致" in refused.content.decode() and places.exists(OTHER_HOOD)
    half = client.post(f"/desk/places/{HOOD}/regroup/", {**merge, "confirm": "柳湾一居", "name": "柳湾居"})
    assert half.status_code == 422 and "代码和名称" in half.content.decode()
    done = client.post(f"/desk/places/{HOOD}/regroup/", {**merge, "confirm": "柳湾一居"}, follow=True)
    assert "已合并" in done.content.decode() and "正在进行" in done.content.decode()
    assert places.now_called(OTHER_HOOD) == HOOD

    split = {
        "act": "split",
        "share_code": [STREET + "011", STREET + "012", "", ""],
        "share_name": ["南居", "北居", "", ""],
        "heir": "1",
        "confirm": "柳湾一居",
    }
    below = [child.code for child in places.children(HOOD)]
    undecided = client.post(f"/desk/places/{HOOD}/regroup/", split)
    assert undecided.status_code == (422 if below else 303)
    split |= {f"share:{code}": "0" for code in below}
    assert client.post(f"/desk/places/{HOOD}/regroup/", split).status_code == 303
    assert places.now_called(HOOD) == STREET + "012", "the heir"


def test_a_place_gets_another_code_and_says_how_far_it_is(admins: Cast, sign_in: SignIn) -> None:
    client = sign_in("keeper")
    used = {"act": "recode", "new_code": OTHER_HOOD, "confirm": "柳湾一居"}
    assert client.post(f"/desk/places/{HOOD}/regroup/", used).status_code == 409
    recode = {"act": "recode", "new_code": STREET + "013", "confirm": "柳湾一居"}
    moved = client.post(f"/desk/places/{HOOD}/regroup/", recode, follow=True)
    assert moved.redirect_chain[-1][0] == f"/desk/places/{STREET}013/"
    assert "旧代码以后仍能找到这里" in moved.content.decode()
    assert "正在进行" in client.get(f"/desk/places/{STREET}013/carried/").content.decode()


def test_who_does_not_keep_a_place_does_not_regroup_it(admins: Cast, sign_in: SignIn) -> None:
    for who, code in (("dispatcher", HOOD), ("keeper", DISTRICT)):
        client = sign_in(who)
        assert client.get(f"/desk/places/{code}/regroup/").status_code == 403
        assert client.post(f"/desk/places/{code}/regroup/", {"act": "recode"}).status_code == 403
    assert "regroup" not in sign_in("dispatcher").get(f"/desk/places/{HOOD}/").content.decode()


def test_units_are_added_and_closed(admins: Cast, sign_in: SignIn) -> None:
    client = sign_in("keeper")
    data = {"act": "add", "name": "柳湾街道园林队", "kind": "company", "place_code": STREET}
    assert client.post("/desk/units/", data).status_code == 303
    unit = Unit.objects.get(name="柳湾街道园林队")
    assert client.post("/desk/units/", data).status_code == 409
    assert client.post("/desk/units/", {"act": "close", "unit_id": str(unit.id)}).status_code == 303
    busy = client.post("/desk/units/", {"act": "close", "unit_id": str(admins.units["enforcement"].id)})
    assert busy.status_code == 409


def test_a_post_is_proposed_by_one_and_granted_by_another(admins: Cast, sign_in: SignIn) -> None:
    system, security = sign_in("sysadmin"), sign_in("secadmin")
    made = system.post("/desk/people/", {"act": "create", "username": "newone", "name": "新人"}, follow=True)
    assert "初始密码" in made.content.decode()
    account = Account.objects.get(username="newone")
    proposed = system.post(
        "/desk/people/",
        {"act": "appoint", "account_id": account.id, "role": "dispatcher", "place_code": STREET},
    )
    assert proposed.status_code == 303
    waiting = Appointment.objects.get()
    assert "新人" in security.get("/desk/people/").content.decode()
    assert (
        system.post(
            "/desk/people/", {"act": "decide", "appointment_id": str(waiting.id), "granted": "yes"}
        ).status_code
        == 200
    )  # not this administrator's form: nothing happens
    assert not Post.objects.filter(account=account).exists()
    granted = security.post("/desk/people/", {"act": "decide", "appointment_id": str(waiting.id), "granted": "yes"})
    assert granted.status_code == 303
    assert Post.objects.get(account=account).place_code == STREET


def test_the_audit_administrator_reads_and_checks_the_chain(admins: Cast, sign_in: SignIn) -> None:
    matter = admins.report()
    client = sign_in("audadmin")
    text = client.get(f"/desk/audit/?stream={matter.stream}").content.decode()
    assert "matters.open" in text
    assert client.get("/desk/audit/?day=x&before=y").status_code == 200
    assert "全部相连" in client.post("/desk/audit/").content.decode()


def test_places_are_tried_then_imported_and_again_without_change(admins: Cast, sign_in: SignIn) -> None:
    client = sign_in("keeper")
    lines = f"code,name\n{STREET}003,柳湾三居\n{STREET}004,\n310000000001,别处\n"

    def send(**more: str) -> str:
        file = SimpleUploadedFile("places.csv", lines.encode("gb18030"), "text/csv")
        return client.post("/desk/places/import/", {"file": file, **more}).content.decode()

    tried = send(**{"try": "1"})
    assert "试运行" in tried
    assert "不在您的管辖范围" in tried
    assert places.at(STREET + "003") is None
    assert "新增 1，变更 0，不变 0，拒绝 2" in send()
    assert places.at(STREET + "003") is not None
    assert "新增 0，变更 0，不变 1，拒绝 2" in send()
    page = SimpleUploadedFile("places.csv", b"<html><body>not a table", "text/csv")
    assert client.post("/desk/places/import/", {"file": page}).status_code == 422
    assert client.post("/desk/places/import/", {}).status_code == 422
    out = b"".join(client.get("/desk/places/export.csv").streaming_content).decode()
    assert "柳湾三居" in out
    assert sign_in("dispatcher").get("/desk/places/import/").status_code == 403
