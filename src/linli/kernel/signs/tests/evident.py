"""A town with homes of which water is told and about which people complain, for this room's and the screens' tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from linli.kernel.access import as_system
from linli.kernel.datasets.tests.addresses import HAPPY, LIGHT, WATER, row, take_in, water
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import MONDAY, STREET, Cast
from linli.kernel.signs.models import Suggestion
from linli.kernel.signs.verbs import look

NIGHT = MONDAY + timedelta(hours=18)  # two in the morning of Tuesday
DAY = (MONDAY + timedelta(days=1)).date()
HOME = HAPPY + "003010101"
QUIET = HAPPY + "003010102"
FOR_SIGNS = WATER + '\n[signs.home-water]\nvalue = "used"\nwhen = "month"\n'
MONTHS = [f"2025-{n:02d}" for n in range(8, 13)] + [f"2026-{n:02d}" for n in range(1, 9)]


def homes() -> dict[str, str]:
    """Sixteen addresses by their code."""
    found = {}
    for compound, lane in ((HAPPY, 128), (LIGHT, 182)):
        for building in (3, 4):
            for room in ("101", "102", "201", "502"):
                found[f"{compound}{building:03d}01{int(room):04d}"] = f"临江路{lane}弄{building}号{room}室"
    return found


def flows(cast: Cast, declaration: str = FOR_SIGNS, much: float = 34.0) -> None:
    """A year of water of every home, about ten a month; in the last month one used much."""
    rows = [
        row(
            f"A{n}", 月份=month, 用水地址=address,
            用水量=str(much if code == HOME and month == MONTHS[-1] else 9 + (n + int(month[-2:])) % 3),
        )
        for n, (code, address) in enumerate(homes().items())
        for month in MONTHS
    ]  # fmt: skip
    take_in(cast, water(cast, declaration), rows)


def complaint(cast: Cast, code: str = HOME, *, ago: int = 5, by: str = "grid", kind: str = "noise") -> Matter:
    return cast.report(
        by=by,
        at=MONDAY - timedelta(days=ago),
        kind=kind,
        place_code=code,
        title="半夜很吵",
        body="半夜进进出出，很吵。",
    )


def suggestions() -> list[Suggestion]:
    with as_system():
        return list(Suggestion.objects.order_by("made_at", "id"))


def seen(sign: str = "crowded", at: datetime = NIGHT, days: int = 0) -> list[Suggestion]:
    look(sign=sign, street=STREET, day=DAY + timedelta(days=days), at=at + timedelta(days=days))
    return suggestions()


def raise_one(cast: Cast) -> UUID:
    """One open suggestion at HOME, reckoned from what is there."""
    flows(cast)
    for _ in range(3):
        complaint(cast)
    (made,) = seen()
    return made.id
