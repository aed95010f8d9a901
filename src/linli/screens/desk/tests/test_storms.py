"""A storm on the desk: one row that says how many, opens to its members, and is acknowledged as one."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.matters.tests.cast import HOOD, OTHER_STREET, Cast
from linli.kernel.readings.models import Incident, Warning
from linli.kernel.readings.tests.cast import thing
from linli.kernel.things.models import Thing

from .test_warnings import SignIn, warn, with_rules  # noqa: F401 - its fixture

ROW = re.compile(r'<tr id="row-[^"]+".*?</tr>', re.S)
COUNT = re.compile(r'data-raised="(\d+)"')


def storm(size: int, **given: object) -> tuple[list[Thing], Incident]:
    things = [thing(n, HOOD) for n in range(size)]
    warn(*things, **given)
    with as_system():
        return things, Incident.objects.get()


def rows(client: Client, address: str = "/desk/warnings/") -> list[str]:
    return ROW.findall(client.get(address).content.decode())


def test_eighty_devices_are_one_row_that_opens_to_them(cast: Cast, sign_in: SignIn) -> None:
    _things, incident = storm(80)
    client = sign_in("street_duty")
    (row,) = rows(client)
    assert "80 台设备" in row and "80 条未恢复" in row and f"/desk/warnings/storms/{incident.id}/" in row
    assert COUNT.findall(client.get("/desk/warnings/bell/").content.decode()) == ["1"]
    address = f"/desk/warnings/storms/{incident.id}/"
    page = client.get(address).content.decode()
    assert len(ROW.findall(page)) == 50 and "同一处几分钟里报警的 80 台设备" in page
    (following,) = re.findall(r'href="([^"]+after=[^"]+)"', page)
    assert len(rows(client, following.replace("&amp;", "&"))) == 30
    with as_system():
        one = Warning.objects.first()
    assert address in client.get(f"/desk/warnings/{one.id}/").content.decode(), "and from each of them to all"


def test_acknowledged_it_is_acknowledged_whole_and_the_list_keeps_its_filter(cast: Cast, sign_in: SignIn) -> None:
    things, incident = storm(60, opens=False)
    client = sign_in("street_duty")
    chosen = {"chosen": f"{incident.id}:storm", "rule": "smoke", "place": HOOD}
    done = client.post("/desk/warnings/acknowledge/", chosen)
    assert done.status_code == 303 and done.headers["Location"] == f"/desk/warnings/?place={HOOD}&rule=smoke"
    page = client.get(done.headers["Location"]).content.decode()
    assert "已确认 60 条预警" in page and len(ROW.findall(page)) == 1 and "已确认" in ROW.findall(page)[0]
    assert COUNT.findall(client.get("/desk/warnings/bell/").content.decode()) == ["0"]
    warn(things[0], what="clear")
    warn(things[0])  # back again: it waits to be seen anew, and the row says how many do
    (row,) = rows(client)
    assert "60 条未恢复，1 条待确认" in row


def test_members_are_ticked_on_their_own_page_and_one_comes_back_to_it(cast: Cast, sign_in: SignIn) -> None:
    _things, incident = storm(3, opens=False)
    client = sign_in("street_duty")
    with as_system():
        first = Warning.objects.first()
    done = client.post("/desk/warnings/acknowledge/", {"chosen": f"{first.id}:1", "incident": str(incident.id)})
    assert done.headers["Location"].startswith(f"/desk/warnings/storms/{incident.id}/")
    assert "已确认 1 条预警" in client.get(done.headers["Location"]).content.decode()
    assert "3 条未恢复，2 条待确认" in rows(client)[0]


def test_what_is_over_opens_at_what_is_over(cast: Cast, sign_in: SignIn) -> None:
    things, incident = storm(3, opens=False)
    warn(*things, what="clear")
    client = sign_in("street_duty")
    assert rows(client) == [] and "都已恢复" in rows(client, "/desk/warnings/?tab=cleared")[0]
    assert len(rows(client, f"/desk/warnings/storms/{incident.id}/")) == 3


def test_who_does_not_see_it_has_no_such_page(cast: Cast, sign_in: SignIn) -> None:
    warn(thing(1, OTHER_STREET + "001"), thing(2, OTHER_STREET + "001"), opens=False)
    with as_system():
        address = f"/desk/warnings/storms/{Incident.objects.get().id}/"
    assert sign_in("street_duty").get(address).status_code == 404
    assert sign_in("keeper").get(address).status_code == 403


@pytest.mark.parametrize("query", ["?tab=nonsense", "?after=x", "?place=abc&rule=none", "?tab=closed"])
def test_odd_questions_of_it_are_answered(cast: Cast, sign_in: SignIn, query: str) -> None:
    _things, incident = storm(2, opens=False)
    assert sign_in("street_duty").get(f"/desk/warnings/storms/{incident.id}/{query}").status_code == 200


def test_a_storm_whose_matter_was_not_opened_says_so(cast: Cast, sign_in: SignIn) -> None:
    storm(3, opens=False)
    with as_system():
        Warning.objects.update(trouble="类别已停用")
    assert "事项没有开成" in rows(sign_in("street_duty"))[0]


def test_of_one_alone_nothing_is_said_of_a_storm(cast: Cast, sign_in: SignIn) -> None:
    (warning,) = warn(thing(1, HOOD), opens=False)
    (row,) = rows(sign_in("street_duty"))
    assert f"/desk/warnings/{warning.id}/" in row and "台设备" not in row
