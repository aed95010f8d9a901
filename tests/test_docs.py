"""The pages about the loop say what the code says: verbs, states, roles and kinds each have their entry.

Where a page holds a table made of the code, the failing test prints the table as it should stand.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.utils.translation import override

from linli.kernel.access import PERMISSIONS, Level, Role, Sees
from linli.kernel.access.roles import sees_of
from linli.kernel.declare import Check, Proof, Unit, Urgency
from linli.kernel.matters.flow import VERBS, Rule
from linli.kernel.matters.models import OPEN, Assignment, Attachment, Leg, Pause, Phase, Request, Stage, State
from linli.kernel.people.words import ROLES
from linli.kernel.readings.models import DeadLetter
from linli.kernel.things.models import Order
from linli.kernel.things.models import State as ThingState
from linli.scenes.city_management.scene import scene as city_management
from linli.scenes.public_safety.scene import scene as public_safety

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
LABELLED = (
    State, Leg, Stage, Pause.Reason, Request.What, Assignment.Part, Attachment.Purpose,
    ThingState, Order.Stands, DeadLetter.Why, Phase,
)  # fmt: skip


@cache
def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@cache
def _english() -> Catalog:
    path = ROOT / "src" / "linli" / "kernel" / "matters" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file)


def chinese(rule: Rule) -> str:
    with override("zh-hans"):
        return str(rule.word)


def english(rule: Rule) -> str:
    return str(_english().get(chinese(rule), context="verb").string)


def role_word(role: Role) -> str:
    with override("zh-hans"):
        return str(ROLES[role])


def from_states(rule: Rule) -> str:
    if set(rule.states) == set(State):
        return "任何状态"
    if rule.states == OPEN:
        return "未结"
    return "、".join(state.label for state in rule.states)


def may(verb: str) -> str:
    return "、".join(role_word(role) for role in Role if f"matters.{verb}" in PERMISSIONS[role])


def verb_table() -> str:
    """What can be done: docs/matters.md holds it as it is."""
    rows = ["| 动作 | Verb | 代号 | 从 | 到 | 谁的岗位可以 |", "|---|---|---|---|---|---|"]
    for verb, rule in VERBS.items():
        to = State(rule.to).label if rule.to else "—"
        rows.append(f"| {chinese(rule)} | {english(rule)} | `{verb}` | {from_states(rule)} | {to} | {may(verb)} |")
    return "\n".join(rows)


def role_table() -> str:
    """What each role sees: docs/matters.md holds it as it is."""
    seen = {
        Sees.NOTHING: "不看事项",
        Sees.OWN: "自己上报的、与自己有关的",
        Sees.UNIT: "辖区内本单位主办或协办的",
        Sees.PUBLIC: "辖区内可以公开的",
        Sees.PLACE: "辖区内全部",
        Sees.THINGS: "辖区内的设备，不看事项",
        Sees.AUDIT: "全部审计记录，不看事项",
        Sees.ALL: "全部",
    }
    rows = ["| 角色 | 代号 | 看得见什么 |", "|---|---|---|"]
    rows += [f"| {role_word(role)} | `{role}` | {seen[sees_of(role)]} |" for role in Role]
    return "\n".join(rows)


@pytest.mark.parametrize("table", [verb_table, role_table], ids=lambda t: t.__name__)
def test_the_tables_of_the_loop_are_those_of_the_code(table) -> None:
    assert table() in page("matters.md"), f"docs/matters.md must hold this table:\n\n{table()}\n"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_three_words(verb: str) -> None:
    entry = f"| {chinese(VERBS[verb])} | {english(VERBS[verb])} | `{verb}` |"
    assert entry in page("words.md"), f"docs/words.md needs the line {entry}"


@pytest.mark.parametrize("value", [v for choices in LABELLED for v in choices if v.value != ""], ids=repr)
def test_every_state_leg_and_stage_has_its_words(value) -> None:
    line = rf"^\| {value.label} \| [^|]+ \| `{value.value}` \|"
    assert re.search(line, page("words.md"), re.M), f"docs/words.md needs | {value.label} | … | `{value.value}` |"


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_words(role: Role) -> None:
    assert re.search(rf"^\| {role_word(role)} \| [^|]+ \| `{role.value}` \|", page("words.md"), re.M)


@pytest.mark.parametrize("name", [*Urgency, *Proof, *Check, *Unit, *(level.name.lower() for level in Level)])
def test_every_level_and_declared_word_is_there(name: str) -> None:
    assert f"| `{name}` |" in page("words.md")


@pytest.mark.parametrize("scene", [city_management, public_safety], ids=lambda scene: scene.name)
def test_every_kind_device_and_rule_stands_in_the_page_of_its_scene(scene) -> None:
    for declared in (*scene.matters, *scene.devices, *scene.rules):
        assert f"| `{declared.name}` |" in page(f"{scene.name}.md")


def _links() -> list[tuple[Path, str]]:
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    found = [(p, link) for p in pages for link in re.findall(r"\]\(([^)#\s]+)", p.read_text(encoding="utf-8"))]
    return [(p, link) for p, link in found if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize(("source", "link"), _links(), ids=lambda x: x.name if isinstance(x, Path) else x)
def test_no_link_leads_nowhere(source: Path, link: str) -> None:
    assert (source.parent / link).exists(), f"{source.relative_to(ROOT)} → {link}"
