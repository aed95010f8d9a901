"""The queues as pages: whose rows they show, what they offer, and how many queries they take."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters.queries.tests.many import make_many
from linli.kernel.matters.tests.cast import MONDAY, OTHER_STREET, Cast
from linli.screens.desk.models import SavedFilter

from . import pins

SignIn = Callable[[str], Client]


def test_only_what_the_states_of_the_list_allow_is_offered_for_many(cast: Cast, sign_in: SignIn) -> None:
    cast.report()
    cast.assigned()
    client = sign_in("dispatcher")
    offered = {
        name: re.findall(r'formaction="/desk/bulk/(\w+)/"', client.get(f"/desk/q/{name}/").content.decode())
        for name in ("reported", "assigned", "all")
    }
    assert "accept" in offered["reported"] and not {"verify", "close"} & set(offered["reported"])
    assert "accept" not in offered["assigned"]
    assert {"accept", "verify", "close"} <= set(offered["all"])


def test_the_order_of_the_list_can_be_turned_around(cast: Cast, sign_in: SignIn) -> None:
    first, last = cast.report(title="先到期"), cast.report(title="后到期", at=MONDAY + timedelta(days=1))
    client = sign_in("dispatcher")
    page = client.get("/desk/q/reported/").content.decode()
    assert page.index(first.title) < page.index(last.title) and 'aria-sort="ascending"' in page
    turned = re.search(r'aria-sort="ascending"><a href="([^"]+)"', page)
    assert turned
    page = client.get(turned[1].replace("&amp;", "&")).content.decode()
    assert page.index(last.title) < page.index(first.title) and 'aria-sort="descending"' in page


def test_the_desk_begins_where_the_role_begins(cast: Cast, sign_in: SignIn) -> None:
    for who, address in (
        ("dispatcher", "/desk/q/reported/"),
        ("handler", "/desk/q/assigned/"),
        ("district_duty", "/desk/q/supervised/"),
        ("social", "/desk/q/done/"),
        ("keeper", "/desk/places/"),
    ):
        assert sign_in(who).get("/desk/").headers["Location"] == address


def test_only_staff_come_in(cast: Cast, sign_in: SignIn, client: Client) -> None:
    assert client.get("/desk/").status_code == 302
    answer = sign_in("granny").get("/desk/q/all/")
    assert answer.status_code == 403
    assert "工作人员" in answer.content.decode()
    assert sign_in("keeper").get("/desk/q/all/").status_code == 403


def test_another_streets_matters_never_show(cast: Cast, sign_in: SignIn) -> None:
    make_many(cast)
    text = sign_in("dispatcher").get("/desk/q/all/?place=" + OTHER_STREET).content.decode()
    assert "没有符合这些条件" in text
    assert "桥头" not in sign_in("dispatcher").get("/desk/q/all/").content.decode().partition('id="list"')[2]


def test_the_list_alone_comes_when_htmx_asks(cast: Cast, sign_in: SignIn) -> None:
    cast.report()
    answer = (
        sign_in("dispatcher")
        .get("/desk/q/reported/", headers={"HX-Request": "true", "HX-Target": "list"})
        .content.decode()
    )
    assert "路口有人摆摊" in answer
    assert "<html" not in answer


def test_a_wrong_date_is_said_and_the_words_are_kept(cast: Cast, sign_in: SignIn) -> None:
    cast.report()
    answer = sign_in("dispatcher").get("/desk/q/reported/?text=摆摊&opened_from=昨天").content.decode()
    assert "不是日期" in answer
    assert 'value="摆摊"' in answer
    assert "路口有人摆摊" in answer


def test_a_script_in_a_report_stays_text(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report(title="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    client = sign_in("dispatcher")
    for address in ("/desk/q/reported/", f"/desk/matters/{matter.id}/"):
        text = client.get(address).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_a_filter_is_kept_and_forgotten(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("dispatcher")
    kept = client.post("/desk/filters/", {"queue": "reported", "name": " 摆摊  投诉 ", "text": "摆摊"})
    assert kept.status_code == 303
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.params) == ("摆摊 投诉", {"state": ["reported"], "text": ["摆摊"]})
    assert "摆摊 投诉" in client.get("/desk/q/all/").content.decode()
    assert client.post("/desk/filters/", {"name": " "}).status_code == 422
    assert sign_in("social").post(f"/desk/filters/{saved.id}/remove/").status_code == 404
    assert client.post(f"/desk/filters/{saved.id}/remove/").status_code == 303
    assert not SavedFilter.objects.exists()


def test_export_opens_and_is_recorded(cast: Cast, sign_in: SignIn) -> None:
    cast.report(title="=1+1")
    cast.assigned()
    answer = sign_in("dispatcher").get("/desk/export/?queue=reported")
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][1] == "=1+1"
    assert sheet["B2"].data_type == "s"
    with as_system():
        record = Record.objects.get(verb="matters.exported")
    assert record.after == {"filter": {"state": ["reported"]}, "rows": 1}


def test_who_may_not_export_cannot(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("handler").get("/desk/export/").status_code == 403


def test_the_number_of_queries_does_not_grow(cast: Cast, sign_in: SignIn) -> None:
    make_many(cast, 200)
    matter = cast.assigned()
    addresses = {
        "queue": "/desk/q/assigned/",
        "queue with words": "/desk/q/all/?text=噪声",
        "counts": "/desk/counts/",
        "matter": f"/desk/matters/{matter.id}/",
        "beside": f"/desk/matters/{matter.id}/beside/",
        "assign form": f"/desk/matters/{matter.id}/assign/",
    }
    client = sign_in("district_duty")
    found = {}
    for name, address in addresses.items():
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        found[name] = len(seen)
    pins.check(found)


@pytest.mark.parametrize("page", ["/desk/q/nothing/", "/desk/matters/0199aaaa-0000-7000-8000-000000000000/"])
def test_what_is_not_there_is_a_page_that_says_so(cast: Cast, sign_in: SignIn, page: str) -> None:
    assert sign_in("dispatcher").get(page).status_code == 404


def test_another_streets_matter_by_its_id_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report(place_code=OTHER_STREET + "001", at=MONDAY)
    client = sign_in("dispatcher")
    assert client.get(f"/desk/matters/{matter.id}/").status_code == 404
    assert client.get(f"/desk/matters/{matter.id}/beside/").status_code == 404
    assert client.post(f"/desk/matters/{matter.id}/accept/").status_code == 404
