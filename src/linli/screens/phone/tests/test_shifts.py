"""我的班 on the phone: 到岗, 离岗, swaps, leave, gaps, and the position with its visible switch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.clock.now import frozen
from linli.kernel.duty import verbs
from linli.kernel.duty.models import Leave, Position, Roster, Shift, Swap
from linli.kernel.duty.tests.cast import TUESDAY, clock
from linli.kernel.matters.tests.cast import MONDAY, Cast

SignIn = Callable[[str], Client]
DAY = timedelta(days=1)


@pytest.fixture
def roster(cast: Cast) -> Roster:
    return verbs.add_roster(
        by=cast.street_duty, at=MONDAY, unit_id=cast.units["enforcement"].id, name="值班表", pattern="three"
    )


@pytest.fixture
def shift(cast: Cast, roster: Roster) -> Shift:
    """早班 of the handler on Tuesday, and of a colleague on Wednesday, published."""
    with as_system():
        early = roster.slots.order_by("id").first()
    assert early
    wanted = [
        verbs.Wanted(early.id, day, (cast.actors[who].account_id,))
        for day, who in ((TUESDAY, "handler"), (TUESDAY + DAY, "handler2"))
    ]
    verbs.save_week(by=cast.street_duty, at=MONDAY, roster_id=roster.id, wanted=wanted)
    verbs.publish(by=cast.street_duty, at=MONDAY, roster_id=roster.id, month=TUESDAY, with_gaps=True)
    with as_system():
        return Shift.objects.get(account=cast.handler.account_id)


def page(client: Client, address: str = "/phone/shifts/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_day_on_duty(cast: Cast, sign_in: SignIn, shift: Shift) -> None:
    with frozen(clock(TUESDAY, 7, 30)):
        client = sign_in("handler")
        assert "到岗" in page(client) and "共享位置" not in page(client)
        assert client.post(f"/phone/shifts/{shift.id}/check_in/").status_code == 302
        assert "我知道了，共享位置" in page(client) and "24 小时后删除" in page(client)
        assert "data-position=" not in page(client, "/phone/shifts/now/")
        refused = client.post(f"/phone/shifts/{shift.id}/position/", {"lon": "121.4", "lat": "31.2"})
        assert (refused.status_code, refused.json()["stop"]) == (409, True)
        client.post(f"/phone/shifts/{shift.id}/share/")
        assert "正在共享您的位置" in page(client)
        assert "data-position=" in page(client, "/phone/shifts/now/")
        sent = client.post(f"/phone/shifts/{shift.id}/position/", {"lon": "121.4", "lat": "31.2", "doubt": "8"})
        assert sent.json() == {"stop": False}
        assert "最近一次" in page(client), "when it was taken, and when it is erased, is said to whom it is about"
        client.post(f"/phone/shifts/{shift.id}/stop_sharing/")
        assert "最近一次" not in page(client)
    with frozen(clock(TUESDAY, 16)):
        client = sign_in("handler")
        client.post(f"/phone/shifts/{shift.id}/check_out/")
        assert "data-position=" not in page(client, "/phone/shifts/now/")
        assert "值了 1 班，8.5 小时" in page(client)
    with as_system():
        assert Position.objects.count() == 1


def test_a_refusal_is_a_sentence_on_the_page_and_json_for_the_outbox(
    cast: Cast, sign_in: SignIn, shift: Shift
) -> None:
    with frozen(clock(TUESDAY, 1)):
        client = sign_in("handler")
        refused = client.post(f"/phone/shifts/{shift.id}/check_in/")
        assert refused.status_code == 409 and "还没到时间" in refused.content.decode()
        said = client.post(f"/phone/shifts/{shift.id}/check_in/", headers={"Accept": "application/json"})
        assert said.json()["code"] == "early"
        assert sign_in("handler2").post(f"/phone/shifts/{shift.id}/check_in/").status_code == 404
        assert client.post(f"/phone/shifts/{shift.id}/fly/").status_code == 404


def test_a_swap_from_phone_to_phone_to_desk(cast: Cast, sign_in: SignIn, shift: Shift) -> None:
    with frozen(MONDAY):
        with as_system():
            theirs = Shift.objects.get(account=cast.handler2.account_id)
        client = sign_in("handler")
        value = f"{cast.handler2.account_id}:{theirs.id}"
        assert value in page(client, f"/phone/shifts/{shift.id}/")
        assert client.post(f"/phone/shifts/{shift.id}/ask_swap/", {"with": ""}).status_code == 422
        client.post(f"/phone/shifts/{shift.id}/ask_swap/", {"with": value, "note": "家里有事"})
        with as_system():
            swap = Swap.objects.get()
        other = sign_in("handler2")
        assert "家里有事" in page(other)
        other.post(f"/phone/shifts/swaps/{swap.id}/agree/")
        head = sign_in("head")
        assert "家里有事" in head.get("/desk/duty/").content.decode()
        assert "家里有事" in sign_in("street_duty").get("/desk/duty/").content.decode()
        assert head.post("/desk/duty/", {"act": "grant_swap", "swap_id": str(swap.id)}).status_code == 303
        with as_system():
            assert Shift.objects.get(pk=shift.pk).account_id == cast.handler2.account_id


def test_leave_makes_a_gap_and_a_colleague_fills_it(cast: Cast, sign_in: SignIn, shift: Shift) -> None:
    with frozen(MONDAY):
        client = sign_in("handler")
        given = {"kind": "sick", "starts": "2026-09-08T00:00", "ends": "2026-09-09T00:00", "note": "牙疼"}
        assert client.post("/phone/shifts/leave/", {**given, "ends": "2026-09-07T00:00"}).status_code == 422
        assert client.post("/phone/shifts/leave/", given).status_code == 302
        with as_system():
            leave = Leave.objects.get()
        head = sign_in("head")
        assert "牙疼" in head.get("/desk/duty/").content.decode()
        assert "牙疼" not in sign_in("dispatcher").get("/desk/duty/").content.decode()
        assert head.post("/desk/duty/", {"act": "grant_leave", "leave_id": str(leave.id)}).status_code == 303
        with as_system():
            asked = Shift.objects.get(pk=shift.pk).covers.select_related("account").get()
        other = sign_in(asked.account.username)
        assert "请您答复" in page(other)
        other.post(f"/phone/shifts/{shift.id}/cover/")
        with as_system():
            assert Shift.objects.get(pk=shift.pk).account_id == asked.account_id


def test_a_gap_of_tomorrow_is_told_today_to_who_plans(cast: Cast, sign_in: SignIn, shift: Shift) -> None:
    with frozen(MONDAY):
        before = page(sign_in("head"))
        assert "明天有" in before, "the week was published with gaps"
        assert "明天有" not in page(sign_in("handler2")), "for who plans"
        told = sign_in("street_duty").get("/desk/briefing/").content.decode()
        assert "明天的空班" in told
        assert "还没有问人" in told
    with frozen(clock(TUESDAY - 3 * DAY, 9)):
        assert "明天有" not in page(sign_in("head"))


def test_who_looked_is_shown_to_whom_they_looked_at(cast: Cast, sign_in: SignIn, shift: Shift) -> None:
    with frozen(clock(TUESDAY, 9)):
        client, head = sign_in("handler"), sign_in("head")
        client.post(f"/phone/shifts/{shift.id}/check_in/")
        client.post(f"/phone/shifts/{shift.id}/share/")
        client.post(f"/phone/shifts/{shift.id}/position/", {"lon": "121.47371", "lat": "31.23041"})
        address = f"/desk/duty/track/{shift.id}/"
        assert "121.47371" not in head.get(address).content.decode()
        assert head.post(address, {"reason": ""}).status_code == 422
        assert "121.47371" in head.post(address, {"reason": "走失老人"}).content.decode()
        assert "走失老人" in page(client)
        assert sign_in("dispatcher").get(address).status_code == 403


def test_the_page_is_for_who_serves(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("granny").get("/phone/shifts/").status_code == 403
    assert sign_in("dispatcher").get("/phone/shifts/").status_code == 200
    assert Client().get("/phone/shifts/").status_code == 302
