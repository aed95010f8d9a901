"""What is kept about a person: shown to them, forgotten with them, erased in time; the counts stay."""

import json
from datetime import time, timedelta

from linli.kernel.access import as_system, looking_as
from linli.kernel.matters.tests.cast import MONDAY
from linli.kernel.notices import keeping, verbs
from linli.kernel.notices.models import Delivery, Mailing, Opening, Preference, Subscription
from linli.kernel.notices.queries import mine, reach
from linli.kernel.people import verbs as people
from linli.kernel.people.keepers import as_plain, keepers
from linli.kernel.sealed import fingerprint, seal

from .made import emergency, fresh, published

DAY = timedelta(days=1)


def browser(cast, who="granny"):
    with as_system():
        return Subscription.objects.create(
            account_id=cast.actors[who].account_id,
            endpoint_print=fingerprint(who),
            endpoint_sealed=seal("https://push.example/1"),
            p256dh="k",
            auth="a",
            at=MONDAY,
            device="Chrome · Android",
        )


def lived(cast):
    """Granny has a phone, opened a notice, was sent a reminder, and chose quiet hours."""
    browser(cast)
    notice = published(cast, channels=["phone", "push"], ends_at=MONDAY + DAY)
    while verbs.expand(at=MONDAY):
        pass
    with as_system():
        Delivery.objects.update(state="sent", sent_at=MONDAY)
    verbs.open_notice(notice_id=notice.id, by=cast.granny, at=MONDAY, channel="push")
    verbs.set_preference(
        by=cast.granny, at=MONDAY, quiet_from=time(21), quiet_until=time(8), by_sms=False, off=["activity"]
    )
    return notice


def test_a_copy_holds_what_was_chosen_sent_and_opened(cast):
    lived(cast)
    with as_system():
        copy = as_plain(keepers.chapters(cast.granny.person_id, own=True))
    assert copy["notices_chosen"]["rows"][0]["quiet"] == "21:00–08:00"
    assert copy["notices_chosen"]["rows"][0]["off"] == ["活动"]
    assert copy["notices_opened"]["rows"][0]["title"] == "周三上午停水"
    assert copy["notices_sent"]["rows"][0]["by"] == "手机提醒"


def test_whoever_leaves_is_forgotten_here_too(cast):
    lived(cast)
    people.erase_person(by=cast.granny, at=MONDAY + DAY, person_id=cast.granny.person_id)
    with as_system():
        for room in (Opening, Delivery, Subscription, Preference):
            assert not room.objects.filter(account_id=cast.granny.account_id).exists(), room


def test_rows_of_persons_are_erased_in_time_and_the_counts_stay(cast):
    notice = lived(cast)
    verbs.tick_due(at=MONDAY + DAY)
    before = reach.reach(notice.id, by=cast.social, at=MONDAY + DAY)
    assert keeping.erase_due(at=MONDAY + DAY + keeping.KEPT - timedelta(minutes=1)) == 0
    assert keeping.erase_due(at=MONDAY + DAY + keeping.KEPT) == 1
    assert keeping.erase_due(at=MONDAY + DAY + keeping.KEPT) == 0
    with as_system():
        assert not Opening.objects.exists() and not Delivery.objects.exists() and not Mailing.objects.exists()
    after = reach.reach(notice.id, by=cast.social, at=MONDAY + 200 * DAY)
    assert after.frozen and not before.frozen
    assert (after.opened, after.roster, after.doors) == (before.opened, before.roster, before.doors)
    assert fresh(notice).counted_at is not None


def test_nobody_but_the_person_sees_what_they_opened(cast):
    lived(cast)
    for actor, seen in ((cast.granny, 1), (cast.chen, 0), (cast.social, 0), (cast.city_duty, 0)):
        with looking_as(actor):
            assert Opening.objects.count() == seen
            assert Delivery.objects.count() == seen
            assert not Subscription.objects.exists() and not Preference.objects.exists()


def test_what_is_recorded_of_a_choice_holds_no_address_of_a_browser(cast, settings):
    settings.LINLI_PUSH_SENDER = "linli.kernel.notices.tests.deaf.send"
    endpoint = "https://push.example/secret-address"
    key = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}
    verbs.subscribe(by=cast.granny, at=MONDAY, endpoint=endpoint, device="Chrome", **key)
    from linli.kernel.audit.models import Record

    with as_system():
        said = [json.dumps(r.after or {}) for r in Record.objects.filter(verb="notices.subscribe")]
    assert len(said) == 1 and "secret-address" not in said[0]


def test_put_away_it_is_gone_from_my_pages_alone(cast):
    notice = emergency(cast)
    assert [one.id for one in mine.alarms(cast.granny, at=MONDAY)] == [notice.id]
    verbs.put_away(notice_id=notice.id, by=cast.granny, at=MONDAY, channel="phone")
    assert mine.alarms(cast.granny, at=MONDAY) == []
    assert len(mine.alarms(cast.chen, at=MONDAY)) == 1


def test_a_screen_that_showed_it_is_no_reader(cast):
    notice = published(cast)
    for _n in range(2):
        verbs.note_shown(
            notice_id=notice.id, screen="board", display="1", day=MONDAY.date(), seconds=30, by=cast.social
        )
    seen = reach.reach(notice.id, by=cast.social, at=MONDAY)
    [board] = seen.screens
    assert (board.displays, board.times, board.seconds, seen.opened) == (1, 2, 60, 0)


def test_numbers_below_five_are_not_said(cast):
    notice = published(cast)
    assert reach.reach(notice.id, by=cast.social, at=MONDAY).opened == 0
    verbs.open_notice(notice_id=notice.id, by=cast.granny, at=MONDAY, channel="phone")
    seen = reach.reach(notice.id, by=cast.social, at=MONDAY)
    assert (seen.opened, seen.share) == (None, None)
    assert [reach.few(n) for n in (0, 1, 4, 5)] == [0, None, None, 5]
