"""联合行动 on desk and phone: drafted, announced, ticked with a photo, reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from django.test import Client
from django.utils import timezone
from PIL import Image

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import STREET, Cast
from linli.kernel.operations.models import Operation, State, Step

SignIn = Callable[[str], Client]


def photo() -> BytesIO:
    upload = BytesIO()
    Image.effect_noise((48, 32), 90).convert("RGB").save(upload, "JPEG")
    upload.seek(0)
    upload.name = "现场.jpg"
    return upload


def local(hours: int) -> str:
    return f"{timezone.localtime(now() + timedelta(hours=hours)):%Y-%m-%dT%H:%M}"


def test_an_operation_from_the_desk_to_the_phone_and_back(cast: Cast, sign_in: SignIn) -> None:
    desk, phone = sign_in("street_duty"), sign_in("handler")
    draft = {
        "act": "draft", "title": "夜间联合整治", "purpose": "恢复通行", "place_code": STREET, "starts_at": local(1),
        "ends_at": local(4), "lead_id": str(cast.head.account_id), "unit_ids": [str(cast.units["sanitation"].id)],
    }  # fmt: skip
    assert desk.post("/desk/operations/", {**draft, "title": ""}).status_code == 422
    assert desk.post("/desk/operations/", draft).status_code == 303
    with as_system():
        made = Operation.objects.get()
    address = f"/desk/operations/{made.id}/"
    assert desk.post(address, {"act": "announce"}).status_code == 409
    step = {"act": "plan", "title": "劝离摊位", "unit_id": str(cast.units["enforcement"].id), "photo": "1"}
    assert desk.post(address, step).status_code == 303
    assert "夜间联合整治" not in phone.get("/phone/operations/").content.decode()
    for act in ("announce", "begin"):
        assert desk.post(address, {"act": act}).status_code == 303
    assert "夜间联合整治" in phone.get("/phone/operations/").content.decode()
    page = f"/phone/operations/{made.id}/"
    assert "劝离摊位" in phone.get(page).content.decode()
    with as_system():
        only = Step.objects.get()
    assert phone.post(f"{page}tick/", {"step": str(only.id)}).status_code == 422
    assert phone.post(f"{page}tick/", {"step": str(only.id), "photos": photo()}).status_code == 302
    assert phone.post(f"{page}note/", {"text": "已清完"}).status_code == 302
    assert desk.post(address, {"act": "end"}).status_code == 303
    assert desk.post(address, {"act": "report", "summary": "恢复通行。"}).status_code == 303
    said = desk.get(address).content.decode()
    assert "计划 1 步，完成 1 步" in said and "已清完" in said and 'class="photos"' in said
    with as_system():
        assert Operation.objects.get().state == State.REPORTED
    assert "夜间联合整治" in desk.get("/desk/operations/?tab=ended").content.decode()


def test_who_takes_no_part_does_not_see_it(cast: Cast, sign_in: SignIn) -> None:
    assert "draft" not in sign_in("handler").get("/desk/operations/").content.decode()
    assert sign_in("granny").get("/phone/operations/").status_code == 403
    assert sign_in("handler").get("/phone/operations/01a21938-efd1-773e-a944-4f4b400bcc07/").status_code == 404
