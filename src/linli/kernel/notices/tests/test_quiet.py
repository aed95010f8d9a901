"""Quiet hours, against a plain walk through the minutes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.notices.quiet import clear_of, quiet

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = (time(22), time(7))
HOURS = st.times().map(lambda t: t.replace(second=0, microsecond=0))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)


def plainly(at: datetime, begins: time, ends: time) -> bool:
    """Minute by minute from the begin of the quiet hours to their end, round the clock."""
    minute = at.astimezone(SHANGHAI).hour * 60 + at.astimezone(SHANGHAI).minute
    first, last = begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute
    quiet_minutes = set()
    while first != last:
        quiet_minutes.add(first)
        first = (first + 1) % 1440
    return minute in quiet_minutes


@settings(deadline=None)
@given(INSTANTS, HOURS, HOURS)
def test_quiet_is_what_a_walk_round_the_clock_says(at, begins, ends):
    assert quiet(at, begins, ends, SHANGHAI) == plainly(at, begins, ends)


@settings(deadline=None)
@given(INSTANTS, HOURS, HOURS)
def test_the_first_moment_somebody_may_be_rung(at, begins, ends):
    clear = clear_of(at, begins, ends, SHANGHAI)
    assert at <= clear < at + timedelta(days=1)
    assert not quiet(clear, begins, ends, SHANGHAI)
    assert clear == at or quiet(clear - timedelta(minutes=1), begins, ends, SHANGHAI)  # and none before it


def test_from_ten_to_seven():
    assert clear_of(datetime(2026, 9, 7, 13, 59, tzinfo=UTC), *NIGHT, SHANGHAI).hour == 13  # 21:59
    assert clear_of(datetime(2026, 9, 7, 14, 0, tzinfo=UTC), *NIGHT, SHANGHAI) == datetime(
        2026, 9, 7, 23, tzinfo=UTC
    )
    assert clear_of(datetime(2026, 9, 7, 22, 0, tzinfo=UTC), *NIGHT, SHANGHAI) == datetime(
        2026, 9, 7, 23, tzinfo=UTC
    )
    assert clear_of(datetime(2026, 9, 7, 23, 0, tzinfo=UTC), *NIGHT, SHANGHAI).hour == 23  # 07:00
