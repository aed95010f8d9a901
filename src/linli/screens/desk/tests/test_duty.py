"""The desk's pages of duty: planned, looked over, published, and seen only by those it is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.duty import verbs, wall
from linli.kernel.duty.models import Roster, Shift
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.triage import verbs as triage

SignIn = Callable[[str], Client]


@pytest.fixture
def roster(cast: Cast) -> Roster:
    return verbs.add_roster(
        by=cast.street_duty, at=now(), unit_id=cast.units["enforcement"].id, name="值班表", pattern="three"
    )


def next_monday() -> date:
    return wall.monday_of(wall.day_of(now())) + timedelta(days=7)


def cell(roster: Roster, day: date, n: int = 0) -> str:
    with as_system():
        slot = list(roster.slots.order_by("since", "id"))[n]
    return f"cell:{slot.id}:{day.isoformat()}"


def test_a_week_is_looked_over_then_saved(cast: Cast, sign_in: SignIn, roster: Roster) -> None:
    client, monday = sign_in("head"), next_monday()
    address = f"/desk/duty/{roster.id}/?week={monday.isoformat()}"
    names = {cell(roster, monday, n): str(cast.handler.account_id) for n in (0, 1)}
    looked = client.post(address, {"grid": "check", **names}).content.decode()
    assert "还没有保存" in looked and "之间不到 8 小时" in looked and "有 19 处缺人" in looked
    with as_system():
        assert not Shift.objects.exists()
    assert client.post(address, {"grid": "save", **names}).status_code == 303
    with as_system():
        assert Shift.objects.count() == 2
    copied = client.post(f"/desk/duty/{roster.id}/?week={monday + timedelta(days=7)}", {"grid": "copy"})
    assert copied.content.decode().count(f'value="{cast.handler.account_id}" selected') == 2


def test_a_double_booking_is_refused_and_what_was_typed_is_kept(
    cast: Cast, sign_in: SignIn, roster: Roster
) -> None:
    other = verbs.add_roster(
        by=cast.street_duty, at=now(), unit_id=cast.units["enforcement"].id, name="备勤", pattern="two"
    )
    client, monday = sign_in("head"), next_monday()
    sent = {"grid": "save", cell(other, monday): str(cast.handler.account_id)}
    assert client.post(f"/desk/duty/{other.id}/?week={monday}", sent).status_code == 303
    sent = {"grid": "save", cell(roster, monday): str(cast.handler.account_id)}
    refused = client.post(f"/desk/duty/{roster.id}/?week={monday}", sent)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "不能同时值两班" in page and f'value="{cast.handler.account_id}" selected' in page


def test_publishing_from_the_page(cast: Cast, sign_in: SignIn, roster: Roster) -> None:
    client, monday = sign_in("head"), next_monday()
    address = f"/desk/duty/{roster.id}/?week={monday}"
    assert "空班" in client.post(address, {"act": "publish"}).content.decode()
    assert client.post(address, {"act": "publish", "with_gaps": "1"}).status_code == 303
    with as_system():
        assert Shift.objects.filter(published_at__isnull=False).exists()
    assert "空班" in client.get("/desk/duty/").content.decode()


def test_who_serves_looks_and_does_not_plan(cast: Cast, sign_in: SignIn, roster: Roster) -> None:
    client = sign_in("handler")
    page = client.get(f"/desk/duty/{roster.id}/").content.decode()
    assert 'name="grid"' not in page
    assert client.get(f"/desk/duty/{roster.id}/settings/").status_code == 403
    assert client.get("/desk/duty/").status_code == 200
    # Another unit's roster is not theirs to look into.
    assert sign_in("sweeper").get(f"/desk/duty/{roster.id}/").status_code == 404


def test_a_new_roster_and_its_shifts(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("head")
    sent = {
        "act": "add_roster", "unit_id": str(cast.units["enforcement"].id), "name": "夜间值守", "pattern": "none",
        "head_decides": "1",
    }  # fmt: skip
    assert client.post("/desk/duty/", sent).status_code == 303
    with as_system():
        made = Roster.objects.get(name="夜间值守")
    address = f"/desk/duty/{made.id}/settings/"
    slot = {"act": "add_slot", "name": "夜班", "begins": "22：00", "ends": "6:00", "days": ["1", "2"], "need": "2"}
    assert client.post(address, slot).status_code == 303
    assert "跨零点" in client.get(address).content.decode()
    assert client.post(address, {**slot, "begins": "now"}).status_code == 422
    assert client.post(address, {"act": "end_roster"}).status_code in (302, 303, 404)


def test_who_could_go_stands_beside_the_form_that_assigns(cast: Cast, sign_in: SignIn, roster: Roster) -> None:
    at = now()
    shift = verbs.add_shift(
        by=cast.street_duty, at=at - timedelta(hours=2), roster_id=roster.id,
        day=wall.day_of(at - timedelta(hours=1)), begins=wall.local(at - timedelta(hours=1)).time(),
        ends=wall.local(at + timedelta(hours=2)).time(), account_id=cast.handler.account_id,
    )  # fmt: skip
    with as_system():
        Shift.objects.filter(pk=shift.pk).update(published_at=at)
    verbs.check_in(by=cast.handler, at=at, shift_id=shift.id)
    matter, client = cast.report(), sign_in("dispatcher")
    assert (
        f"/desk/matters/{matter.id}/people/nearest/"
        in client.get(f"/desk/matters/{matter.id}/assign/").content.decode()
    )
    page = client.get(f"/desk/matters/{matter.id}/people/nearest/").content.decode()
    assert "李强" in page and "步行时间是估计" in page
    triage.switch(by=cast.keeper, at=at, on=False, place_code=cast.units["street"].place_code)
    assert "李强" not in client.get(f"/desk/matters/{matter.id}/people/nearest/").content.decode()
    assert "李强" not in sign_in("handler").get(f"/desk/matters/{matter.id}/people/nearest/").content.decode()


def test_full_pages_take_as_many_queries_as_empty_ones(cast: Cast, sign_in: SignIn, roster: Roster) -> None:
    """The week, the overview and the phone's page: however many shifts, gaps and people."""
    monday, client, phone = next_monday(), sign_in("head"), sign_in("handler")
    addresses = (
        (client, f"/desk/duty/{roster.id}/?week={monday}"),
        (client, "/desk/duty/"),
        (phone, "/phone/shifts/"),
    )

    def asked() -> list[int]:
        found = []
        for who, address in addresses:
            who.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert who.get(address).status_code == 200
            found.append(len([q for q in queries if "set_config" not in q["sql"] and "SAVEPOINT" not in q["sql"]]))
        return found

    people = (cast.handler.account_id, cast.handler2.account_id)
    _planned(cast, roster, monday, people[:1])
    few = asked()
    for n in range(7):
        _planned(cast, roster, monday + timedelta(days=n), people)
    many = asked()
    assert many == few, (few, many)
    assert max(many) <= 30, many


def _planned(cast: Cast, roster: Roster, day: date, people: tuple[object, ...]) -> None:
    with as_system():
        slots = list(roster.slots.order_by("since", "id"))
        published = roster.months.filter(month=wall.month_of(day)).exists()
    wanted = [verbs.Wanted(slots[n].id, day, (who,)) for n, who in enumerate(people)]  # type: ignore[arg-type]
    verbs.save_week(by=cast.street_duty, at=now(), roster_id=roster.id, wanted=wanted, reason="测试")
    if not published:
        verbs.publish(by=cast.street_duty, at=now(), roster_id=roster.id, month=day, with_gaps=True)
