"""督办 on the phone: what my unit owes, the written answer with a photo, and who may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Order, Phase
from linli.kernel.matters.tests.cast import Cast

SignIn = Callable[[str], Client]


def ordered(cast: Cast, hours: int = 5) -> Order:
    at = now() - timedelta(hours=2)
    m = cast.assigned(at=at)
    verbs.supervise(
        matter_id=m.id, by=cast.district_duty, at=at, text="查明原因", reply_due=at + timedelta(hours=hours)
    )
    with as_system():
        return Order.objects.get(matter=m)


def photo() -> SimpleUploadedFile:
    out = BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(out, "JPEG")
    return SimpleUploadedFile("现场.jpg", out.getvalue(), content_type="image/jpeg")


def test_what_is_owed_is_on_the_page_of_duty_and_late_is_said(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("handler")
    assert client.get("/phone/orders/owed/").content.decode().strip() == ""
    ordered(cast)
    assert "有 1 份督办要书面回复" in client.get("/phone/orders/owed/").content.decode()
    ordered(cast, hours=1)
    assert "其中 1 份已逾期" in client.get("/phone/orders/owed/").content.decode()
    page = client.get("/phone/orders/").content.decode()
    assert page.index("逾期仍未回复") < page.index("待回复")
    assert "/phone/orders/owed/" in client.get("/phone/duty/").content.decode()


def test_it_is_answered_with_a_photo(cast: Cast, sign_in: SignIn) -> None:
    order = ordered(cast)
    client, address = sign_in("handler"), f"/phone/orders/{order.id}/"
    empty = client.post(address, {"text": "  "})
    assert empty.status_code == 422 and "请填写这一项" in empty.content.decode()
    assert client.post(address, {"text": "已经安排", "photos": [photo()]}).status_code == 302
    with as_system():
        order.refresh_from_db()
    assert (order.phase, order.reply, len(order.reply_files)) == (Phase.ANSWERED, "已经安排", 1)
    page = client.get(address).content.decode()
    assert "已经安排" in page and "附 1 个文件" in page and "<textarea" not in page
    again = client.post(address, {"text": "再答一次"})
    assert again.status_code in (403, 409) and order.reply == "已经安排"


def test_what_was_sent_back_says_why(cast: Cast, sign_in: SignIn) -> None:
    order = ordered(cast)
    on = {"matter_id": order.matter_id, "order_id": order.id, "at": now()}
    verbs.reply_order(by=cast.handler, text="在办", **on)
    verbs.return_order(by=cast.district_duty, reason="没有写明时间", **on)
    page = sign_in("handler").get(f"/phone/orders/{order.id}/").content.decode()
    assert "退回：没有写明时间" in page and "上次的回复：在办" in page and "<textarea" in page


def test_only_whose_it_is(cast: Cast, sign_in: SignIn) -> None:
    order = ordered(cast)
    assert sign_in("sweeper").get(f"/phone/orders/{order.id}/").status_code == 404
    assert sign_in("granny").get("/phone/orders/").status_code == 403
    assert sign_in("handler").get(f"/phone/orders/{uuid4()}/").status_code == 404
    social = sign_in("social")  # sees the matter of her neighbourhood, and the order is another unit's
    page = social.get(f"/phone/orders/{order.id}/").content.decode()
    assert "<textarea" not in page and "由那个单位回复" in page
    assert social.post(f"/phone/orders/{order.id}/", {"text": "x"}).status_code == 403


def test_a_reply_that_waited_on_the_phone_and_was_sent_twice_is_one_reply(cast: Cast, sign_in: SignIn) -> None:
    order = ordered(cast)
    client, address = sign_in("handler"), f"/phone/orders/{order.id}/"
    made = str(int(now().timestamp() * 1000))
    kept = {"text": "已经安排，今天清完", "made": made, "key": str(uuid4())}
    please = {"headers": {"accept": "application/json"}}
    for _again in range(2):
        assert client.post(address, kept, **please).json() == {"url": address}
    verbs.return_order(
        by=cast.district_duty, reason="没有写明时间", matter_id=order.matter_id, order_id=order.id, at=now()
    )
    assert client.post(address, kept, **please).status_code == 200
    with as_system():
        order.refresh_from_db()
    assert order.phase == Phase.WAITING, "the old words, sent once more, are no new answer"
    later = str(int(now().timestamp() * 1000) + 1)
    assert client.post(address, {**kept, "text": "今天 17 点前清完", "made": later}, **please).status_code == 200
    with as_system():
        order.refresh_from_db()
    assert (order.phase, order.reply) == (Phase.ANSWERED, "今天 17 点前清完")
    refused = client.post(address, {"text": " ", "made": later}, **please)
    assert (refused.status_code, refused.json()["code"]) in ((422, "invalid"), (409, "state"), (403, "state"))
