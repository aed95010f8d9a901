"""A name of another scene: asleep while that scene is off, awake while it is on, found wherever it is misspelt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linli.kernel.catalogue.registry import Catalogue
from linli.kernel.declare import Department, Ledger, Matter, PointsRule, Reading, Rule, Scene, WhenClosed, hours

TREE = Matter("tree-down", owner="green", answer=hours(1), finish=hours(2))
GARDENS = Scene("gardens", matters=(TREE,))
PURSES = Scene("purses", ledgers=(Ledger("thanks"),))
WHEN = WhenClosed(kinds=("tree-down",), of="gardens")
REPORTED = PointsRule("tree-reported", "thanks", 3, to="reporter", when=WHEN, of="purses")
STORM = Rule("storm", of=("gauge",), when=Reading("wind").above(20), opens="tree-down", opens_of="gardens")


def streets(points: PointsRule = REPORTED, rule: Rule = STORM) -> Scene:
    return Scene("streets", points=(points,), rules=(rule,))


def borrowing(known: Catalogue) -> list[str]:
    return [fault for fault in known.faults() if "declares no" in fault or "no such scene" in fault]


def test_a_rule_is_awake_while_both_scenes_are_on() -> None:
    known = Catalogue([streets(), GARDENS, PURSES], {})
    assert "tree-reported" in known.points and not known.asleep
    assert known.rules["storm"].opens == "tree-down" and not known.borrowed.unopened()
    assert borrowing(known) == []


@pytest.mark.parametrize(
    ("on", "off", "waits"),
    [
        ([PURSES], [GARDENS], ["gardens"]),
        ([GARDENS], [PURSES], ["purses"]),
        ([], [GARDENS, PURSES], ["purses", "gardens"]),
    ],
)
def test_a_rule_sleeps_while_its_ledger_or_what_it_waits_for_is_off(
    on: list[Scene], off: list[Scene], waits: list[str]
) -> None:
    known = Catalogue([streets(), *on], {}, off)
    assert "tree-reported" not in known.points and known.asleep == {"tree-reported": waits}
    assert borrowing(known) == []


def test_a_rule_on_readings_warns_on_and_opens_nothing() -> None:
    known = Catalogue([streets(), PURSES], {}, [GARDENS])
    assert known.rules["storm"] == replace(STORM, opens="")
    assert known.borrowed.unopened() == {"gardens": ["storm"]}


@pytest.mark.parametrize(
    "wrong",
    [
        streets(replace(REPORTED, ledger="thanx")),
        streets(replace(REPORTED, of="purse")),
        streets(replace(REPORTED, of="")),
        streets(replace(REPORTED, when=replace(WHEN, kinds=("tree-down", "tree-dwon")))),
        streets(replace(REPORTED, when=replace(WHEN, of="garden"))),
        streets(replace(REPORTED, when=replace(WHEN, of=""))),
        streets(rule=replace(STORM, opens="tree-dwon")),
        streets(rule=replace(STORM, opens_of="garden")),
        streets(rule=replace(STORM, opens_of="")),
    ],
)
@pytest.mark.parametrize("off", [False, True])
def test_a_misspelt_name_is_found_whether_or_not_its_scene_is_on(wrong: Scene, off: bool) -> None:
    others = [GARDENS, PURSES]
    known = Catalogue([wrong], {}, others) if off else Catalogue([wrong, *others], {})
    assert len(borrowing(known)) == 1


def test_whoever_forgot_to_say_whose_a_name_is_reads_whose() -> None:
    known = Catalogue([streets(replace(REPORTED, of="")), GARDENS, PURSES], {})
    assert borrowing(known) == [
        "points rule 'tree-reported': the scene 'streets' declares no ledger 'thanks'; 'purses' does, say so"
    ]


def test_a_department_of_two_scenes_has_one_name() -> None:
    both = [
        Scene("gardens", departments=(Department("green"),)),
        Scene("parks", departments=(Department("green"),)),
    ]
    said = {"name_zh": "绿化", "name_en": "Greenery"}
    for other, faults in ((said, 0), (said | {"name_en": "Parks"}, 1)):
        words = {"gardens": {"department": {"green": said}}, "parks": {"department": {"green": other}}}
        assert sum("different words" in fault for fault in Catalogue(both, words).faults()) == faults
