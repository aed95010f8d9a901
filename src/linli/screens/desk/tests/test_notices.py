"""通知 on the desk: written, looked over, approved by a second person, corrected, lifted; and its reach."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, STREET
from linli.kernel.notices.models import Notice, Version
from linli.kernel.notices.tests.made import draft, emergency, published

pytestmark = pytest.mark.django_db
FORM = {
    "title": "周三上午停水",
    "body": "8:00–12:00 停水。\n\n请提前储水。",
    "place_code": HOOD,
    "kind": "outage",
    "level": "plain",
    "audience": "everyone",
    "channels": ["phone", "board"],
}


def test_a_social_worker_writes_and_publishes_a_plain_one(cast, sign_in):
    client = sign_in("social")
    assert "写什么" in client.get("/desk/notices/write/").content.decode()
    sent = client.post("/desk/notices/write/", FORM)
    assert sent.status_code == 302
    page = client.get(sent["Location"]).content.decode()
    assert "马上发布" in page and "各屏的样子" in page
    notice = Notice.objects.get()
    client.post(f"/desk/notices/{notice.id}/publish/", {"changes": notice.changes})
    listed = client.get("/desk/notices/").content.decode()
    assert "周三上午停水" in listed and "已发布" in listed


def test_a_faulty_form_comes_back_with_what_was_typed(cast, sign_in):
    refused = sign_in("social").post("/desk/notices/write/", {**FORM, "title": "", "ends_at": "soon"})
    text = refused.content.decode()
    assert refused.status_code == 422 and "请提前储水。" in text
    assert "2026-03-01 17:30 这样的时间" in text
    missing = sign_in("social").post("/desk/notices/write/", {**FORM, "title": ""}).content.decode()
    assert "请填写这一项" in missing and "checked" in missing


def test_an_important_one_is_approved_by_another(cast, sign_in):
    sent = sign_in("social").post("/desk/notices/write/", {**FORM, "level": "important"})
    notice = Notice.objects.get()
    page = sign_in("social").get(sent["Location"]).content.decode()
    assert "提交审核" in page and "要先由另一个人审核" in page
    sign_in("social").post(f"/desk/notices/{notice.id}/submit/")
    assert sign_in("street_duty").get("/desk/notices/now/").json()["waiting"] == 1
    assert sign_in("social").get("/desk/notices/now/").json()["waiting"] == 0
    back = sign_in("street_duty").post(f"/desk/notices/{notice.id}/give_back/", {"words": ""})
    assert back.status_code == 422 and "请写明为什么退回" in back.content.decode()
    sign_in("street_duty").post(f"/desk/notices/{notice.id}/approve/")
    notice.refresh_from_db()
    assert notice.state == "published"


def test_who_looked_at_an_older_one_is_told(cast, sign_in):
    notice = draft(cast, at=now(), level="important")
    client = sign_in("social")
    client.post(f"/desk/notices/{notice.id}/submit/", {"changes": 0})
    late = client.post(f"/desk/notices/{notice.id}/withdraw/", {"changes": 0})
    assert late.status_code == 409 and "刚刚有了变化" in late.content.decode()


def test_a_correction_says_what_it_corrects(cast, sign_in):
    notice, client = published(cast, at=now()), sign_in("social")
    page = client.get(f"/desk/notices/{notice.id}/correct/").content.decode()
    assert "不能悄悄改" in page and "周三上午停水" in page
    sent = {"title": "周四上午停水", "body": "改为周四。", "why": "停水改到周四"}
    assert client.post(f"/desk/notices/{notice.id}/correct/", sent).status_code == 302
    assert "停水改到周四" in client.get(f"/desk/notices/{notice.id}/").content.decode()
    assert Version.objects.filter(notice=notice).count() == 2


def test_an_emergency_is_published_at_once_lifted_and_looked_at(cast, sign_in):
    client = sign_in("street_duty")
    sent = client.post(
        "/desk/notices/write/", {**FORM, "level": "emergency", "place_code": STREET, "hazard": "Fire"}
    )
    notice = Notice.objects.get()
    assert "马上发布紧急通知" in client.get(sent["Location"]).content.decode()
    client.post(f"/desk/notices/{notice.id}/publish/")
    assert "待复核" in client.get(sent["Location"]).content.decode()
    sign_in("street_leader").post(f"/desk/notices/{notice.id}/review/", {"words": "属实"})
    client.post(f"/desk/notices/{notice.id}/lift/", {"words": "明火已扑灭"})
    page = client.get(sent["Location"]).content.decode()
    assert "明火已扑灭" in page and "属实" in page and "已解除" in page


def test_an_emergency_stands_over_the_desk_until_it_was_read(cast, sign_in):
    notice, client = emergency(cast, at=now()), sign_in("grid")
    assert client.get("/desk/notices/now/").json()["alarms"] == 1
    after = client.post(f"/desk/notices/{notice.id}/read/away/", HTTP_ACCEPT="application/json").json()
    assert after["alarms"] == 0


def test_how_many_it_would_reach_says_no_small_numbers(cast, sign_in):
    text = sign_in("social").post("/desk/notices/reach/", {**FORM, "audience": "residents"}).content.decode()
    assert text.count("不到 5") >= 2 and "不显示人数" in text
    staff = sign_in("social").post("/desk/notices/reach/", {**FORM, "audience": "staff", "channels": "phone"})
    assert "2 人" in staff.content.decode()


def test_what_phones_will_ring_with_and_when_is_seen_before_it_is_sent(cast, sign_in, monkeypatch):
    """At night a plain one waits for the morning and says so; an emergency does not."""
    night = datetime(2026, 9, 7, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
    monkeypatch.setattr("linli.screens.desk.views.notices.write.now", lambda: night)
    sent = {**FORM, "channels": ["phone", "push", "sms"], "body": "请提前储水。" * 30}
    text = sign_in("social").post("/desk/notices/reach/", sent).content.decode()
    assert "等到 9月8日 07:00 再送" in text and "22:00–07:00" in text
    assert "柳湾一居居委会：周三上午停水" in text and "只显示开头" in text and "约 1 条" in text
    urgent = sign_in("street_duty").post(
        "/desk/notices/reach/", {**sent, "level": "emergency", "drill": "1", "place_code": STREET}
    )
    assert "演练：周三上午停水" in urgent.content.decode() and "不管免打扰" in urgent.content.decode()
    silent = sign_in("social").post("/desk/notices/reach/", {**FORM, "channels": ["board"]}).content.decode()
    assert "再送" not in silent and "ring-push" not in silent


def test_the_reach_of_a_notice_has_its_definitions(cast, sign_in):
    notice = published(cast, at=now())
    page = sign_in("social").get(f"/desk/notices/{notice.id}/").content.decode()
    assert "人打开过" in page and "一个人只算一次" in page and "不算打开" in page


def test_who_has_not_confirmed(cast, sign_in):
    notice = published(cast, at=now(), audience="staff", channels=["desk"], confirm=True)
    page = sign_in("social").get(f"/desk/notices/{notice.id}/").content.decode()
    assert "赵网格" in page
    sign_in("grid").post(f"/phone/notices/{notice.id}/confirm/")
    page = sign_in("social").get(f"/desk/notices/{notice.id}/").content.decode()
    assert "赵网格" not in page.split("经过")[0]


def test_another_street_sees_nothing(cast, sign_in):
    notice = draft(cast, at=now())
    with as_system():
        assert Notice.objects.count() == 1
    assert sign_in("street_duty").get(f"/desk/notices/{notice.id}/").status_code == 200
    assert sign_in("keeper").get("/desk/notices/").status_code == 403
    assert sign_in("granny").get("/desk/notices/").status_code == 403


def test_the_list_asks_few_questions(cast, sign_in, django_assert_max_num_queries):
    for n in range(10):
        published(cast, at=now() - timedelta(minutes=n))
    client = sign_in("street_duty")
    client.get("/desk/notices/")
    with django_assert_max_num_queries(12):
        client.get("/desk/notices/")
