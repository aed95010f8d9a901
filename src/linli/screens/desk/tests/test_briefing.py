"""晨会: every number leads to exactly its matters, and nobody reads what is not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from linli.kernel.access import SYSTEM
from linli.kernel.clock.now import frozen
from linli.kernel.duty import verbs as duty
from linli.kernel.figures.verbs.recomputing import recompute
from linli.kernel.matters import verbs
from linli.kernel.matters.tests.cast import MONDAY, Cast

SignIn = Callable[[str], Client]


def numbers(page: str) -> dict[str, int]:
    found = re.findall(r"<strong>(\d+)</strong><span>([^<]+)</span>", page)
    return {words: int(n) for n, words in found}


def test_the_sheet_and_what_is_behind_its_numbers(cast: Cast, sign_in: SignIn) -> None:
    yesterday = MONDAY - timedelta(days=1)
    matters = [cast.assigned(at=yesterday) for _n in range(3)]
    verbs.ask_extension(
        matter_id=matters[0].id,
        by=cast.handler,
        at=MONDAY - timedelta(hours=1),
        span="2 working_day",
        reason="等材料",
    )
    roster = duty.add_roster(
        by=cast.street_duty, at=MONDAY - timedelta(hours=3), unit_id=cast.units["enforcement"].id, name="值班表",
        pattern="three",
    )  # fmt: skip
    duty.publish(
        by=cast.street_duty,
        at=MONDAY - timedelta(hours=3),
        roster_id=roster.id,
        month=MONDAY.date(),
        with_gaps=True,
    )
    _figures()
    with frozen(MONDAY):
        client = sign_in("street_duty")
        page = client.get("/desk/briefing/")
        assert page.status_code == 200
        said = numbers(page.content.decode())
        assert said["新上报"] == 3 and said["在办"] == 3 and said["等决定"] == 1 and said["今天空班"] == 2
        behind = client.get("/desk/briefing/reported/").content.decode()
        assert all(matter.number in behind for matter in matters)
        assert client.get("/desk/briefing/nothing/").status_code == 404
        due = client.get("/desk/briefing/due/").content.decode()
        assert len(re.findall(r"row-title", due)) == said["今天到期"]


def _figures() -> None:
    """The figures as they are after the follower has read everything."""
    recompute(by=SYSTEM, at=MONDAY)


def test_only_for_who_may_have_figures(cast: Cast, sign_in: SignIn) -> None:
    with frozen(MONDAY):
        for who, status in (
            ("street_duty", 200),
            ("head", 200),
            ("dispatcher", 200),
            ("handler", 403),
            ("grid", 403),
        ):
            assert sign_in(who).get("/desk/briefing/").status_code == status, who


def test_a_unit_s_head_reads_of_the_unit(cast: Cast, sign_in: SignIn) -> None:
    cast.assigned(at=MONDAY - timedelta(days=1))
    other = cast.report(at=MONDAY - timedelta(days=1))
    _figures()
    with frozen(MONDAY):
        assert other.number not in sign_in("head").get("/desk/briefing/reported/").content.decode()
