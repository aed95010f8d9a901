"""The declarations are sound, have their words, and stand in the page for their users as they are."""

import re
import tomllib
from pathlib import Path

import pytest

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Appeal, Device, Matter, Rule, Silent, Span, Urgency
from linli.scenes.city_management import scene as scene_module
from linli.scenes.city_management.scene import scene

FOLDER = Path(scene_module.__file__).parent
WORDS = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
PAGE = FOLDER.parents[3] / "docs" / "city_management.md"
UNITS = {"minute": "分钟", "hour": "小时", "day": "天", "working_hour": "工作小时", "working_day": "工作日"}


def in_words(span: Span) -> str:
    return f"{span.amount} {UNITS[span.unit]}"


def test_nothing_is_wrong_with_the_scene() -> None:
    assert scene.faults() == []


def test_enough_kinds_over_enough_departments() -> None:
    assert len(scene.matters) >= 30
    assert len({kind.owner for kind in scene.matters}) >= 8
    assert {d.name for d in scene.departments} == {kind.owner for kind in scene.matters}


def test_the_five_appeals_each_have_a_kind() -> None:
    assert {kind.appeal for kind in scene.matters} - {None} == set(Appeal)


@pytest.mark.parametrize("kind", scene.matters, ids=lambda k: k.name)
def test_graver_is_never_slower(kind: Matter) -> None:
    """A graver report may not be promised later than a lighter one (compared where the units allow it)."""
    in_hours = {"minute": 1 / 60, "hour": 1, "working_hour": 3, "day": 24, "working_day": 24}
    times = [
        tuple(span.amount * in_hours[span.unit] for span in kind.spans(grade))
        for grade in (Urgency.NORMAL, Urgency.URGENT, Urgency.CRITICAL)
    ]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("kind", scene.matters, ids=lambda k: k.name)
def test_cold_start_hints_are_there_and_distinct(kind: Matter) -> None:
    assert len(kind.hints) >= 5
    assert len(set(kind.hints)) == len(kind.hints)


def test_everything_has_words_in_both_languages_and_no_word_is_left_over() -> None:
    named = {
        "matter": {k.name for k in scene.matters},
        "department": {d.name for d in scene.departments},
        "reason": {reason for k in scene.matters for reason in k.reasons},
        "device": {d.name for d in scene.devices},
        "quantity": {q.name for d in scene.devices for q in d.measures},
        "rule": {r.name for r in scene.rules},
        "command": {c.name for d in scene.devices for c in d.commands},
        "parameter": {p.name for d in scene.devices for c in d.commands for p in c.parameters},
        "sign": {s.name for s in scene.signs},
        "indication": {one.name for s in scene.signs for one in s.indications},
        "topic": catalogue().topics,
        "element": {e.name for e in scene.elements},
        "form": {f.name for f in scene.forms},
        "group": {g.name for f in scene.forms for g in f.groups},
        "purpose": {e.purpose for e in scene.elements},
        "basis": {e.basis for e in scene.elements},
        "codes": {e.codes.name for e in scene.elements if e.codes},
    }
    books = ("element", "form", "group", "purpose", "basis", "codes")
    parts_of = {
        **dict.fromkeys(books, ("name",)),
        "reason": ("name",),
        "rule": ("name", "about", "advice"),
        "quantity": ("name",),
        "parameter": ("name",),
        "topic": ("name",),
    }
    assert set(WORDS) == set(named)
    for noun, names in named.items():
        assert set(WORDS[noun]) == names
        for name in names:
            entry = WORDS[noun][name]
            for part in parts_of.get(noun, ("name", "about")):
                assert re.search(r"[\u4e00-\u9fff]", entry[f"{part}_zh"]), (noun, name)
                assert re.search(r"[A-Za-z]", entry[f"{part}_en"]), (noun, name)
    for noun in named:
        for language in ("zh", "en"):
            names = [entry[f"name_{language}"] for entry in WORDS[noun].values()]
            assert len(set(names)) == len(names), f"two {noun}s with one name"


@pytest.mark.parametrize("kind", scene.matters, ids=lambda k: k.name)
def test_every_kind_stands_in_the_page_with_its_true_numbers(kind: Matter) -> None:
    row = next(
        line
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and f"`{kind.name}`" in line
    )
    answer, finish = kind.spans(kind.urgency)
    assert WORDS["matter"][kind.name]["name_zh"] in row
    assert in_words(answer) in row
    assert in_words(finish) in row


def row(name: str) -> str:
    """The lines of the page's tables with this name's code in the second column: of a kind, and of a rule called alike."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if re.match(rf"\| [^|]+ \| `{name}` \|", line))


@pytest.mark.parametrize("rule", scene.rules, ids=lambda r: r.name)
def test_every_rule_says_where_its_numbers_come_from_and_stands_in_the_page(rule: Rule) -> None:
    """What was not read in the standard itself says so, or says that it is an example."""
    english = WORDS["rule"][rule.name]["standard_en"]
    assert ("未取得" in rule.standard) == ("not retrieved" in english), rule.name
    assert "retrieved" not in rule.standard, rule.name
    assert WORDS["rule"][rule.name]["about_zh"] in row(rule.name)
    assert rule.standard and rule.standard in row(rule.name)


@pytest.mark.parametrize("device", scene.devices, ids=lambda d: d.name)
def test_every_model_stands_in_the_page_and_its_silence_is_noticed_once(device: Device) -> None:
    for quantity in device.measures:
        assert WORDS["quantity"][quantity.name]["name_zh"] in row(device.name)
    assert sum(isinstance(rule.when, Silent) and device.name in rule.of for rule in scene.rules) == 1


@pytest.mark.parametrize("rule", scene.rules, ids=lambda r: r.name)
def test_steps_grow_graver(rule: Rule) -> None:
    grades = [rule.severity, *(severity for severity, _condition in rule.steps)]
    assert grades == sorted(set(grades))
