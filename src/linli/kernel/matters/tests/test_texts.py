"""What somebody writes is kept whole or refused at its field: never cut off in silence, and never without an end."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from linli.kernel.access import SYSTEM, Invalid
from linli.kernel.matters import verbs

from .cast import MONDAY

SOME = uuid4()
LONG = "长" * 4001
# Each text of each verb; what else the verb wants; how long it may be.
TEXTS: list[tuple[str, str, dict[str, Any], int]] = [
    ("accept", "note", {}, 4000),
    ("decline", "reply", {"outcome": "none"}, 4000),
    ("reclassify", "note", {"kind": "noise"}, 4000),
    ("assign", "task", {"unit_id": SOME}, 4000),
    ("hand_over", "note", {"account_id": SOME}, 4000),
    ("give_back", "reason", {}, 4000),
    ("finish_part", "result", {}, 4000),
    ("ask", "text", {}, 4000),
    ("answer", "text", {}, 4000),
    ("pause", "words", {"reason": "weather"}, 4000),
    ("ask_extension", "reason", {"span": "3 day"}, 4000),
    ("decide_extension", "decision", {"granted": True}, 4000),
    ("ask_write_off", "reason", {}, 4000),
    ("decide_write_off", "decision", {"granted": True}, 4000),
    ("report_done", "result", {"outcome": "none"}, 4000),
    ("verify", "words", {"passed": True}, 4000),
    ("close", "reply", {}, 4000),
    ("reopen", "reason", {}, 4000),
    ("withdraw", "reason", {}, 4000),
    ("rate", "words", {"stars": 5}, 1000),
    ("link", "words", {"other_id": SOME}, 200),
    ("publish", "words", {}, 1000),
    ("publish", "reply", {}, 1000),
    ("publish", "address", {}, 200),
    ("comment", "text", {}, 4000),
    ("supervise", "text", {}, 4000),
    ("reply_order", "text", {"order_id": SOME}, 4000),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "name", "given", "most"), TEXTS)
def test_a_text_too_long_is_refused_at_its_field(verb: str, name: str, given: dict[str, Any], most: int) -> None:
    with pytest.raises(Invalid) as refused:
        getattr(verbs, verb)(matter_id=uuid4(), by=SYSTEM, at=MONDAY, **given, **{name: LONG})
    assert refused.value.fields == {name: f"太长了：最多 {most} 字，现在有 4001 字。"}


@pytest.mark.parametrize(("title", "body"), [("题" * 121, "短"), ("短", LONG)])
def test_a_part_too_long_is_refused_at_the_parts(title: str, body: str) -> None:
    with pytest.raises(Invalid) as refused:
        verbs.split(matter_id=uuid4(), by=SYSTEM, at=MONDAY, parts=[("noise", "短", "短"), ("noise", title, body)])
    assert set(refused.value.fields) == {"parts"}
