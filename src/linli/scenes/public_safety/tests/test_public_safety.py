"""The declarations are sound, have their words, and stand in the page for their users as they are."""

import re
import tomllib
from pathlib import Path

import pytest

from linli.kernel.declare import Device, Matter, Proof, Rule, Silent, Unit
from linli.kernel.declare.devices import seconds
from linli.scenes.public_safety import scene as scene_module
from linli.scenes.public_safety.devices import homes
from linli.scenes.public_safety.scene import scene

FOLDER = Path(scene_module.__file__).parent
WORDS = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
PAGE = FOLDER.parents[3] / "docs" / "public_safety.md"
SPANS = {"minute": "分钟", "hour": "小时", "day": "天"}
SWITCHES = {quantity.name for device in scene.devices for quantity in device.measures if quantity.switch}


def row(name: str) -> str:
    """The lines of the page's tables with this name's code in the second column: of a kind, and of a rule called alike."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if re.match(rf"\| [^|]+ \| `{name}` \|", line))


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("smoke-detector", {"smoke": 40.0, "temperature": 800.0}),
        ("gas-detector", {"gas": 130.0}),
        ("co-detector", {"co": 12_000}),
        ("fire-gas-detector", {"temperature": 800.0}),
    ],
)
def test_the_worst_that_can_be_is_never_set_aside_as_what_cannot_be(model: str, said: dict[str, float]) -> None:
    """A gas detector that saturates says more than the whole explosive limit; a fire is hotter than a room."""
    for name, value in said.items():
        quantity = next(
            q for device in scene.devices for q in device.measures if device.name == model and q.name == name
        )
        assert quantity.holds(value) or (quantity.worst is not None and value <= quantity.worst)


def test_nothing_is_wrong_with_the_scene() -> None:
    assert scene.faults() == []


def test_everything_has_words_in_both_languages_and_no_word_is_left_over() -> None:
    named = {
        "department": ({d.name for d in scene.departments}, ("name", "about")),
        "matter": ({k.name for k in scene.matters}, ("name", "about")),
        "device": ({d.name for d in scene.devices}, ("name", "about")),
        "agreement": (
            {d.agreement.name for d in scene.devices if d.agreement},
            ("name", "about", "why", "sees", "without"),
        ),
        "quantity": ({q.name for d in scene.devices for q in d.measures}, ("name", "about")),
        "rule": ({r.name for r in scene.rules}, ("name", "about", "advice")),
        "reason": ({reason for k in scene.matters for reason in k.reasons}, ("name",)),
        "command": ({c.name for d in scene.devices for c in d.commands}, ("name", "about")),
        "parameter": ({p.name for d in scene.devices for c in d.commands for p in c.parameters}, ("name",)),
        "points": ({p.name for p in scene.points}, ("name", "text")),
        "evidence": ({kind for p in scene.points for kind in p.evidence}, ("name",)),
    }
    assert set(WORDS) == set(named)
    for noun, (names, parts) in named.items():
        assert set(WORDS[noun]) == names
        for name in names:
            for part in (*parts, *(("on", "off") if noun == "quantity" and name in SWITCHES else ())):
                assert re.search(r"[\u4e00-\u9fff]", WORDS[noun][name][f"{part}_zh"]), (noun, name)
                assert re.search(r"[A-Za-z]", WORDS[noun][name][f"{part}_en"]), (noun, name)
        for language in ("zh", "en"):
            said = [entry[f"name_{language}"] for entry in WORDS[noun].values()]
            assert len(set(said)) == len(said), f"two {noun}s with one name"


@pytest.mark.parametrize("rule", scene.rules, ids=lambda r: r.name)
def test_every_rule_says_where_its_numbers_come_from_in_both_languages(rule: Rule) -> None:
    """What was not read in the standard itself says so, or says that it is an example."""
    assert rule.standard
    english = WORDS["rule"][rule.name]["standard_en"]
    assert ("未取得" in rule.standard) == ("not retrieved" in english), rule.name
    assert "retrieved" not in rule.standard, rule.name


@pytest.mark.parametrize("kind", scene.matters, ids=lambda k: k.name)
def test_an_alarm_runs_in_minutes_of_day_and_night(kind: Matter) -> None:
    assert kind.answer.unit == Unit.MINUTE and kind.answer.amount <= 30
    assert {kind.finish.unit, kind.climb.unit, kind.settle.unit} <= {Unit.MINUTE, Unit.HOUR}


def test_nobody_is_asked_for_a_photograph_of_a_home_where_somebody_may_lie() -> None:
    kinds = {kind.name: kind for kind in scene.matters}
    personal = {device.name for device in scene.devices if device.personal}
    for rule in scene.rules:
        # An entrance belongs to a building; the other personal devices are in homes.
        if rule.opens in kinds and set(rule.of) & (personal - {"door-reader"}):
            assert kinds[rule.opens].proof == Proof.TEXT and not kinds[rule.opens].public


def test_the_reader_of_an_entrance_knows_how_it_was_opened_and_not_by_whom() -> None:
    reader = next(device for device in scene.devices if device.name == "door-reader")
    assert reader.personal
    assert {quantity.name for quantity in reader.measures} == {"credential", "refused", "forced", "signal"}


@pytest.mark.parametrize("device", scene.devices, ids=lambda d: d.name)
def test_the_silence_of_every_model_is_noticed_once(device: Device) -> None:
    assert sum(isinstance(rule.when, Silent) and device.name in rule.of for rule in scene.rules) == 1


@pytest.mark.parametrize("rule", scene.rules, ids=lambda r: r.name)
def test_steps_grow_graver(rule: Rule) -> None:
    grades = [rule.severity, *(severity for severity, _condition in rule.steps)]
    assert grades == sorted(set(grades))


@pytest.mark.parametrize("kind", scene.matters, ids=lambda k: k.name)
def test_every_kind_stands_in_the_page_with_its_true_numbers(kind: Matter) -> None:
    assert WORDS["matter"][kind.name]["name_zh"] in row(kind.name)
    for span in (kind.answer, kind.finish):
        assert f"{span.amount} {SPANS[span.unit]}" in row(kind.name)


@pytest.mark.parametrize("device", scene.devices, ids=lambda d: d.name)
def test_every_model_stands_in_the_page_with_what_it_measures(device: Device) -> None:
    assert f"{device.every.amount} {SPANS[device.every.unit]}" in row(device.name)
    for quantity in device.measures:
        assert WORDS["quantity"][quantity.name]["name_zh"] in row(device.name)


@pytest.mark.parametrize("rule", scene.rules, ids=lambda r: r.name)
def test_every_rule_stands_in_the_page_with_its_source(rule: Rule) -> None:
    assert WORDS["rule"][rule.name]["about_zh"] in row(rule.name)
    assert rule.standard in row(rule.name)


def test_what_hangs_in_homes_without_an_agreement_measures_a_danger_and_nothing_of_who_lives_there() -> None:
    """docs/adr/0014: a detector that must not stop when an agreement does says no more than it needs for that."""
    danger = {"smoke", "gas", "valve-shut", "co", "battery", "signal"}
    assert {q.name for q in homes.CO_DETECTOR.measures} <= danger
    assert {q.name for q in homes.GAS_DETECTOR.measures} <= danger
    # How hot it is belongs to a fire: rules ask for it.
    assert {q.name for q in homes.SMOKE_DETECTOR.measures} <= danger | {"temperature"}
    assert seconds(homes.CO_DETECTOR.keeps) <= 30 * 86400
    assert all(device.personal for device in (homes.EMERGENCY_BUTTON, homes.HOME_DOOR))
