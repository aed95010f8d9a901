"""积分 on desk and phone: given, cut by a cap, taken with evidence, objected to, decided by somebody else, closed."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.points.models import Account, Appeal, Told, Transfer

SignIn = Callable[[str], Client]


def purse(cast: Cast) -> Account:
    with as_system():
        return Account.objects.get(person=cast.granny.person_id, ledger="integrity-points")


def open_purse(cast: Cast) -> str:
    from linli.kernel.access import SYSTEM
    from linli.kernel.clock.now import now
    from linli.kernel.points import verbs

    made = verbs.open_account(by=SYSTEM, at=now(), ledger="integrity-points", person_id=cast.granny.person_id)
    return f"/desk/points/accounts/{made.id}/"


def test_points_are_given_taken_objected_to_and_put_right(cast: Cast, sign_in: SignIn) -> None:
    social, duty, granny = sign_in("social"), sign_in("street_duty"), sign_in("granny")
    address = open_purse(cast)
    deed = {"act": "award", "rule": "good-deed", "kind": "report", "ref": "2026-09-118", "reason": "帮邻居看护孩子"}
    assert social.post(address, {**deed, "ref": ""}).status_code == 422
    assert social.post(address, deed).status_code == 303
    broken = {"act": "deduct", "rule": "promise-broken", "kind": "report", "ref": "2026-09-119"}
    assert social.post(address, {**broken, "kind": ""}).status_code == 422
    assert social.post(address, broken).status_code == 303
    page = granny.get("/phone/points/").content.decode()
    assert "扣减了 5 分" in page and "2026-09-119" in page
    with as_system():
        taken = Transfer.objects.get(kind="deduct")
        assert Told.objects.get().seen_at is not None, "it was on the page"
    mine = f"/phone/points/{purse(cast).id}/"
    page = granny.get(mine).content.decode()
    assert "帮邻居看护孩子" in page and "我有异议" in page
    assert granny.post(mine, {"transfer_id": str(taken.id), "text": " "}).status_code == 422
    assert granny.post(mine, {"transfer_id": "no id", "text": "不对"}).status_code == 404
    assert granny.post(mine, {"transfer_id": str(taken.id), "text": "那天我住院了"}).status_code == 302
    with as_system():
        made = Appeal.objects.get()
    queue = "/desk/points/appeals/"
    assert "那天我住院了" in duty.get(queue).content.decode()
    assert 'value="decide"' not in social.get(queue).content.decode()
    assert duty.post(queue, {"act": "decide", "appeal_id": str(made.id), "uphold": "yes"}).status_code == 422
    decided = {"act": "decide", "appeal_id": str(made.id), "uphold": "yes", "answer": "已核对住院记录"}
    assert duty.post(queue, decided).status_code == 303
    assert purse(cast).balance == 5 and "已核对住院记录" in granny.get(mine).content.decode()
    assert "已核对住院记录" in duty.get(queue + "?tab=decided").content.decode()


def test_books_are_looked_at_proved_and_closed_by_whoever_may(cast: Cast, sign_in: SignIn) -> None:
    social, duty = sign_in("social"), sign_in("street_duty")
    address = open_purse(cast)
    book = f"/desk/points/books/{purse(cast).book_id}/"
    assert (
        social.get("/desk/points/").status_code == 200
        and "林阿婆" in social.get("/desk/points/accounts/").content.decode()
    )
    assert "对得上" in duty.get(f"{book}?prove=1").content.decode()
    assert "对得上" not in social.get(f"{book}?prove=1").content.decode()
    assert duty.post(book, {"act": "close", "through": "2020-01-31"}).status_code == 303
    assert duty.post(book, {"act": "close", "through": "2020-01-31"}).status_code == 422
    assert duty.get("/desk/points/clearing/").status_code == 200
    assert social.get(address).status_code == 200 and sign_in("grid").get(address).status_code == 403


def test_nobody_reads_what_is_not_theirs(cast: Cast, sign_in: SignIn) -> None:
    open_purse(cast)
    assert sign_in("chen").get(f"/phone/points/{purse(cast).id}/").status_code == 404
    assert sign_in("granny").get("/desk/points/").status_code in (302, 403)
