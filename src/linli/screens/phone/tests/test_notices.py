"""通知 on the phone: read, counted as opened once, put away, switched off with one tap."""

import json
from datetime import timedelta

import pytest

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.notices import verbs
from linli.kernel.notices.models import Opening, Preference, Subscription
from linli.kernel.notices.tests.made import emergency, published
from linli.kernel.notices.tokens import off_address

pytestmark = pytest.mark.django_db
KEYS = {
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}


def openings():
    with as_system():
        return list(Opening.objects.values_list("channel", flat=True))


def test_the_list_says_what_is_unread_and_opening_counts_once(cast, sign_in):
    notice, client = published(cast, at=now()), sign_in("granny")
    listed = client.get("/phone/notices/").content.decode()
    assert "周三上午停水" in listed and "unread-one" in listed
    assert client.get("/phone/notices/now/").json()["unread"] == 1
    page = client.get(f"/phone/notices/{notice.id}/?via=push").content.decode()
    assert "请提前储水。" in page and "柳湾一居居委会" in page
    client.get(f"/phone/notices/{notice.id}/")
    assert openings() == ["push"]
    assert "unread-one" not in client.get("/phone/notices/").content.decode()
    assert client.get("/phone/notices/now/").json()["unread"] == 0


def test_what_the_worker_keeps_for_the_lift_is_not_read(cast, sign_in):
    notice = published(cast, at=now())
    page = sign_in("granny").get(f"/phone/notices/{notice.id}/", HTTP_X_LINLI_KEEP="1")
    assert page.status_code == 200 and openings() == []


def test_an_emergency_stands_over_every_page_until_it_was_read(cast, sign_in):
    notice, client = emergency(cast, at=now()), sign_in("granny")
    told = client.get("/phone/notices/now/").json()
    assert told["alarms"] == 1 and "请立即疏散" in told["html"] and "我已看到" in told["html"]
    after = client.post(f"/phone/notices/{notice.id}/away/", HTTP_ACCEPT="application/json").json()
    assert (after["alarms"], after["html"]) == (0, "")
    assert openings() == ["phone"]


def test_lifted_it_stands_over_nothing_and_says_so(cast, sign_in):
    notice, client = emergency(cast, at=now() - timedelta(hours=1)), sign_in("granny")
    verbs.lift(notice_id=notice.id, by=cast.street_duty, at=now(), words="明火已扑灭")
    assert client.get("/phone/notices/now/").json()["alarms"] == 0
    assert "明火已扑灭" in client.get(f"/phone/notices/{notice.id}/").content.decode()


def test_nobody_reads_what_is_not_for_them(cast, sign_in):
    notice = published(cast, at=now(), audience="staff", channels=["phone", "desk"])
    assert sign_in("granny").get(f"/phone/notices/{notice.id}/").status_code == 404
    assert sign_in("grid").get(f"/phone/notices/{notice.id}/").status_code == 200
    assert sign_in("granny").get("/phone/notices/").content.decode().count("周三上午停水") == 0
    from django.test import Client

    assert Client().get(f"/phone/notices/{notice.id}/").status_code == 302


def test_staff_confirm(cast, sign_in):
    notice = published(cast, at=now(), audience="staff", channels=["phone", "desk"], confirm=True)
    client = sign_in("grid")
    assert "确认已看" in client.get(f"/phone/notices/{notice.id}/").content.decode()
    client.post(f"/phone/notices/{notice.id}/confirm/")
    assert "您已确认" in client.get(f"/phone/notices/{notice.id}/").content.decode()


def test_quiet_hours_and_topics_are_kept(cast, sign_in):
    client = sign_in("granny")
    assert "22:00" in client.get("/phone/notices/settings/").content.decode()
    sent = {
        "quiet": "1",
        "quiet_from": "21:30",
        "quiet_until": "08:00",
        "sms": "1",
        "offered": ["outage", "activity"],
        "kind": ["outage"],
    }
    assert client.post("/phone/notices/settings/", sent).status_code == 302
    with as_system():
        row = Preference.objects.get()
    assert (f"{row.quiet_from:%H:%M}", f"{row.quiet_until:%H:%M}", row.off) == ("21:30", "08:00", ["activity"])
    refused = client.post("/phone/notices/settings/", {**sent, "quiet_from": "late"})
    assert refused.status_code == 422 and "22:00 这样的时间" in refused.content.decode()


def test_one_tap_ends_a_topic_without_signing_in(cast, client):
    link = off_address(cast.granny.account_id, "activity")
    assert "不再提醒“活动”" in client.get(link).content.decode()
    with as_system():
        assert not Preference.objects.exists()  # a mail scanner that follows links switches nothing off
    assert "以后不再提醒" in client.post(link).content.decode()
    with as_system():
        assert Preference.objects.get().off == ["activity"]
    client.post(link, {"on": "1"})
    with as_system():
        assert Preference.objects.get().off == []
    assert client.post(link[:-4] + "abc/").status_code == 404


def test_push_is_switched_on_and_off(cast, sign_in, settings):
    settings.LINLI_PUSH_SENDER = "linli.gateways.push.outbound.send"
    client = sign_in("granny")
    sent = {"on": True, "endpoint": "https://fcm.googleapis.com/fcm/send/abc", "device": "Chrome · Android", **KEYS}

    def post(**changes):
        return client.post("/phone/notices/push/", json.dumps({**sent, **changes}), content_type="application/json")

    assert post().json() == {"on": True}
    with as_system():
        assert Subscription.objects.get().account_id == cast.granny.account_id
        assert b"googleapis" not in bytes(Subscription.objects.get().endpoint_sealed)
    assert post(endpoint="https://10.0.0.1/x").status_code == 422
    assert post(p256dh="short").status_code == 422
    assert client.post("/phone/notices/push/", "[]", content_type="application/json").status_code == 422
    assert post(on=False).json() == {"on": False}
    with as_system():
        assert not Subscription.objects.exists()


def test_a_page_of_notices_asks_few_questions(cast, sign_in, django_assert_max_num_queries):
    for n in range(12):
        published(cast, at=now() - timedelta(minutes=n))
    client = sign_in("granny")
    client.get("/phone/notices/")
    with django_assert_max_num_queries(14):
        client.get("/phone/notices/")
