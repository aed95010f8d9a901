"""From a published notice to the phones it concerns: each once, at an hour that suits, and nothing lost."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD
from linli.kernel.notices import verbs
from linli.kernel.notices.models import Delivery, Mailing, Subscription
from linli.kernel.notices.queries import reach
from linli.kernel.notices.tests.made import approved, emergency, published
from linli.kernel.notices.verbs import Text
from linli.kernel.people.models import Account, Person

PUSH = ("phone", "push")
NIGHT = datetime(2026, 9, 7, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
MORNING = datetime(2026, 9, 7, 23, 0, tzinfo=UTC)  # 07:00
MINUTE = timedelta(minutes=1)


def switch_on(cast, service, name, phone=""):
    browser = service.browser(phone or name)
    return verbs.subscribe(
        by=cast.actors[name],
        at=MONDAY,
        endpoint=browser.endpoint,
        p256dh=browser.p256dh,
        auth=browser.auth,
        device="Chrome · Android",
    )


def work(at=MONDAY):
    """What the worker does until nothing is left to do now."""
    done = 0
    while n := verbs.expand(at=at) + verbs.deliver(at=at):
        done += n
    return done


def neighbour(cast, name, place=HOOD):
    with as_system():
        account = Account.objects.create(kind="resident", username=name, name=name)
        person = Person.objects.create(account=account, name=name, place_code=place)
    cast.actors[name] = Actor(role=Role.RESIDENT, name=name, account_id=account.id, person_id=person.id)


def test_each_phone_hears_once(cast, service):
    switch_on(cast, service, "granny")
    switch_on(cast, service, "granny", "tablet")
    switch_on(cast, service, "chen")
    published(cast, channels=PUSH)
    work()
    work()
    assert sorted(one.browser for one in service.got) == ["chen", "granny", "tablet"]
    [got] = [one for one in service.got if one.browser == "granny"]
    assert got.message["title"] == "周三上午停水"
    assert got.message["url"].endswith("?via=push") and got.message["off"]


def test_only_whom_it_is_for(cast, service):
    neighbour(cast, "elsewhere", OTHER_HOOD)
    for name in ("granny", "elsewhere", "grid", "handler"):
        switch_on(cast, service, name)
    published(cast, channels=PUSH)
    published(cast, channels=PUSH, audience="staff", at=MONDAY + MINUTE)
    work(MONDAY + MINUTE)
    assert (len(service.shown("granny")), len(service.shown("grid"))) == (1, 2)
    assert service.shown("elsewhere") == service.shown("handler") == []


def test_at_night_it_waits_until_the_morning_but_an_emergency_does_not(cast, service):
    switch_on(cast, service, "granny")
    published(cast, at=NIGHT, channels=PUSH)
    emergency(cast, at=NIGHT, channels=PUSH)
    work(NIGHT)
    assert service.shown("granny") == ["紧急：3号楼火情，请立即疏散"]
    work(MORNING - MINUTE)
    assert len(service.got) == 1
    work(MORNING)
    assert service.shown("granny")[1:] == ["周三上午停水"]


def test_quiet_hours_are_everybodys_own_and_may_be_changed_meanwhile(cast, service):
    switch_on(cast, service, "granny")
    _prefer(cast, quiet_from=time(0), quiet_until=time(0))
    published(cast, at=NIGHT, channels=PUSH)
    verbs.expand(at=NIGHT)
    _prefer(cast, quiet_from=time(22), quiet_until=time(9))
    work(NIGHT)
    work(MORNING)
    assert service.got == []
    work(MORNING + timedelta(hours=2))
    assert len(service.got) == 1


def _prefer(cast, **changes):
    usual = {"quiet_from": time(22), "quiet_until": time(7), "by_sms": True, "off": []}
    verbs.set_preference(by=cast.granny, at=MONDAY, **{**usual, **changes})


def test_a_topic_switched_off_is_remembered_but_not_for_an_emergency(cast, service):
    switch_on(cast, service, "granny")
    verbs.switch_topic(by=cast.granny, at=MONDAY, kind="outage", on=False)
    published(cast, channels=PUSH, kind="outage")
    published(cast, channels=PUSH, kind="activity", at=MONDAY + MINUTE)
    emergency(cast, channels=PUSH, kind="outage", at=MONDAY + MINUTE)
    work(MONDAY + MINUTE)
    assert sorted(service.shown("granny")) == ["周三上午停水", "紧急：3号楼火情，请立即疏散"]
    assert {one.message["off"] for one in service.got if one.message["urgent"]} == {""}


def test_switched_off_after_it_was_put_on_its_way(cast, service):
    switch_on(cast, service, "granny")
    published(cast, channels=PUSH, at=NIGHT)
    work(NIGHT)
    verbs.switch_topic(by=cast.granny, at=NIGHT, kind="affairs", on=False)
    work(MORNING)
    assert service.got == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_forgotten(cast, service, status):
    switch_on(cast, service, "granny")
    service.answers = [(status, {})]
    published(cast, channels=PUSH)
    work()
    with as_system():
        assert not Subscription.objects.exists()
        assert list(Delivery.objects.values_list("state", "error")) == [("failed", "gone")]


def test_it_is_tried_again_later_and_later_and_not_for_ever(cast, service):
    switch_on(cast, service, "granny")
    service.answers = [(503, {})] * 6
    published(cast, channels=PUSH)
    work()
    with as_system():
        [first] = Delivery.objects.all()
    assert (first.state, first.due_at) == ("waiting", MONDAY + MINUTE)
    at = MONDAY
    for _n in range(6):
        at += timedelta(hours=6)
        work(at if 7 <= (at + timedelta(hours=8)).hour < 22 else at + timedelta(hours=10))
    with as_system():
        [last] = Delivery.objects.all()
    assert (last.state, last.tries, service.got) == ("failed", 6, [])


def test_the_service_says_when(cast, service):
    switch_on(cast, service, "granny")
    service.answers = [(429, {"Retry-After": "600"})]
    published(cast, channels=PUSH)
    work()
    work(MONDAY + 9 * MINUTE)
    assert service.got == []
    work(MONDAY + 10 * MINUTE)
    assert len(service.got) == 1


def test_killed_before_it_was_sent_it_is_sent_when_the_lease_is_over(cast, service):
    switch_on(cast, service, "granny")
    published(cast, channels=PUSH)
    verbs.expand(at=MONDAY)
    assert len(verbs.claim(at=MONDAY)) == 1  # and there we died
    work(MONDAY + MINUTE)
    assert service.got == []  # another worker believes that we are at it
    work(MONDAY + 2 * MINUTE)
    assert len(service.got) == 1


def test_killed_after_it_was_sent_the_phone_can_tell_that_it_is_the_same(cast, service):
    switch_on(cast, service, "granny")
    published(cast, channels=PUSH)
    verbs.expand(at=MONDAY)
    [task] = verbs.claim(at=MONDAY)
    verbs.run(task)  # the service took it, and we died
    work(MONDAY + 3 * MINUTE)
    first, second = service.got
    assert first.headers["topic"] == second.headers["topic"]
    assert first.message["tag"] == second.message["tag"]


def test_killed_while_persons_are_walked_nobody_is_left_out_or_told_twice(cast, service):
    for n in range(7):
        neighbour(cast, f"n{n}")
        switch_on(cast, service, f"n{n}")
    published(cast, channels=PUSH)
    assert verbs.expand(at=MONDAY, limit=3) == 3
    try:
        with transaction.atomic():
            verbs.expand(at=MONDAY, limit=3)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with as_system():
        assert Delivery.objects.count() == 3 - _without_phone(cast, 3)
    work()
    assert sorted(one.browser for one in service.got) == [f"n{n}" for n in range(7)]


def _without_phone(cast, first):
    """Of the first persons in order, those without a phone (the cast has four: two residents, two of the staff)."""
    with as_system():
        mailing = Mailing.objects.get()
        return 3 - Subscription.objects.filter(account__lte=mailing.reached).count()


def test_the_database_holds_that_nobody_is_told_twice(cast, service):
    switch_on(cast, service, "granny")
    published(cast, channels=PUSH)
    work()
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        row = Delivery.objects.get()
        row.pk = None
        row._state.adding = True
        Delivery.objects.create(
            mailing=row.mailing,
            notice=row.notice,
            account=row.account,
            channel="push",
            target=row.target,
            due_at=MONDAY,
        )


def test_withdrawn_before_it_went_it_does_not_go(cast, service):
    switch_on(cast, service, "granny")
    notice = published(cast, channels=PUSH, at=NIGHT)
    work(NIGHT)
    verbs.withdraw(notice_id=notice.id, by=cast.social, at=NIGHT, why="停水取消")
    work(MORNING)
    assert service.got == []
    with as_system():
        assert Delivery.objects.get().error == "withdrawn"


def test_a_correction_is_told_and_takes_the_place_of_the_first(cast, service):
    switch_on(cast, service, "granny")
    notice = published(cast, channels=PUSH)
    work()
    better = Text(title="周四上午停水", body="改为周四。")
    verbs.correct(notice_id=notice.id, by=cast.social, at=MONDAY + MINUTE, text=better, why="日期改为周四")
    work(MONDAY + MINUTE)
    first, second = service.got
    assert second.message["title"] == "更正：周四上午停水"
    assert first.message["tag"] == second.message["tag"]


def test_lifting_is_told_to_whoever_was_told(cast, service):
    switch_on(cast, service, "granny")
    notice = emergency(cast, channels=PUSH, at=NIGHT)
    work(NIGHT)
    verbs.lift(notice_id=notice.id, by=cast.street_duty, at=NIGHT + MINUTE, words="明火已扑灭")
    work(NIGHT + MINUTE)
    assert service.shown("granny")[1] == "解除：3号楼火情，请立即疏散"


def test_in_the_language_of_the_reader(cast, service):
    with as_system():
        Account.objects.filter(pk=cast.granny.account_id).update(language="en")
    switch_on(cast, service, "granny")
    text = Text(title="停水", body="停水。", title_en="No water on Wednesday", body_en="From 8 to 12.")
    notice = verbs.write(by=cast.social, at=MONDAY, text=text, aim=verbs.Aim(place_code=HOOD, channels=PUSH))
    verbs.publish(notice_id=notice.id, by=cast.social, at=MONDAY)
    work()
    assert service.shown("granny") == ["No water on Wednesday"]
    assert service.got[0].message["words"]["open"] == "View"


def test_a_phone_belongs_to_who_switched_it_on_last(cast, service):
    switch_on(cast, service, "granny", "shared")
    switch_on(cast, service, "chen", "shared")
    published(cast, channels=PUSH)
    work()
    assert len(service.got) == 1
    with as_system():
        assert Delivery.objects.get().account_id == cast.chen.account_id


def test_told_and_opened_are_counted_apart(cast, service):
    for n in range(6):
        neighbour(cast, f"n{n}")
        switch_on(cast, service, f"n{n}")
    notice = approved(cast, level="important", channels=PUSH)
    work()
    for n in range(5):
        verbs.open_notice(notice_id=notice.id, by=cast.actors[f"n{n}"], at=MONDAY, channel="push")
        verbs.open_notice(notice_id=notice.id, by=cast.actors[f"n{n}"], at=MONDAY, channel="phone")
    seen = reach.reach(notice.id, by=cast.social, at=MONDAY)
    [push] = [door for door in seen.doors if door.channel == "push"]
    assert (push.told, push.opened, seen.opened) == (6, 5, 5)
    assert seen.roster.accounts == 10  # six neighbours, two of the cast, two of the staff of the neighbourhood
