"""Who reported what was put right gets points for it, once, whatever happens to the record or the matter."""

from __future__ import annotations

import pytest

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import MONDAY, Cast, make_cast
from linli.kernel.points.models import Account, Transfer
from linli.kernel.points.tests.ground import ground as ground
from linli.project.merits import MERITS


@pytest.fixture
def cast(db: None, ground: None) -> Cast:
    return make_cast()


def closed(cast: Cast, outcome: str = "corrected", **changes: object) -> Matter:
    matter = cast.done(**changes)
    verbs.verify(
        matter_id=matter.id, by=cast.grid, at=MONDAY, passed=True, words="已恢复", files=[cast.photo("grid")]
    )
    return verbs.close(matter_id=matter.id, by=cast.dispatcher, at=MONDAY, outcome=outcome, reply="已处理。")


def read(at=MONDAY) -> None:
    with as_system():
        for record in Record.objects.filter(verb="matters.close").order_by("seq"):
            while MERITS.slowly(record, at):
                pass


def test_the_reporter_gets_the_rules_points_once(cast: Cast) -> None:
    closed(cast)
    read()
    read()
    with as_system():
        given = Transfer.objects.get(rule="reported")
        assert (given.amount, given.evidence[0]["kind"]) == (3, "matter")
        assert Account.objects.get(person=cast.granny.person_id).balance == 3


def test_who_reported_without_a_name_gets_none(cast: Cast) -> None:
    closed(cast, anonymous=True)
    read()
    with as_system():
        assert not Transfer.objects.exists()


@pytest.mark.parametrize(("outcome", "points"), [("towed", 3), ("persuaded", 3), ("false-alarm", 0)])
def test_who_reported_a_blocked_fire_lane_and_was_right_gets_integrity_points(
    cast: Cast, outcome: str, points: int
) -> None:
    """A rule of the field itself: named kinds and a named ledger, of scenes that know nothing of each other."""
    closed(cast, outcome, kind="fire-lane-blocked")
    read()
    read()
    with as_system():
        given = list(Transfer.objects.filter(rule="fire-lane-reported").values_list("amount", "ledger"))
    assert given == ([(points, "integrity-points")] if points else [])
