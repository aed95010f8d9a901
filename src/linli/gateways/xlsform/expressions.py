"""The plain part of XLSForm's expressions: a question is shown when another has one of some values. Pure."""

from __future__ import annotations

import re

_TERM = re.compile(
    r"""\s*(?:selected\(\s*\$\{(?P<selected>[\w.-]+)\}\s*,\s*(?P<a>'[^']*'|"[^"]*")\s*\)
          |\$\{(?P<equal>[\w.-]+)\}\s*=\s*(?P<b>'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?))\s*""",
    re.VERBOSE,
)
_OR = re.compile(r"\bor\b")
YES = frozenset({"yes", "true", "true()", "1", "y", "是"})
NO = frozenset({"", "no", "false", "false()", "0", "n", "否"})


def shown_when(expression: str) -> tuple[str, tuple[str, ...]] | None:
    """`${a} = 'x' or selected(${a}, 'y')` → ("a", ("x", "y")); None for anything else."""
    asked, values = "", []
    text = _unwrapped(expression.strip())
    position = 0
    while True:
        term = _TERM.match(text, position)
        if term is None:
            return None
        name = term["selected"] or term["equal"]
        if asked and name != asked:
            return None
        asked = name
        values.append((term["a"] or term["b"]).strip("'\""))
        position = term.end()
        if position == len(text):
            return asked, tuple(dict.fromkeys(values))
        joint = _OR.match(text, position)
        if joint is None:
            return None
        position = joint.end()


def _unwrapped(text: str) -> str:
    """Without brackets around the whole of it."""
    while text.startswith("(") and text.endswith(")") and _closes_last(text):
        text = text[1:-1].strip()
    return text


def _closes_last(text: str) -> bool:
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return position == len(text) - 1
    return False


def required(text: str) -> bool | None:
    """Whether a question must be answered; None for an expression that would have to be reckoned."""
    said = text.strip().lower()
    return True if said in YES else False if said in NO else None
