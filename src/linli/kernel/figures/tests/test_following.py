"""The follower keeps what a recomputation finds, verb by verb."""

from datetime import date, timedelta

import pytest

from linli.kernel.access import SYSTEM, NotAllowed, as_system, looking_as
from linli.kernel.figures import verbs as figures
from linli.kernel.figures.models import Cell, Turn
from linli.kernel.figures.queries import Group, Period, count, scope_of, today
from linli.kernel.matters import verbs
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, Cast
from linli.kernel.matters.verbs.bringing import GivenBack, MoreTime, OnTheWay, Ordered
from linli.kernel.matters.verbs.bulk import Incoming, Past, take_in

from .following import follow

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def closed(cast: Cast, at):
    matter = cast.done(at=at)
    verbs.verify(matter_id=matter.id, by=cast.grid, at=at + HOUR, passed=True, how="visit")
    return verbs.close(matter_id=matter.id, by=cast.dispatcher, at=at + HOUR, reply="好了", outcome=matter.outcome)


def test_today_against_yesterday_and_the_week_before(cast: Cast) -> None:
    cast.report(at=MONDAY - 7 * DAY)
    cast.report(at=MONDAY - DAY)
    cast.report(at=MONDAY - DAY + 3 * HOUR)  # later in the day than now
    closed(cast, MONDAY)
    follow()
    found = today(cast.street_duty, at=MONDAY + 2 * HOUR)
    assert (found.now.reported, found.yesterday.reported, found.week_ago.reported) == (1, 1, 1)
    assert (found.now.closed, found.now.open, found.yesterday.open, found.week_ago.open) == (1, 3, 2, 1)
    # Two working hours to answer: what came on a working Monday at ten is due at noon, what came on Sunday by Monday.
    assert (found.now.overdue, found.yesterday.overdue, found.week_ago.overdue) == (3, 1, 1)
    assert figures.compare(by=SYSTEM, at=MONDAY).different == 0


def test_scope_is_a_prefix_and_nobody_has_more(cast: Cast) -> None:
    cast.report(at=MONDAY)
    cast.report(at=MONDAY, place_code=OTHER_HOOD)
    cast.report(at=MONDAY, place_code=OTHER_STREET + "001")
    follow()
    at = MONDAY + HOUR

    def reported(who: str, scope: str = "") -> int:
        return today(cast.actors[who], scope, at=at).now.reported

    assert [reported(who) for who in ("city_duty", "district_duty", "street_duty", "social")] == [3, 3, 2, 1]
    assert reported("street_duty", OTHER_HOOD) == 1
    assert reported("street_duty", OTHER_STREET) == 0
    assert reported("street_duty", "99") == 2
    with pytest.raises(NotAllowed):
        today(cast.granny, at=at)


def test_what_is_kept_may_be_read_twice_and_is_made_anew(cast: Cast) -> None:
    matter = closed(cast, MONDAY)
    follow()
    follow()
    with as_system():
        Turn.objects.filter(matter_id=matter.id).update(kind="nothing")
        Cell.objects.filter(by="kind", grain=1).update(reported=7)
    found = figures.compare(by=SYSTEM, at=MONDAY)
    assert found.different > 1
    assert {d.what for d in found.named} == {"turn", "cell"}
    assert figures.recompute(by=SYSTEM, at=MONDAY).different > 0
    assert figures.compare(by=SYSTEM, at=MONDAY).different == 0
    with as_system():
        assert Turn.objects.get(matter_id=matter.id).kind == matter.kind


def test_a_unit_head_has_the_figures_of_the_unit(cast: Cast) -> None:
    cast.report(at=MONDAY)
    cast.assigned(at=MONDAY)
    follow()
    assert today(cast.head, at=MONDAY + HOUR).now.reported == 1
    assert today(cast.head, HOOD, at=MONDAY + HOUR).now.open == 1


def test_nobody_else_sees_a_row(cast: Cast) -> None:
    cast.report(at=MONDAY)
    follow()
    with looking_as(cast.city_duty):
        assert not Turn.objects.exists() and not Cell.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-03-01", "2026-03-30", ("2026-02-01", "2026-02-28")),
        ("2026-11-01", "2026-11-27", ("2026-10-01", "2026-10-27")),
        ("2026-01-01", "2026-11-27", ("2025-01-01", "2025-11-27")),
        ("2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31")),
        ("2028-01-01", "2028-02-29", ("2027-01-01", "2027-02-28")),
        ("2026-01-01", "2026-01-20", ("2025-12-01", "2025-12-20")),
        ("2026-10-29", "2026-11-27", ("2026-09-29", "2026-10-28")),
        ("2026-05-01", "2026-05-01", ("2026-04-01", "2026-04-01")),
    ],
)
def test_the_period_to_compare_with(first: str, last: str, before: tuple[str, str]) -> None:
    found = Period(date.fromisoformat(first), date.fromisoformat(last)).before
    assert (found.first.isoformat(), found.last.isoformat()) == before


def test_what_another_system_tells_of_the_past_is_counted_as_if_it_had_been_here(cast: Cast) -> None:
    """Given back, extended, late and ordered, closed, opened again and closed in time: brought through the bulk door."""
    enforcement, sanitation = cast.units["enforcement"].id, cast.units["sanitation"].id
    ended, again = MONDAY + 11 * DAY, MONDAY + 13 * DAY
    way = OnTheWay(
        given_back=(
            GivenBack(
                unit_id=sanitation, due_at=MONDAY, assigned_at=MONDAY + HOUR, given_back_at=MONDAY + 5 * HOUR, result="不归我们。"
            ),
        ),
        more_time=(
            MoreTime(
                span="2 working_day", reason="等配件。", asked_at=MONDAY + DAY, granted=True, decided_at=MONDAY + DAY
            ),
        ),
        orders=(
            Ordered(
                level=3, automatic=True, text="请说明。", ordered_at=MONDAY + 8 * DAY, since=MONDAY + 8 * DAY,
                reply_due=MONDAY + 9 * DAY, reply="好。", replied_at=MONDAY + 9 * DAY,
            ),
        ),
    )  # fmt: skip
    was = {
        "state": "closed",
        "ended_at": ended,
        "done_at": MONDAY + 10 * DAY,
        "finish_due": MONDAY + 8 * DAY,
        "rating": 1,
    }
    past = (
        Past(verb="open", by=cast.granny, at=MONDAY, after={"state": "reported"}),
        Past(verb="close", by=cast.dispatcher, at=ended, after={"state": "closed"}),
        Past(verb="reopen", by=cast.granny, at=again, before=was, after={"state": "assigned"}, note="没有解决。"),
        Past(verb="close", by=cast.dispatcher, at=again + DAY, after={"state": "closed"}),
    )
    row = Incoming(
        source="import:test", source_key="1", kind="unlicensed-stall", title="旧事", body="别处来的", place_code=HOOD,
        opened_at=MONDAY, state="closed", reporter_id=cast.granny.person_id, accepted_at=MONDAY + HOUR,
        assigned_at=MONDAY + 6 * HOUR, done_at=again + HOUR, ended_at=again + DAY, lead_unit_id=enforcement, rating=5,
        reopened=1, given_back=1, extended=1, reopened_at=again, finish_due=again + 3 * DAY, ever_late=True,
        past=past, way=way,
    )  # fmt: skip
    at = MONDAY + 30 * DAY
    take_in([row], by=SYSTEM, at=at)
    follow()
    period = Period(date(2026, 9, 1), date(2026, 9, 30))
    found = count(scope_of(cast.street_duty), period, at)[""]
    assert (found.reported, found.reopened, found.closed, found.again) == (1, 1, 2, 1)
    assert (found.finish_in, found.finish_late, found.extended, found.supervised) == (1, 1, 1, 1)
    assert (found.asked, found.rated, found.satisfied) == (2, 2, 1)
    assert (found.assigned, found.returned) == (2, 1)
    by_unit = count(scope_of(cast.street_duty), period, at, Group.UNIT)
    assert (by_unit[str(sanitation)].returned, by_unit[str(enforcement)].returned) == (1, 0)
    assert figures.compare(by=SYSTEM, at=at).different == 0
