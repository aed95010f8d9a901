"""积分 on desk and phone: given, cut by a cap, taken with evidence, objected to, decided by somebody else, closed."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, Cast
from linli.kernel.people.models import Person
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Appeal, Told, Transfer

from . import pins

SignIn = Callable[[str], Client]


def purse(cast: Cast) -> Account:
    with as_system():
        return Account.objects.get(person=cast.granny.person_id, ledger="integrity-points")


def open_purse(cast: Cast) -> str:
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


def test_pages_of_points_ask_as_often_however_much_there_is(cast: Cast, sign_in: SignIn) -> None:
    duty, granny = sign_in("street_duty"), sign_in("granny")
    open_purse(cast)
    seen: list[dict[str, int]] = []
    for many in (range(1), range(1, 6)):
        for n in many:
            _much(cast, n)
        seen.append(_asked(cast, duty, granny))
    assert seen[0] == seen[1]
    pins.check(seen[0])


def _much(cast: Cast, n: int) -> None:
    """A person in each of two communities, time given from one to the other, an award that was cut, and an appeal about it."""
    at, owners = now(), [cast.granny.person_id]
    with as_system():
        owners += [Person.objects.create(name=f"居民{n}", place_code=place).id for place in (HOOD, OTHER_HOOD)]
    for owner in owners:
        verbs.award(
            by=SYSTEM, at=at, key=f"{owner} {n}", rule="saved-minute", person_id=owner, quantity=60,
            evidence=[verbs.Evidence("sign-up", str(n))],
        )  # fmt: skip
    with as_system():
        near, far = (Account.objects.get(person=owner, ledger="saved-time") for owner in owners[1:])
    verbs.transfer(by=SYSTEM, at=at, key=f"across {n}", source_id=near.id, target_id=far.id, amount=30)
    for time in range(6):
        given = verbs.award(
            by=SYSTEM, at=at, key=f"deed {n} {time}", rule="good-deed", person_id=cast.granny.person_id,
            evidence=[verbs.Evidence("report", str(n))],
        )  # fmt: skip
    asked = verbs.appeal(by=cast.granny, at=at, transfer_id=given.id, text="少记了")
    verbs.take_appeal(by=cast.street_duty, at=at, appeal_id=asked.id)
    if n % 2 == 0:
        verbs.decide_appeal(by=cast.street_duty, at=at, appeal_id=asked.id, uphold=False, answer="到了上限")


def _asked(cast: Cast, duty: Client, granny: Client) -> dict[str, int]:
    held = purse(cast)
    pages = {
        "points books": (duty, "/desk/points/"),
        "points book": (duty, f"/desk/points/books/{held.book_id}/"),
        "points accounts": (duty, "/desk/points/accounts/"),
        "points account": (duty, f"/desk/points/accounts/{held.id}/"),
        "points clearing": (duty, "/desk/points/clearing/"),
        "points appeals": (duty, "/desk/points/appeals/"),
        "points appeals decided": (duty, "/desk/points/appeals/?tab=decided"),
        "phone points": (granny, "/phone/points/"),
        "phone points account": (granny, f"/phone/points/{held.id}/"),
    }
    found = {}
    for name, (client, address) in pages.items():
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        found[name] = len(asked)
    return found
