"""The audit page says in words what was recorded, whatever room recorded it."""

import re
from pathlib import Path

import linli
from linli.kernel.emergencies import flow as emergencies
from linli.kernel.matters.queries.sayings import SAYINGS
from linli.kernel.notices import flow as notices
from linli.screens.desk.words import record_word

KERNEL = Path(linli.__file__).parent / "kernel"
_WHOLE = re.compile(
    r'(?:verb=|_append\(\s*by, at, )"((?:people|places|matters|files|clock|triage|audit|things|notices)\.\w+)"'
)
_IN_ROOM = {
    "people": re.compile(r'_?record(?:_person)?\(\s*\w+,\s*at,\s*"(\w+)"'),
    "places": re.compile(r'\brecord\(\s*"(\w+)"'),
    "things": re.compile(r'(?:\brecord|_change)\([\w, ]*?by, at, "(\w+)"'),
}


def recorded() -> set[str]:
    found = {f"matters.{name}" for name in SAYINGS}
    found |= {f"notices.{name}" for name in notices.VERBS} | {"notices.write"}
    found |= {f"emergencies.{name}" for name in emergencies.STEPS} | {"emergencies.declare", "emergencies.call"}
    for file in KERNEL.rglob("*.py"):
        room = file.relative_to(KERNEL).parts[0]
        if "tests" in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        found |= set(_WHOLE.findall(text))
        if room in _IN_ROOM:
            found |= {f"{room}.{name}" for name in _IN_ROOM[room].findall(text)}
    return found


def test_every_recorded_verb_has_a_word():
    names = recorded()
    assert len(names) > 100  # what finds them still does
    assert {name for name in names if not record_word(name)} == set()
