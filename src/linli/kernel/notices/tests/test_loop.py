"""From a draft to every screen, and back."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import DISTRICT, HOOD, MONDAY, OTHER_HOOD, STREET
from linli.kernel.notices import verbs
from linli.kernel.notices.models import Notice, Version
from linli.kernel.notices.queries import shown
from linli.kernel.notices.verbs import Text

from .made import TEXT, approved, draft, emergency, fresh, published

HOUR = timedelta(hours=1)


def titles(screen="board", place_code=HOOD, at=MONDAY, **who):
    return [one.title for one in shown.on(screen, place_code=place_code, at=at, **who)]


def test_a_plain_notice_is_published_by_who_wrote_it_and_anybody_may_ask(cast):
    notice = published(cast)
    [one] = shown.on("board", place_code=HOOD, at=MONDAY)
    assert (one.title, one.unit, one.version, one.level) == (TEXT.title, "柳湾一居居委会", 1, "plain")
    assert one.until == MONDAY + timedelta(days=14)
    assert one.paragraphs == ["9月9日（周三）8:00–12:00，1号楼至6号楼停水。", "请提前储水。"]
    with as_system():
        verbs_written = list(
            Record.objects.filter(stream=notice.stream).order_by("stream_seq").values_list("verb", flat=True)
        )
    assert verbs_written == ["notices.write", "notices.publish"]


def test_a_notice_concerns_what_lies_beneath_its_place_and_nothing_else(cast):
    approved(cast, "street_duty", "district_duty", place_code=STREET)
    assert (
        titles(place_code=STREET)
        == titles(place_code=HOOD)
        == titles(place_code=OTHER_HOOD + "001")
        == [TEXT.title]
    )
    assert titles(place_code=DISTRICT) == titles(place_code="990101002") == []


def test_only_on_the_screens_it_is_for(cast):
    published(cast, channels=["phone", "desk"])
    assert titles("phone") == titles("desk") == [TEXT.title]
    assert titles("board") == titles("tv") == titles("command") == []


def test_an_important_one_asks_for_a_second_person(cast):
    notice = draft(cast, level="important")
    with pytest.raises(Conflict, match="另一个人"):
        verbs.publish(notice_id=notice.id, by=cast.social, at=MONDAY)
    verbs.submit(notice_id=notice.id, by=cast.social, at=MONDAY)
    with pytest.raises(NotAllowed):
        verbs.approve(notice_id=notice.id, by=cast.social, at=MONDAY)
    assert titles() == []
    verbs.approve(notice_id=notice.id, by=cast.street_duty, at=MONDAY)
    assert titles() == [TEXT.title]


def test_nobody_approves_their_own(cast):
    notice = draft(cast, "street_duty", place_code=STREET, level="important")
    verbs.submit(notice_id=notice.id, by=cast.street_duty, at=MONDAY)
    with pytest.raises(Conflict, match="另一个人"):
        verbs.approve(notice_id=notice.id, by=cast.street_duty, at=MONDAY)
    with pytest.raises(DatabaseError), transaction.atomic(), as_system():  # nor behind the verbs
        Notice.objects.filter(pk=notice.pk).update(decided_by=cast.street_duty.account_id)


def test_given_back_it_says_why_and_comes_again(cast):
    notice = draft(cast, level="important")
    verbs.submit(notice_id=notice.id, by=cast.social, at=MONDAY)
    verbs.give_back(notice_id=notice.id, by=cast.street_duty, at=MONDAY, why="时间写错了")
    assert (fresh(notice).state, fresh(notice).returned_why) == ("returned", "时间写错了")
    better = Text(title="周四上午停水", body="改为周四。")
    verbs.change(notice_id=notice.id, by=cast.social, at=MONDAY, text=better, aim=_aim(fresh(notice)))
    verbs.submit(notice_id=notice.id, by=cast.social, at=MONDAY)
    verbs.approve(notice_id=notice.id, by=cast.street_duty, at=MONDAY)
    assert titles() == ["周四上午停水"]


def _aim(notice):
    return verbs.Aim(place_code=notice.place_code, level=notice.level, channels=notice.channels)


def test_later_it_waits_for_its_time_and_ends_by_itself(cast):
    notice = published(cast, starts_at=MONDAY + HOUR, ends_at=MONDAY + 3 * HOUR)
    assert (fresh(notice).state, titles()) == ("approved", [])
    assert verbs.tick_due(at=MONDAY) == 0
    assert verbs.tick_due(at=MONDAY + HOUR) == 1
    assert titles(at=MONDAY + HOUR) == [TEXT.title]
    assert titles(at=MONDAY + 3 * HOUR) == []  # before the worker came
    assert verbs.tick_due(at=MONDAY + 3 * HOUR) == 1
    assert fresh(notice).state == "expired"


def test_an_emergency_goes_at_once_stands_first_is_looked_at_afterwards_and_lifted(cast):
    published(cast)
    notice = emergency(cast)
    first, second = shown.on("board", place_code=HOOD, at=MONDAY)
    assert (first.emergency, first.level, second.title) == (True, "emergency", TEXT.title)
    with pytest.raises(Conflict, match="另一个人"):
        verbs.review(notice_id=notice.id, by=cast.street_duty, at=MONDAY, words="属实")
    verbs.review(notice_id=notice.id, by=cast.street_leader, at=MONDAY, words="属实，处置及时")
    with pytest.raises(Conflict, match="先解除"):
        verbs.withdraw(notice_id=notice.id, by=cast.street_duty, at=MONDAY, why="结束")
    verbs.lift(notice_id=notice.id, by=cast.street_duty, at=MONDAY + HOUR, words="明火已扑灭")
    [second, lifted] = sorted(
        shown.on("board", place_code=HOOD, at=MONDAY + HOUR), key=lambda one: one.lifted_words
    )
    assert (lifted.lifted_words, lifted.emergency, lifted.lifted_at) == ("明火已扑灭", False, MONDAY + HOUR)
    assert titles(at=MONDAY + 4 * HOUR) == [TEXT.title]


def test_a_social_worker_publishes_no_emergency(cast):
    notice = draft(cast, level="emergency")
    with pytest.raises(Conflict, match="审核权限"):
        verbs.publish(notice_id=notice.id, by=cast.social, at=MONDAY)


def test_a_correction_is_a_new_version_that_says_so(cast):
    notice = published(cast)
    better = Text(title="周四上午停水", body="改为周四。")
    verbs.correct(notice_id=notice.id, by=cast.social, at=MONDAY + HOUR, text=better, why="日期改为周四")
    [one] = shown.on("board", place_code=HOOD, at=MONDAY + HOUR)
    assert (one.title, one.version, one.corrects) == ("周四上午停水", 2, "日期改为周四")
    with as_system():
        assert Version.objects.get(notice=notice, number=1).title == TEXT.title
        with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
            Version.objects.filter(notice=notice, number=1).update(title="改过的")


def test_a_correction_of_an_important_one_waits_for_a_second_person(cast):
    notice = approved(cast, level="important")
    better = Text(title="周四上午停水", body="改为周四。")
    verbs.correct(notice_id=notice.id, by=cast.social, at=MONDAY, text=better, why="日期改为周四")
    assert titles() == [TEXT.title]
    verbs.approve_correction(notice_id=notice.id, by=cast.street_duty, at=MONDAY)
    assert titles() == ["周四上午停水"]


def test_withdrawn_it_is_gone_from_every_screen_and_says_why(cast):
    notice = published(cast)
    with pytest.raises(Invalid):
        verbs.withdraw(notice_id=notice.id, by=cast.social, at=MONDAY)
    verbs.withdraw(notice_id=notice.id, by=cast.social, at=MONDAY, why="停水取消")
    assert titles() == []
    assert fresh(notice).end_words == "停水取消"


def test_what_is_for_residents_is_no_ones_on_a_screen_in_the_hall(cast):
    published(cast, audience="residents", channels=["phone", "tv"])
    assert titles("tv") == titles("phone") == []
    assert titles("phone", person_id=cast.granny.person_id) == [TEXT.title]
    with pytest.raises(Invalid):
        draft(cast, audience="residents", channels=["board"])


def test_a_draft_is_seen_by_who_works_there_alone(cast):
    notice = draft(cast)
    for actor, seen in (
        (cast.social, True),
        (cast.granny, False),
        (cast.stranger, False),
        (cast.district_duty, True),
    ):
        with looking_as(actor):
            assert Notice.objects.filter(pk=notice.pk).exists() is seen
    with pytest.raises(NotFound):
        verbs.withdraw(notice_id=notice.id, by=_elsewhere(cast), at=MONDAY)


def _elsewhere(cast):
    from dataclasses import replace

    return replace(cast.social, scope=OTHER_HOOD)


def test_age_only_upwards_with_its_purpose(cast):
    with pytest.raises(Invalid) as refused:
        draft(cast, audience="residents", channels=["phone"], age_from=18, age_purpose="征兵")
    assert "age_from" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        draft(cast, audience="residents", channels=["phone"], age_from=65)
    assert "age_purpose" in refused.value.fields


def test_on_asks_few_questions(cast, django_assert_num_queries):
    for n in range(5):
        published(cast, at=MONDAY + timedelta(minutes=n))
    with django_assert_num_queries(1):
        assert len(shown.on("board", place_code=HOOD, at=MONDAY + HOUR)) == 5
    assert connection.in_atomic_block
