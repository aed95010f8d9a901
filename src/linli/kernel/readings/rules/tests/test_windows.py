"""Windows of the day where clocks are put forward and back, and hours of the local week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linli.kernel.declare import Hours
from linli.kernel.readings.rules.windows import MINUTE, Window, hour_of_week

WEEKS = [
    ("Asia/Shanghai", datetime(2026, 3, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 26, tzinfo=UTC)),  # forward on the 29th, from two to three
    ("Europe/Berlin", datetime(2026, 10, 22, tzinfo=UTC)),  # back on the 25th, from three to two
    ("Australia/Lord_Howe", datetime(2026, 4, 1, tzinfo=UTC)),  # back by half an hour on the 5th
    ("America/St_Johns", datetime(2026, 3, 5, tzinfo=UTC)),
]
HOURS = [
    Hours("02:30", "02:45"),
    Hours("22:00", "06:00"),
    Hours("02:10", "03:10", (6, 7)),
    Hours("00:00", "24:00", (7,)),
    Hours("23:59", "00:01"),
    Hours("03:00", "02:59", (1, 4)),
]


def shows(hours: Hours, at: int, zone: ZoneInfo) -> bool:
    local = datetime.fromtimestamp(at // 1000, zone)
    shown, today = local.strftime("%H:%M"), local.isoweekday()
    if hours.begins < hours.ends:
        return hours.begins <= shown < hours.ends and today in hours.days
    before = (local.replace(tzinfo=None) - timedelta(days=1)).isoweekday()
    return (shown >= hours.begins and today in hours.days) or (shown < hours.ends and before in hours.days)


@pytest.mark.parametrize(("zone", "begins"), WEEKS)
@pytest.mark.parametrize("hours", HOURS)
def test_every_minute_of_a_week_is_in_the_window_or_not_as_the_local_clock_shows(
    zone: str, begins: datetime, hours: Hours
) -> None:
    local = ZoneInfo(zone)
    window = Window(hours, local)
    first = int(begins.timestamp() * 1000)
    minutes = range(first, first + 7 * 24 * 60 * MINUTE, MINUTE)
    held = [shows(hours, at, local) for at in minutes]
    assert [window.holds(at) for at in minutes] == held
    assert [window.holds(at + MINUTE - 1) for at in minutes] == held
    flips = [at for at, was, now in zip(minutes[1:], held, held[1:], strict=False) if was != now]
    seen, at = [], first
    while (flip := window.flip(at)) is not None and flip <= minutes[-1]:
        seen.append(flip)
        at = flip
    assert seen == flips


def test_hours_of_the_week_begin_on_monday_at_midnight() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    monday = int(datetime(2026, 3, 2, tzinfo=zone).timestamp() * 1000)
    hours = [hour_of_week(monday + n * 1_800_000, zone) for n in range(-1, 2 * 168)]
    assert hours == [167, *(n // 2 for n in range(2 * 168))]
