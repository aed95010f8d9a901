"""Warnings are written once, gathered, and never lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from linli.kernel.access import Invalid, as_system
from linli.kernel.audit.models import Record
from linli.kernel.readings.models import Incident, Warning
from linli.kernel.readings.queries.sentences import sentence
from linli.kernel.readings.raised import Opening
from linli.kernel.readings.verbs.opening import open_owed
from linli.kernel.readings.verbs.raising import apply

from .cast import BUILDING, NOON, OTHER, later, raised, thing

pytestmark = pytest.mark.usefixtures("town")


class Desk:
    """Opens matters as the room above would: one for each key."""

    def __init__(self) -> None:
        self.asked: list[Opening] = []

    def __call__(self, opening: Opening) -> UUID:
        self.asked.append(opening)
        return uuid4()


def warnings() -> list[Warning]:
    with as_system():
        return list(Warning.objects.order_by("id"))


def records(verb: str) -> int:
    with as_system():
        return Record.objects.filter(verb=f"readings.{verb}").count()


def test_a_warning_is_written_with_its_sentence_its_record_and_its_matter() -> None:
    desk, smoke = Desk(), thing()
    outcome = apply([raised(smoke)], at=NOON, open_matter=desk)
    (warning,) = warnings()
    assert outcome.raised == [warning.id]
    assert sentence(warning) == "烟雾浓度 0.62 %/m（限值 0.5 %/m），已持续 30 秒"
    assert (warning.state, warning.times, warning.severity, warning.place_code) == ("raised", 1, 3, BUILDING)
    (asked,) = desk.asked
    assert (asked.kind, asked.title, asked.source_key) == (
        "smoke-alarm",
        "烟雾报警：1 层烟感",
        str(warning.incident_id),
    )
    assert warning.matter_id == outcome.opened[0]
    assert records("raise") == 1


def test_the_same_raise_again_is_the_same_warning_and_asks_for_no_second_matter() -> None:
    desk, smoke = Desk(), thing()
    apply([raised(smoke)], at=NOON, open_matter=desk)
    apply([raised(smoke)], at=NOON, open_matter=desk)
    (warning,) = warnings()
    assert (warning.times, warning.version, len(desk.asked)) == (1, 1, 1)


def test_what_comes_back_before_it_was_closed_is_the_same_warning_once_more() -> None:
    desk, smoke = Desk(), thing()
    apply([raised(smoke)], at=NOON, open_matter=desk)
    cleared = apply([raised(smoke, "clear", at=later(minutes=5), says={"value": 0.3})], at=later(minutes=5))
    back = apply([raised(smoke, at=later(minutes=9))], at=later(minutes=9), open_matter=desk)
    (warning,) = warnings()
    assert (warning.times, warning.state, warning.cleared_at, len(desk.asked)) == (2, "raised", None, 1)
    assert [told.what for told in (*cleared.told, *back.told)] == ["cleared", "again"]
    assert {told.matter_id for told in (*cleared.told, *back.told)} == {warning.matter_id}


def test_raised_cleared_and_raised_within_one_batch_are_taken_in_their_order() -> None:
    smoke = thing()
    changes = [raised(smoke), raised(smoke, "clear", at=later(seconds=9)), raised(smoke, at=later(seconds=40))]
    outcome = apply(changes, at=later(minutes=1), open_matter=Desk())
    (warning,) = warnings()
    assert (warning.times, warning.state) == (2, "raised")
    assert [told.what for told in outcome.told] == ["cleared", "again"]


def test_a_step_up_wants_to_be_seen_anew_and_a_step_down_does_not() -> None:
    smoke = thing()
    apply([raised(smoke)], at=NOON)
    with as_system():
        Warning.objects.update(state="acknowledged", acknowledged_at=NOON)
    apply([raised(smoke, "step", severity=4)], at=later(minutes=1))
    (warning,) = warnings()
    assert (warning.state, warning.severity, warning.highest) == ("raised", 4, 4)
    with as_system():
        Warning.objects.update(state="acknowledged")
    apply([raised(smoke, "step", severity=2)], at=later(minutes=2))
    (warning,) = warnings()
    assert (warning.state, warning.severity, warning.highest) == ("acknowledged", 2, 4)


def test_a_clear_of_what_is_not_open_changes_nothing() -> None:
    outcome = apply([raised(thing(), "clear")], at=NOON)
    assert outcome.unheard == 1 and not warnings()


def test_a_warning_a_person_closed_is_raised_anew_when_it_gets_graver_and_only_then() -> None:
    smoke = thing()
    apply([raised(smoke)], at=NOON)
    with as_system():
        Warning.objects.update(state="closed", closed_at=later(minutes=1))
    apply([raised(smoke, "step", severity=2)], at=later(minutes=2))
    assert len(warnings()) == 1
    apply([raised(smoke, "step", severity=4)], at=later(minutes=3))
    assert [w.state for w in warnings()] == ["closed", "raised"]


def test_a_storm_of_one_building_is_one_incident_one_matter_and_one_record() -> None:
    desk = Desk()
    things = [thing(n) for n in range(120)]
    apply([raised(one) for one in things], at=NOON, open_matter=desk)
    with as_system():
        (incident,) = Incident.objects.all()
    assert (incident.members, incident.place_code, len(desk.asked)) == (120, BUILDING, 1)
    assert {w.matter_id for w in warnings()} == {incident.matter_id}
    assert records("raise") == 1
    late = apply([raised(thing(200))], at=later(minutes=9), open_matter=desk)
    assert len(desk.asked) == 1 and [told.what for told in late.told] == ["joined"]


def test_another_building_or_a_later_quarter_of_an_hour_is_another_incident() -> None:
    desk = Desk()
    apply([raised(thing(1)), raised(thing(2, OTHER))], at=NOON, open_matter=desk)
    assert len(desk.asked) == 2
    apply([raised(thing(3))], at=later(minutes=15), open_matter=desk)
    assert len(desk.asked) == 3
    with as_system():
        assert Incident.objects.filter(closed_at=None).count() == 2


def test_a_rule_that_gathers_nothing_opens_a_matter_for_each() -> None:
    desk = Desk()
    apply([raised(thing(1), rule="alone"), raised(thing(2), rule="alone")], at=NOON, open_matter=desk)
    assert [a.source_key for a in desk.asked] == [str(w.id) for w in warnings()]


def test_a_matter_that_cannot_be_opened_loses_no_warning_and_is_tried_again() -> None:
    def broken(opening: Opening) -> UUID:
        with as_system():
            Warning.objects.update(times=99)  # what a failing verb wrote is undone
        raise Invalid("没有这种事项。")

    apply([raised(thing())], at=NOON, open_matter=broken)
    (warning,) = warnings()
    assert (warning.trouble, warning.matter_id, warning.times) == ("没有这种事项。", None, 1)
    desk = Desk()
    assert open_owed(at=later(minutes=1), open_matter=desk) == 1
    assert open_owed(at=later(minutes=2), open_matter=desk) == 0
    (warning,) = warnings()
    assert warning.trouble == "" and warning.matter_id and len(desk.asked) == 1
    assert desk.asked[0].source_key == str(warning.incident_id)


def test_a_rule_that_opens_nothing_asks_for_no_matter() -> None:
    desk = Desk()
    apply([raised(thing(model="level-gauge"), rule="level")], at=NOON, open_matter=desk)
    assert not desk.asked and warnings()[0].matter_id is None


def test_the_records_of_a_batch_verify() -> None:
    from linli.kernel.audit.queries import verify

    smoke = thing()
    for n in range(4):
        apply([raised(smoke), raised(smoke, "clear")], at=NOON + timedelta(minutes=n), open_matter=Desk())
    with as_system():
        assert list(verify()) == []
