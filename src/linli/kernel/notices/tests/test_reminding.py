"""Whoever has a new message is reminded once, at an hour that suits, of nothing that anybody else may know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import time, timedelta

import pytest

from linli.kernel.access import SYSTEM, act, as_system, looking_as
from linli.kernel.matters.tests.cast import HOOD, MONDAY, Cast
from linli.kernel.messages import verbs as messages
from linli.kernel.messages.models import Ring
from linli.kernel.notices import verbs
from linli.kernel.notices.models import Subscription
from linli.kernel.notices.sending import Failed, Gone
from linli.kernel.people.models import Account, Person
from linli.kernel.points.told import DECIDED
from linli.kernel.registers.told import UNMASKED
from linli.kernel.sealed import fingerprint, seal

from . import heard

NIGHT = MONDAY + timedelta(hours=13)  # 23:00 in Shanghai
KEYS = {
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}


@pytest.fixture(autouse=True)
def ways(settings, cast: Cast) -> Iterator[None]:
    settings.LINLI_PUSH_SENDER = "linli.kernel.notices.tests.heard.send"
    settings.LINLI_SMS_SENDER = "linli.kernel.notices.tests.heard.sms"
    settings.LINLI_URL = "https://linli.example"
    heard.silence()
    with as_system():
        phone = "13900000001"
        Account.objects.filter(username="granny").update(phone_print=fingerprint(phone), phone_sealed=seal(phone))
    yield
    heard.silence()


def told(cast: Cast, about: str = "1", *, owed: bool = True, person=None, at=MONDAY) -> None:
    fields = {"ledger": "x", "outcome": "upheld", "answer": "查过监控"}
    if not owed:
        fields = {"who": "王芳", "element": "care-level", "label": "护理等级", "reason": "核对"}
    with act():
        messages.tell(
            by=SYSTEM, at=at, person_id=person or cast.granny.person_id, kind=DECIDED if owed else UNMASKED, about=about,
            fields=fields,
        )  # fmt: skip


def rings(cast: Cast, name: str = "one") -> None:
    verbs.subscribe(by=cast.granny, at=MONDAY, endpoint=f"https://push.example/{name}", **KEYS)


def work(at=MONDAY) -> int:
    tasks = verbs.claim_reminders(at=at)
    for task in tasks:
        verbs.settle_reminder(verbs.remind(task), at=at)
    return len(tasks)


def left() -> int:
    with as_system():
        return Ring.objects.count()


def test_each_browser_rings_once_for_all_that_waits_and_says_nothing_of_it(cast: Cast) -> None:
    rings(cast), rings(cast, "two"), told(cast), told(cast, "2"), told(cast, "3", owed=False)
    assert work() == 1 and work() == 0
    assert [to for to, _said in heard.PUSHED] == ["https://push.example/one", "https://push.example/two"]
    said = heard.PUSHED[0][1]
    assert (said["body"], said["url"]) == ("您有一条新消息。", "/phone/messages/?via=push")
    whole = json.dumps(said, ensure_ascii=False)
    assert not [word for word in ("查过监控", "积分", "王芳") if word in whole]
    assert heard.TEXTED == [] and left() == 0


def test_it_is_said_in_the_readers_language(cast: Cast) -> None:
    with as_system():
        Account.objects.filter(username="granny").update(language="en")
    rings(cast), told(cast), work()
    assert heard.PUSHED[0][1]["body"] == "You have a new message."


def test_who_has_no_phone_that_rings_gets_an_sms_for_what_is_owed_only(cast: Cast) -> None:
    told(cast, owed=False)
    assert work() == 0 and left() == 0
    told(cast)
    assert work() == 1
    [(phone, template, params)] = heard.TEXTED
    assert (phone, template) == ("13900000001", "message")
    assert params["link"] == "https://linli.example/phone/messages/" and "查过监控" not in str(params)


def test_who_wants_no_sms_gets_none(cast: Cast) -> None:
    verbs.set_preference(by=cast.granny, at=MONDAY, quiet_from=time(22), quiet_until=time(7), by_sms=False, off=[])
    told(cast)
    assert work() == 0 and heard.TEXTED == []


def test_who_has_no_account_is_told_by_the_number_on_their_card(cast: Cast) -> None:
    with as_system():
        card = seal("13700000007")
        person = Person.objects.create(
            name="周福生", place_code=HOOD, phone_sealed=card, phone_print=fingerprint("x")
        )
    told(cast, person=person.id)
    assert work() == 1 and [phone for phone, *_rest in heard.TEXTED] == ["13700000007"]


def test_nobody_is_rung_at_night(cast: Cast) -> None:
    rings(cast), told(cast, at=NIGHT)
    assert work(NIGHT) == 0 and heard.PUSHED == [] and left() == 1
    assert work(NIGHT + timedelta(hours=9)) == 1 and len(heard.PUSHED) == 1


def test_who_has_read_it_is_not_reminded(cast: Cast) -> None:
    rings(cast), told(cast)
    with looking_as(cast.granny):
        messages.read_all(by=cast.granny, at=MONDAY)
    assert work() == 0 and left() == 0


def test_a_service_that_fails_is_asked_again_and_a_browser_that_is_gone_is_forgotten(cast: Cast) -> None:
    rings(cast), told(cast)
    heard.REFUSING.append(Failed("503", again=10))
    assert work() == 1 and left() == 1 and work(MONDAY + timedelta(seconds=30)) == 0
    heard.REFUSING[0] = Gone()
    assert work(MONDAY + timedelta(minutes=2)) == 1
    with as_system():
        assert not Subscription.objects.exists()
    assert len(heard.TEXTED) == 1, "no browser is left: what is owed goes by sms"
    assert left() == 0


def test_what_comes_while_it_is_being_sent_rings_again(cast: Cast) -> None:
    rings(cast), told(cast)
    [task] = verbs.claim_reminders(at=MONDAY)
    told(cast, "2", at=MONDAY + timedelta(seconds=5))
    verbs.settle_reminder(verbs.remind(task), at=MONDAY + timedelta(seconds=6))
    assert work(MONDAY + timedelta(seconds=6)) == 1 and len(heard.PUSHED) == 2 and left() == 0


def test_who_died_holding_it_leaves_it_to_the_next(cast: Cast) -> None:
    rings(cast), told(cast)
    assert len(verbs.claim_reminders(at=MONDAY)) == 1
    assert work(MONDAY + timedelta(minutes=1)) == 0
    assert work(MONDAY + timedelta(minutes=3)) == 1 and left() == 0
