"""Doing things from the desk: every verb's form, refusals that keep what was typed, and many at once."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters import flow, verbs
from linli.kernel.matters.models import Matter, State
from linli.kernel.matters.purposes import PUBLIC_WORDS
from linli.kernel.matters.tests.cast import MONDAY, OTHER_HOOD, Cast, fresh
from linli.kernel.people.verbs import give_consent
from linli.parts.office import Kind
from linli.screens.desk.forms import BULK, FORMS, KEYS, ORDER

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


def photo(colour: str = "green") -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (640, 480), colour).save(held, "JPEG")
    return SimpleUploadedFile("现场.jpg", held.getvalue(), "image/jpeg")


def test_every_verb_of_staff_has_a_form_and_a_place() -> None:
    for_the_reporter = {"answer", "rate", "withdraw"}
    assert set(FORMS) == set(flow.VERBS) - for_the_reporter
    assert set(ORDER) == set(FORMS)
    assert set(BULK) <= set(FORMS)
    assert len(set(KEYS.values())) == len(KEYS)
    assert set(KEYS) <= set(FORMS)


@pytest.mark.parametrize("verb", sorted(FORMS))
def test_every_form_draws(cast: Cast, sign_in: SignIn, verb: str) -> None:
    matter = cast.assigned()
    text = sign_in("street_duty").get(f"/desk/matters/{matter.id}/{verb}/", headers=HTMX).content.decode()
    assert f'value="{matter.version}"' in text
    for field in FORMS[verb]:
        assert str(field.label) in text or field.kind in (Kind.SPOT, Kind.PARTS, Kind.HELPERS)


def test_the_loop_from_report_to_closing(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report(kind="unlicensed-stall")
    page = f"/desk/matters/{matter.id}/"
    dispatcher, handler, social = sign_in("dispatcher"), sign_in("handler"), sign_in("social")
    form = dispatcher.get(page + "assign/").content.decode()
    assert f'value="{cast.units["enforcement"].id}" selected' in form  # the owner's nearest unit is suggested
    sent = dispatcher.post(page + "assign/", {"version": 1, "unit_id": cast.units["enforcement"].id})
    assert sent.status_code == 303
    assert handler.post(page + "take/", {}).status_code == 303
    assert handler.post(page + "pause/", {"reason": "weather", "words": "暴雨"}).status_code == 303
    assert "暴雨" in handler.get(page).content.decode()
    assert handler.post(page + "resume/", {}).status_code == 303
    proved = {"outcome": "persuaded", "result": "已劝离，盲道已清理", "files": [photo()]}
    assert handler.post(page + "report_done/", proved).status_code == 303
    checked = social.post(page + "verify/", {"passed": "yes", "how": "visit", "words": "看过了"})
    assert checked.status_code == 303
    assert social.post(page + "close/", {"outcome": "persuaded", "reply": "已经处理。"}).status_code == 303
    assert fresh(matter).state == State.CLOSED
    story = dispatcher.get(page).content.decode()
    assert "已经处理。" in story
    assert "重新打开" in story


def test_too_late_is_said_with_who_was_faster_and_keeps_the_words(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report()
    page = f"/desk/matters/{matter.id}/"
    verbs.accept(matter_id=matter.id, by=cast.street_duty, at=MONDAY)
    sent = sign_in("dispatcher").post(
        page + "assign/",
        {"version": 1, "unit_id": cast.units["sanitation"].id, "task": "请先清理盲道"},
        headers=HTMX,
    )
    text = sent.content.decode()
    assert sent.status_code == 409
    assert "吴值班" in text
    assert "请先清理盲道" in text
    assert f'value="{cast.units["sanitation"].id}" selected' in text
    assert 'id="matter-head" hx-swap-oob="true"' in text
    assert 'name="version" value="2"' in text
    assert fresh(matter).state == State.ACCEPTED


def test_what_does_not_fit_is_said_beside_its_field(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report()
    sent = sign_in("dispatcher").post(f"/desk/matters/{matter.id}/decline/", {"version": 1, "outcome": "solved"})
    text = sent.content.decode()
    assert sent.status_code == 422
    assert "请填写这一项" in text
    assert fresh(matter).state == State.REPORTED


def test_what_is_too_long_or_already_over_is_said_at_its_field_and_kept(cast: Cast, sign_in: SignIn) -> None:
    matter, over = cast.assigned(), cast.done()
    verbs.verify(matter_id=over.id, by=cast.grid, at=MONDAY, passed=True)
    verbs.close(matter_id=over.id, by=cast.dispatcher, at=MONDAY, reply="已清理。")
    dispatcher, long = sign_in("dispatcher"), "长" * 4001
    for verb, data, field, sentence in (
        ("comment", {"text": long}, "text", "现在有 4001 字"),
        ("merge", {"into_id": over.number}, "into_id", "已经办结"),
        ("merge", {"into_id": matter.number}, "into_id", "请选择另一件"),
        ("link", {"other_id": matter.number}, "other_id", "请选择另一件"),
    ):
        sent = dispatcher.post(f"/desk/matters/{matter.id}/{verb}/", data, headers=HTMX)
        text = sent.content.decode()
        assert sent.status_code in (409, 422)
        said = text.partition(f'id="f-{field}-error"')[2][:600]
        assert sentence in said, verb
        assert data[field] in text


def test_a_part_that_lacks_something_is_named_by_its_number(cast: Cast, sign_in: SignIn) -> None:
    parts = {"part_kind": ["noise"] * 3, "part_title": ["灯坏", "", "漏水"], "part_body": ["二楼", "", ""]}
    sent = sign_in("dispatcher").post(f"/desk/matters/{cast.report().id}/split/", parts, headers=HTMX)
    assert sent.status_code == 422
    assert "第 3 件还没有说明" in sent.content.decode()


def test_what_is_decided_stands_in_the_form_that_decides(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.assigned()
    verbs.ask_extension(matter_id=matter.id, by=cast.head, at=MONDAY, span="3 working_day", reason="等配件到货")
    form = sign_in("street_duty").get(f"/desk/matters/{matter.id}/decide_extension/", headers=HTMX).content.decode()
    assert "申请延期 3 个工作日" in form and "等配件到货" in form


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("assign", {"unit_id": "nobody"}),
        ("assign", {"unit_id": str(UUID(int=1))}),
        ("supervise", {"text": "x", "reply_due": "soon"}),
        ("supervise", {"text": "x", "reply_due": "2001-01-01T08:00"}),
        ("merge", {"into_id": "20991231-999999"}),
        ("split", {"part_kind": ["noise"], "part_title": ["a"], "part_body": ["b"]}),
        ("move", {"lon": "x", "lat": "y"}),
        ("move", {"address": "没有这样的路"}),
        ("reclassify", {"kind": "no-such-kind", "urgency": "normal"}),
        ("accept", {"version": "x" * 40, "note": "\0"}),
    ],
)
def test_bad_input_is_refused_with_a_sentence_or_harmless(
    cast: Cast, sign_in: SignIn, verb: str, data: dict[str, object]
) -> None:
    matter = cast.report()
    sent = sign_in("district_duty").post(f"/desk/matters/{matter.id}/{verb}/", data, headers=HTMX)
    assert sent.status_code in (200, 404, 409, 422)
    if sent.status_code != 200:
        assert fresh(matter).version == 1


def test_many_at_once_each_for_itself(cast: Cast, sign_in: SignIn) -> None:
    first, second, taken = cast.report(title="第一件"), cast.report(title="第二件"), cast.report(title="第三件")
    verbs.accept(matter_id=taken.id, by=cast.street_duty, at=MONDAY)
    hidden = cast.report(title="看不见", place_code="990101002001")
    chosen = [f"{m.id}:1" for m in (first, second, taken, hidden)] + ["rubbish"]
    client = sign_in("dispatcher")
    asked = client.post("/desk/bulk/accept/", {"chosen": chosen}, headers=HTMX).content.decode()
    assert "3 件" in asked
    assert "看不见" not in asked
    done = client.post("/desk/bulk/accept/", {"chosen": chosen, "step": "do"}, headers=HTMX).content.decode()
    assert "办成 2 件" in done
    assert "没有办成 2 件" in done
    assert "吴值班" in done
    assert [fresh(m).state for m in (first, second, taken, hidden)] == ["accepted"] * 3 + ["reported"]


def test_a_bulk_form_with_a_fault_does_nothing(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report()
    sent = sign_in("dispatcher").post(
        "/desk/bulk/decline/", {"chosen": f"{matter.id}:1", "step": "do", "outcome": "solved", "reply": ""}
    )
    assert sent.status_code == 422
    assert fresh(matter).state == State.REPORTED
    assert sign_in("dispatcher").post("/desk/bulk/accept/", {"step": "do"}).status_code == 422


def test_what_one_may_not_do_is_explained(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.assigned()
    text = sign_in("sweeper").get(f"/desk/matters/{matter.id}/")
    assert text.status_code == 404  # not this unit's
    text = sign_in("street_duty").get(f"/desk/matters/{matter.id}/").content.decode()
    assert "为什么不能" in text
    assert "现在是“处置中”，这些不在这一步办：受理" in text
    assert "没有等待审批的延期申请。" in text


def test_a_matter_moved_out_of_sight_says_goodbye(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report()
    sent = sign_in("social").post(f"/desk/matters/{matter.id}/move/", {"address": "柳湾二居"}, headers=HTMX)
    if sent.status_code == 200:
        assert "不在您的管辖范围" in sent.content.decode()
        assert fresh(matter).place_code == OTHER_HOOD
    else:
        assert sent.status_code in (403, 422)


def test_a_caller_is_registered_once_however_often_the_form_is_sent(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("dispatcher")
    assert client.get("/desk/new/").status_code == 200
    data = {
        "key": "k1",
        "title": "来电反映路灯不亮",
        "body": "三号楼前",
        "kind": "unlicensed-stall",
        "urgency": "normal",
        "address": "柳湾一居",
        "contact_name": "王先生",
        "contact_phone": "13912345678",
    }
    first, again = client.post("/desk/new/", data), client.post("/desk/new/", data)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert "13912345678" not in client.get(first.headers["Location"]).content.decode()
    refused = client.post("/desk/new/", {**data, "key": "k2", "body": ""})
    assert refused.status_code == 422
    assert "来电反映路灯不亮" in refused.content.decode()


def test_a_photo_is_the_proof_and_shows_in_the_story(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.assigned(kind="unlicensed-stall")
    page, client = f"/desk/matters/{matter.id}/", sign_in("handler")
    sent = client.post(page + "report_done/", {"outcome": "persuaded", "result": "已劝离", "files": [photo()]})
    assert sent.status_code == 303
    text = client.get(page).content.decode()
    assert text.count('<ul class="photos">') == 1
    assert "/files/" in text


def test_a_form_shown_again_still_has_its_photos(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.assigned(kind="unlicensed-stall")
    page, client = f"/desk/matters/{matter.id}/report_done/", sign_in("handler")
    disguised = SimpleUploadedFile("photo.jpg", b"<html>not a photo</html>", "image/jpeg")
    data = {"outcome": "persuaded", "result": "已劝离，摊位收走", "files": [photo(), disguised]}
    refused = client.post(page, data, headers=HTMX)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "photo.jpg" in text
    assert "已劝离，摊位收走" in text
    assert "已收到 1 个文件" in text
    kept = text.partition('name="files" value="')[2].partition('"')[0]
    again = client.post(page, {"outcome": "persuaded", "result": "已劝离，摊位收走", "files": kept})
    assert again.status_code == 303


def test_a_reporters_number_is_shown_once_for_a_reason(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report(by="dispatcher", source="desk", contact={"name": "王先生", "phone": "13912345678"})
    page, client = f"/desk/matters/{matter.id}/", sign_in("dispatcher")
    assert page + "contact/" in client.get(page).content.decode()
    assert client.post(page + "contact/", {"reason": " "}).status_code == 422
    text = client.post(page + "contact/", {"reason": "电话回访"}, headers=HTMX).content.decode()
    assert "13912345678" in text
    with as_system():
        record = Record.objects.get(verb="matters.read_contact")
    assert (record.actor_name, record.note, record.after) == ("周派遣", "电话回访", None)
    assert sign_in("street_leader").post(page + "contact/", {"reason": "看看"}).status_code == 403
    assert fresh(matter).version == 1


def test_only_words_whose_writer_agreed_are_proposed_for_everybody(cast: Cast, sign_in: SignIn) -> None:
    words = "王先生说临江路路口每天傍晚有三四个摊位。"
    called, written = cast.report(by="dispatcher", source="desk", body=words), cast.report(body=words)
    client = sign_in("dispatcher")

    def proposed(matter: Matter) -> bool:
        form = client.get(f"/desk/matters/{matter.id}/publish/", headers=HTMX).content.decode()
        return "三四个摊位" in form.partition("公开的说明")[2]

    assert not proposed(called) and not proposed(written)
    give_consent(by=cast.granny, at=MONDAY, person_id=cast.granny.person_id, purpose=PUBLIC_WORDS)
    assert proposed(written) and not proposed(called)
