"""A notice by SMS, over a real socket to a provider that is a small server of ours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from linli.kernel.access import as_system
from linli.kernel.matters.tests.cast import MONDAY
from linli.kernel.notices import verbs
from linli.kernel.notices.models import Delivery
from linli.kernel.notices.tests.conftest import cast, toy_scene
from linli.kernel.notices.tests.made import approved
from linli.kernel.people.models import Account
from linli.kernel.sealed import fingerprint, seal

from .test_outbound import Provider, provider

__all__ = ["cast", "provider", "toy_scene"]
SMS = ("phone", "sms")


@pytest.fixture
def sent(cast, provider: Provider, settings) -> Provider:
    path = Path(settings.LINLI_SMS)
    text = path.read_text(encoding="utf-8")
    text = text.replace('code = "{code}"', 'params = "{params}"').replace('{sign-in-code = "1"}', '{notice = "N1"}')
    path.write_text(text, encoding="utf-8")
    settings.LINLI_SMS_SENDER = "linli.gateways.sms.outbound.send"
    settings.LINLI_URL = "https://linli.example"
    with as_system():
        for name, phone in (("granny", "13900000001"), ("chen", "13900000002")):
            Account.objects.filter(username=name).update(phone_print=fingerprint(phone), phone_sealed=seal(phone))
    return provider


def work(at=MONDAY):
    while verbs.expand(at=at) + verbs.deliver(at=at):
        pass


def test_each_phone_gets_one_with_a_link_and_the_same_key_for_every_try(cast, sent):
    notice = approved(cast, channels=SMS)
    sent.answer = (503, b"")
    work()
    sent.answer = (200, b'{"code": "0"}')
    tried = len(sent.got)
    work(MONDAY + timedelta(minutes=1))
    work(MONDAY + timedelta(minutes=2))
    assert sorted(one["body"]["to"] for one in sent.got) == ["13900000001"] * 2 + ["13900000002"] * 2 and tried == 2
    said = [one["body"]["params"] for one in sent.got if one["body"]["to"] == "13900000001"]
    assert said[0] == said[1]  # the key among them
    assert "周三上午停水" in said[0] and f"https://linli.example/phone/notices/{notice.id}/?via=sms" in said[0]
    with as_system():
        assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_who_wants_none_gets_none(cast, sent):
    verbs.set_preference(by=cast.granny, at=MONDAY, quiet_from=time(22), quiet_until=time(7), by_sms=False, off=[])
    approved(cast, channels=SMS)
    work()
    assert [one["body"]["to"] for one in sent.got] == ["13900000002"]


def test_not_at_night(cast, sent):
    approved(cast, channels=SMS, at=datetime(2026, 9, 7, 15, tzinfo=UTC))
    work(datetime(2026, 9, 7, 15, tzinfo=UTC))
    assert sent.got == []
    work(datetime(2026, 9, 7, 23, tzinfo=UTC))
    assert len(sent.got) == 2


def test_without_a_provider_it_is_said_that_nothing_went(cast, sent, settings):
    settings.LINLI_SMS_SENDER = ""
    approved(cast, channels=SMS)
    work()
    with as_system():
        assert list(Delivery.objects.values_list("state", "error").distinct()) == [("failed", "not set up")]
