"""What each figure means, one small story a rule: what is kept after the follower has read, in numbers one can count by hand.

Each turns red when its rule is broken, as the month of `test_month` does by chance sooner or later. Tried on the code that
keeps the figures, one change at a time:

    what was changed                                  which of these turned red first
    late-open not counted                             late_and_still_open_counts_on_the_day_it_was_due
    late answer still open not counted                an_answer_that_never_came_is_late
    wrong bucket: late on the day it was opened       late_and_still_open_counts_on_the_day_it_was_due
    wrong bucket: closed on the day it was due        done_a_day_late_is_late_and_closed_on_the_day_it_was_closed
    reopened counted as reported again                reopened_is_a_turn_of_its_own_and_the_one_before_stays_as_it_was
    the first turn counted as reopened                reopened_is_a_turn_of_its_own_and_the_one_before_stays_as_it_was
    a declined turn that is opened again not counted  declined_and_opened_again_counts_as_reopened
    four stars not satisfied                          four_stars_are_content_and_three_are_not
    return lost                                       given_back_counts_for_who_gave_it_back_and_helpers_not_at_all
    helpers counted as assigned                       given_back_counts_for_who_gave_it_back_and_helpers_not_at_all
    moved unit: a past turn under who leads now       a_turn_that_is_over_stays_with_who_led_it
    merged in time counted as late                    merged_in_time_is_not_counted_and_merged_late_is_late[after0-finish_out]
    merged after its date vanishes                    merged_in_time_is_not_counted_and_merged_late_is_late[after1-finish_late]
    paused before its date counted as late            paused_in_time_is_left_out_and_paused_late_is_late[after0-finish_out]
    paused after its date not counted as late         paused_in_time_is_left_out_and_paused_late_is_late[after1-finish_late]
    late by a moment counted in time                  done_a_day_late_is_late_and_closed_on_the_day_it_was_closed
    a refused extension counted                       a_refused_extension_beside_a_granted_one_of_another_turn_is_none
    an extension of another turn counted              more_time_counts_when_it_is_granted_and_for_its_own_turn
    a withdrawn order counted                         an_order_counts_for_its_own_turn_and_a_withdrawn_one_not
    an order of another turn counted                  an_order_counts_for_its_own_turn_and_a_withdrawn_one_not
    an alarm's matter owes an answer                  what_a_device_reports_owes_no_answer_and_opens_again_by_itself
    the answer promised again when reopened           reopened_is_a_turn_of_its_own_and_the_one_before_stays_as_it_was
    an alarm that came again opens no turn            what_a_device_reports_owes_no_answer_and_opens_again_by_itself
    a turn erased from the records forgotten          what_was_erased_from_the_records_stays_counted
    rating of the turn before lost                    reopened_is_a_turn_of_its_own_and_the_one_before_stays_as_it_was
    nobody to ask counted as asked                    nobody_is_asked_what_staff_reported
    night: days end at midnight of Greenwich          a_day_ends_at_midnight_here
    a month begins with the quarter                   an_answer_that_never_came_is_late
    a street's units counted in the district twice    a_month_is_its_own_days_at_every_level
    what held before is not taken away                late_and_still_open_counts_on_the_day_it_was_due
    a changed assignment is not taken away            what_was_erased_from_the_records_stays_counted
    changed kind not followed                         whatever_may_change_a_figure_is_followed[reclassify]
    moved place not followed                          whatever_may_change_a_figure_is_followed[move]
    other place codes not followed                    whatever_may_change_a_figure_is_followed[recode]
    a withdrawn order not followed                    whatever_may_change_a_figure_is_followed[withdraw_order]
    a merger undone not followed                      whatever_may_change_a_figure_is_followed[unmerge]
    a rating not followed                             whatever_may_change_a_figure_is_followed[rate]
    a pause not followed                              whatever_may_change_a_figure_is_followed[pause]
    today is taken from what is kept by the day       today_counts_what_has_fallen_due_by_now
    what falls due later today counts already         today_counts_what_has_fallen_due_by_now
    ended this instant still open                     open_is_what_has_not_ended_by_the_instant_and_overdue_what_was_not_kept
    what was answered late is overdue for ever        open_is_what_has_not_ended_by_the_instant_and_overdue_what_was_not_kept

That nobody follows who asked to be forgotten changes no figure (who was asked stays asked), so nothing turns red for it.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from linli.kernel.access import SYSTEM, Moves, as_system
from linli.kernel.audit.verbs import erase
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.figures import verbs as figures
from linli.kernel.figures.measures import Counts
from linli.kernel.figures.queries import Group, Period, count, scope_of, standing
from linli.kernel.figures.verbs.following import move
from linli.kernel.matters import carrying, forgetting, verbs
from linli.kernel.matters.models import Matter, Order
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, Cast, fresh
from linli.kernel.matters.verbs import alarming
from linli.kernel.people.keepers import Leaving
from linli.kernel.readings.raised import Told

from .following import follow

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
LATER = MONDAY + 40 * DAY
DUE = date(2026, 9, 10)  # of what is reported on the Monday and takes three working days


def counted(
    cast: Cast, period: Period = SEPTEMBER, at: datetime = LATER, group: Group = Group.ALL
) -> dict[str, Counts]:
    follow()
    return count(scope_of(cast.city_duty), period, at, group)


def whole(cast: Cast, period: Period = SEPTEMBER, at: datetime = LATER) -> Counts:
    return counted(cast, period, at).get("", Counts())


def on(day: date) -> Period:
    return Period(day, day)


def closed(cast: Cast, matter: Matter, at: datetime, *, done: datetime | None = None) -> Matter:
    verbs.report_done(
        matter_id=matter.id, by=cast.handler, at=done or at, outcome=catalogue().kind(matter.kind).reasons[0],
        result="好了", files=[cast.photo(at=done or at)],
    )  # fmt: skip
    return verbs.close(matter_id=matter.id, by=cast.dispatcher, at=at, reply="好了")


def test_late_and_still_open_counts_on_the_day_it_was_due(cast: Cast) -> None:
    cast.assigned(at=MONDAY)
    found = whole(cast, on(DUE))
    assert (found.finish_late, found.finish_in, found.reported) == (1, 0, 0)
    before = whole(cast, on(MONDAY.date()))
    assert (before.reported, before.finish_late, before.answer_in) == (1, 0, 1)


def test_an_answer_that_never_came_is_late(cast: Cast) -> None:
    cast.report(at=MONDAY)
    found = whole(cast)
    assert (found.answer_late, found.answer_in, found.finish_late) == (1, 0, 1)


def test_done_a_day_late_is_late_and_closed_on_the_day_it_was_closed(cast: Cast) -> None:
    closed(cast, cast.assigned(at=MONDAY), MONDAY + 5 * DAY, done=MONDAY + 3 * DAY + 9 * HOUR)
    assert (whole(cast, on(DUE)).finish_late, whole(cast, on(DUE)).closed) == (1, 0)
    assert whole(cast, on(date(2026, 9, 12))).closed == 1


def test_reopened_is_a_turn_of_its_own_and_the_one_before_stays_as_it_was(cast: Cast) -> None:
    matter = closed(cast, cast.assigned(at=MONDAY), MONDAY + HOUR)
    verbs.rate(matter_id=matter.id, by=cast.granny, at=MONDAY + 2 * HOUR, stars=2)
    verbs.reopen(matter_id=matter.id, by=cast.granny, at=MONDAY + DAY, reason="又来了")
    closed(cast, fresh(matter), MONDAY + 12 * DAY)
    found = whole(cast)
    assert (found.reported, found.reopened, found.closed, found.again) == (1, 1, 2, 1)
    assert (found.finish_in, found.finish_late, found.answer_in, found.answer_late) == (1, 1, 1, 0)
    assert (found.asked, found.rated, found.satisfied) == (2, 1, 0)


def test_declined_and_opened_again_counts_as_reopened(cast: Cast) -> None:
    matter = cast.report(at=MONDAY)
    verbs.decline(matter_id=matter.id, by=cast.dispatcher, at=MONDAY + HOUR, outcome="not-ours", reply="不归我们")
    verbs.reopen(matter_id=matter.id, by=cast.dispatcher, at=MONDAY + DAY, reason="弄错了")
    found = whole(cast)
    assert (found.declined, found.again, found.reopened) == (1, 1, 1)


def test_four_stars_are_content_and_three_are_not(cast: Cast) -> None:
    for stars in (3, 4):
        matter = closed(cast, cast.assigned(at=MONDAY), MONDAY + HOUR)
        verbs.rate(matter_id=matter.id, by=cast.granny, at=MONDAY + DAY, stars=stars)
    found = whole(cast)
    assert (found.asked, found.rated, found.satisfied) == (2, 2, 1)


def test_nobody_is_asked_what_staff_reported(cast: Cast) -> None:
    closed(cast, cast.assigned(at=MONDAY, by="grid"), MONDAY + HOUR)
    assert (whole(cast).closed, whole(cast).asked) == (1, 0)


def test_given_back_counts_for_who_gave_it_back_and_helpers_not_at_all(cast: Cast) -> None:
    units = {name: cast.units[name].id for name in ("enforcement", "sanitation")}
    matter = cast.report(at=MONDAY)
    verbs.assign(
        matter_id=matter.id, by=cast.dispatcher, at=MONDAY, unit_id=units["enforcement"],
        helpers=[(units["sanitation"], "协助", None)],
    )  # fmt: skip
    verbs.give_back(matter_id=matter.id, by=cast.handler, at=MONDAY + HOUR, reason="不归我们")
    verbs.assign(matter_id=matter.id, by=cast.dispatcher, at=MONDAY + 2 * HOUR, unit_id=units["sanitation"])
    by_unit = counted(cast, group=Group.UNIT)
    numbers = {name: (by_unit[str(key)].assigned, by_unit[str(key)].returned) for name, key in units.items()}
    assert numbers == {"enforcement": (1, 1), "sanitation": (1, 0)}


def test_a_turn_that_is_over_stays_with_who_led_it(cast: Cast) -> None:
    matter = closed(cast, cast.assigned(at=MONDAY), MONDAY + HOUR)
    verbs.reopen(matter_id=matter.id, by=cast.granny, at=MONDAY + DAY, reason="又来了")
    verbs.give_back(matter_id=matter.id, by=cast.handler, at=MONDAY + DAY + HOUR, reason="不归我们")
    sanitation = cast.units["sanitation"].id
    verbs.assign(matter_id=matter.id, by=cast.dispatcher, at=MONDAY + DAY + 2 * HOUR, unit_id=sanitation)
    by_unit = counted(cast, group=Group.UNIT)
    assert (by_unit[str(cast.units["enforcement"].id)].closed, by_unit[str(sanitation)].finish_late) == (1, 1)


@pytest.mark.parametrize(("after", "fate"), [(DAY, "finish_out"), (10 * DAY, "finish_late")])
def test_merged_in_time_is_not_counted_and_merged_late_is_late(cast: Cast, after: timedelta, fate: str) -> None:
    first, second = cast.report("chen", at=MONDAY), cast.assigned(at=MONDAY)
    closed(cast, cast.assigned(at=MONDAY), MONDAY + HOUR)
    verbs.merge(matter_id=second.id, by=cast.dispatcher, at=MONDAY + after, into_id=first.id)
    found = whole(cast)
    assert (found.merged, found.finish_in, getattr(found, fate)) == (1, 1, 1 + (fate == "finish_late"))
    verbs.unmerge(matter_id=second.id, by=cast.dispatcher, at=MONDAY + after + HOUR)
    assert (whole(cast).merged, whole(cast).finish_late, whole(cast).finish_out) == (0, 2, 0)


@pytest.mark.parametrize(("after", "fate"), [(DAY, "finish_out"), (10 * DAY, "finish_late")])
def test_paused_in_time_is_left_out_and_paused_late_is_late(cast: Cast, after: timedelta, fate: str) -> None:
    matter = cast.assigned(at=MONDAY)
    follow()
    verbs.pause(matter_id=matter.id, by=cast.handler, at=MONDAY + after, reason="weather")
    found = whole(cast)
    assert getattr(found, fate) == 1 and found.finish_out + found.finish_late == 1
    held = standing(scope_of(cast.city_duty), LATER)[""]
    assert (held.held, held.overdue) == ((1, 0) if fate == "finish_out" else (0, 1))


def test_more_time_counts_when_it_is_granted_and_for_its_own_turn(cast: Cast) -> None:
    matter = cast.assigned(at=MONDAY)
    for n, granted in enumerate((False, True)):
        at = MONDAY + (n + 1) * HOUR
        verbs.ask_extension(matter_id=matter.id, by=cast.handler, at=at, span="2 working_day", reason="等配件")
        verbs.decide_extension(matter_id=matter.id, by=cast.street_leader, at=at, granted=granted, decision="意见")
        assert whole(cast).extended == n, "a refusal is no extension"
    closed(cast, fresh(matter), MONDAY + 4 * HOUR)
    verbs.reopen(matter_id=matter.id, by=cast.granny, at=MONDAY + DAY, reason="又来了")
    found = whole(cast)
    assert (found.extended, found.finish_in, found.finish_late) == (1, 1, 1)


def test_a_refused_extension_beside_a_granted_one_of_another_turn_is_none(cast: Cast) -> None:
    matter = cast.assigned(at=MONDAY)
    for at, granted in ((MONDAY + HOUR, True), (MONDAY + 2 * DAY, False)):
        if not granted:
            closed(cast, fresh(matter), MONDAY + DAY)
            verbs.reopen(matter_id=matter.id, by=cast.granny, at=MONDAY + DAY + HOUR, reason="又来了")
        verbs.ask_extension(matter_id=matter.id, by=cast.handler, at=at, span="2 working_day", reason="等配件")
        verbs.decide_extension(matter_id=matter.id, by=cast.street_leader, at=at, granted=granted, decision="意见")
    assert whole(cast).extended == 1


def test_an_order_counts_for_its_own_turn_and_a_withdrawn_one_not(cast: Cast) -> None:
    matter = cast.assigned(at=MONDAY)
    due = MONDAY + 30 * DAY
    verbs.supervise(matter_id=matter.id, by=cast.district_duty, at=MONDAY + HOUR, text="查", reply_due=due)
    assert whole(cast).supervised == 1
    with as_system():
        order = Order.objects.get(matter=matter)
    verbs.reply_order(matter_id=matter.id, by=cast.handler, at=MONDAY + HOUR, order_id=order.id, text="好")
    closed(cast, fresh(matter), MONDAY + 2 * HOUR)
    verbs.reopen(matter_id=matter.id, by=cast.granny, at=MONDAY + DAY, reason="又来了")
    assert (whole(cast).supervised, whole(cast).finish_late) == (1, 1)
    verbs.withdraw_order(
        matter_id=matter.id, by=cast.district_duty, at=MONDAY + 2 * DAY, order_id=order.id, reason="发错了"
    )
    assert whole(cast).supervised == 0


def test_what_a_device_reports_owes_no_answer_and_opens_again_by_itself(cast: Cast) -> None:
    opened = alarming.open_alarm(
        by=SYSTEM, at=MONDAY, kind="unlicensed-stall", place_code=HOOD, lon=None, lat=None, address="", title="烟感报警",
        body="烟感报警", source_key=str(uuid4()), severity=2,
    )  # fmt: skip
    found = whole(cast)
    assert (found.reported, found.answer_in, found.answer_late, found.answer_out) == (1, 0, 0, 0)
    if fresh(opened).lead_unit_id is None:
        verbs.assign(matter_id=opened, by=cast.dispatcher, at=MONDAY, unit_id=cast.units["enforcement"].id)
    with as_system():
        Matter.objects.filter(id=opened).update(
            state="closed", ended_at=MONDAY + HOUR, done_at=MONDAY + HOUR, next_tick_at=None, due_at=None, leg=""
        )
    alarming.tell([Told("again", opened, uuid4(), "烟感", "smoke", 2, {})], at=MONDAY + DAY)
    found = whole(cast)
    assert (found.reopened, found.closed, found.again) == (1, 1, 1)


def test_what_was_erased_from_the_records_stays_counted(cast: Cast) -> None:
    matter = closed(cast, cast.assigned(at=MONDAY), MONDAY + 5 * DAY)
    verbs.rate(matter_id=matter.id, by=cast.granny, at=MONDAY + 5 * DAY, stars=1)
    verbs.reopen(matter_id=matter.id, by=cast.granny, at=MONDAY + 6 * DAY, reason="又来了")
    closed(cast, fresh(matter), MONDAY + 7 * DAY)
    before = whole(cast)
    assert (before.finish_late, before.finish_in, before.rated, before.asked) == (1, 1, 1, 2)
    with as_system():
        forgetting.let_go(Leaving(cast.granny.person_id, cast.granny.account_id), MONDAY + 8 * DAY)
        erase(at=MONDAY + 8 * DAY, accounts=[cast.granny.account_id])
    follow()
    move({matter.id})
    assert whole(cast) == before
    assert figures.compare(by=SYSTEM, at=LATER).different == 0


def test_a_day_ends_at_midnight_here(cast: Cast) -> None:
    """Eleven at night and one in the morning are two days, though they are one in Greenwich."""
    for hour in (15, 17):  # UTC: 23:00 and 1:00 in Shanghai
        cast.report(at=MONDAY.replace(hour=hour))
    days = counted(cast, Period(date(2026, 9, 7), date(2026, 9, 8)), group=Group.DAY)
    assert {day: counts.reported for day, counts in days.items() if counts.reported} == {
        "2026-09-07": 1,
        "2026-09-08": 1,
    }
    assert whole(cast, on(date(2026, 9, 8))).reported == 1


def test_a_month_is_its_own_days_at_every_level(cast: Cast) -> None:
    cast.report(at=MONDAY - 31 * DAY)
    cast.assigned(at=MONDAY)
    follow()
    for who, scope in (("city_duty", ""), ("district_duty", ""), ("street_duty", ""), ("social", "")):
        by = cast.actors[who]
        assert count(scope_of(by, scope), SEPTEMBER, LATER)[""].reported == 1, who
        if who != "social":
            by_unit = count(scope_of(by), SEPTEMBER, LATER, Group.UNIT)
            assert by_unit[str(cast.units["enforcement"].id)].assigned == 1, who


def test_today_counts_what_has_fallen_due_by_now(cast: Cast) -> None:
    cast.assigned(at=MONDAY)
    day = MONDAY + 3 * DAY  # ten in the morning; the work is due at half past five
    assert whole(cast, on(DUE), day).finish_late == 0
    assert whole(cast, on(DUE), day + 8 * HOUR).finish_late == 1
    assert whole(cast, SEPTEMBER, day + DAY).finish_late == 1


def test_open_is_what_has_not_ended_by_the_instant_and_overdue_what_was_not_kept(cast: Cast) -> None:
    answered = cast.report(at=MONDAY)
    verbs.accept(matter_id=answered.id, by=cast.dispatcher, at=MONDAY + 5 * HOUR)
    done = closed(cast, cast.assigned(at=MONDAY), MONDAY + HOUR)
    follow()
    scope = scope_of(cast.city_duty)
    assert standing(scope, fresh(done).ended_at)[""].open == 1, "what ends in this instant is not open any more"
    assert [standing(scope, MONDAY + n * HOUR)[""].overdue for n in (1, 3, 6)] == [0, 1, 0]


@pytest.mark.parametrize(
    "what",
    [
        "reclassify", "move", "recode", "withdraw_order", "unmerge", "rate", "pause", "resume", "reporter_left", "urge_order",
    ],
)  # fmt: skip
def test_whatever_may_change_a_figure_is_followed(cast: Cast, what: str) -> None:
    """After each verb what is kept is what a recomputation finds, though nothing else happened to the matter."""
    matter, other = cast.assigned(at=MONDAY), cast.report("chen", at=MONDAY)
    verbs.supervise(matter_id=matter.id, by=cast.district_duty, at=MONDAY, text="查")
    with as_system():
        order = Order.objects.get(matter=matter)
    verbs.merge(matter_id=other.id, by=cast.dispatcher, at=MONDAY, into_id=matter.id)
    ended = closed(cast, cast.assigned(at=MONDAY), MONDAY + HOUR)
    held = cast.assigned(at=MONDAY)
    verbs.pause(matter_id=held.id, by=cast.handler, at=MONDAY, reason="weather")
    read = follow()
    at = MONDAY + 2 * HOUR
    done: dict[str, Callable[[], object]] = {
        "reclassify": lambda: verbs.reclassify(
            matter_id=matter.id, by=cast.dispatcher, at=at, kind="illegal-building"
        ),
        "move": lambda: verbs.move(matter_id=matter.id, by=cast.dispatcher, at=at, place_code=OTHER_HOOD),
        "recode": lambda: carrying.carry(
            by=SYSTEM, at=at, moves=Moves({HOOD: OTHER_HOOD}, {}, {}), recoding=uuid4(), limit=99
        ),
        "withdraw_order": lambda: verbs.withdraw_order(
            matter_id=matter.id, by=cast.district_duty, at=at, order_id=order.id, reason="发错了"
        ),
        "unmerge": lambda: verbs.unmerge(matter_id=other.id, by=cast.dispatcher, at=at),
        "rate": lambda: verbs.rate(matter_id=ended.id, by=cast.granny, at=at, stars=5),
        "pause": lambda: verbs.pause(matter_id=matter.id, by=cast.handler, at=at, reason="weather"),
        "resume": lambda: verbs.resume(matter_id=held.id, by=cast.handler, at=at),
        "reporter_left": lambda: forgetting.let_go(Leaving(cast.chen.person_id, cast.chen.account_id), at),
        "urge_order": lambda: verbs.urge_order(
            matter_id=matter.id, by=cast.district_duty, at=at, order_id=order.id
        ),
    }
    if what in ("recode", "reporter_left"):
        with as_system():
            done[what]()
    else:
        done[what]()
    follow(read)
    compared = figures.compare(by=SYSTEM, at=LATER)
    assert compared.different == 0, compared.named
