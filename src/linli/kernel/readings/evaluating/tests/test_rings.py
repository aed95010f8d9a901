"""More places gather than there was room for at first."""

from __future__ import annotations

from linli.kernel.readings.evaluating.calm import Calm


def test_any_number_of_places_may_gather() -> None:
    calm = Calm()
    for n in range(2000):
        calm.loud(("together", f"9901{n:05d}"), n % 2 == 1)
