"""Places are codes: levels, parents and scopes by arithmetic on digits alone.

The first twelve digits are those of the statistical division code (国家统计局《统计用区划代码和城乡划分代码
编制规则》: province 2, city 2, district 2, street 3, neighbourhood 3). Linli adds grid 3, compound 3,
building 3, unit 2 and home 4, so the longest code has 27 digits. Every level above is a prefix, and a scope
is a prefix too.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from itertools import accumulate
from typing import TypeVar

from linli.kernel.places.sentences import Fault, Sentence

EVERYWHERE = "*"
"""The scope of the system itself. The empty scope is the opposite: nowhere."""

Row = TypeVar("Row")


class Level(IntEnum):
    """How far down a place is; a larger number is a smaller place."""

    PROVINCE = 1
    CITY = 2
    DISTRICT = 3
    STREET = 4
    NEIGHBOURHOOD = 5
    GRID = 6
    COMPOUND = 7
    BUILDING = 8
    UNIT = 9
    HOME = 10

    @property
    def digits(self) -> int:
        """The length of a code on this level."""
        return _DIGITS[self - 1]

    @property
    def own_digits(self) -> int:
        """How many digits this level adds to its parent's code."""
        return _OWN_DIGITS[self - 1]

    @property
    def word(self) -> Sentence:
        """The level's name, to be said in the reader's language."""
        return _WORDS[self - 1][0]

    @property
    def zh(self) -> str:
        return self.word.text

    @property
    def en(self) -> str:
        return _WORDS[self - 1][1]


_OWN_DIGITS = (2, 2, 2, 3, 3, 3, 3, 3, 2, 4)
_DIGITS = tuple(accumulate(_OWN_DIGITS))
_BY_DIGITS = {digits: Level(number) for number, digits in enumerate(_DIGITS, start=1)}
_WORDS = (
    (Sentence("省级"), "province"),
    (Sentence("地级"), "city"),
    (Sentence("区县"), "district"),
    (Sentence("街镇"), "street"),
    (Sentence("居村"), "neighbourhood"),
    (Sentence("网格"), "grid"),
    (Sentence("小区"), "compound"),
    (Sentence("楼栋"), "building"),
    (Sentence("单元"), "unit"),
    (Sentence("户室"), "home"),
)
LONGEST = _DIGITS[-1]


def level_of(code: str) -> Level:
    """The level of a code. Raises `Fault` when no place can have this code."""
    if not code:
        raise Fault("地点代码不能为空。")
    if not (code.isascii() and code.isdigit()):
        raise Fault("地点代码“%(code)s”只能由数字 0-9 组成。", code=code)
    level = _BY_DIGITS.get(len(code))
    if level is None:
        raise Fault(
            "地点代码“%(code)s”有 %(count)s 位；只能是 %(allowed)s 位。",
            code=code,
            count=len(code),
            allowed="、".join(map(str, _DIGITS)),
        )
    if code[0] == "0":
        raise Fault("地点代码“%(code)s”以 0 开头，没有这样的省级代码。", code=code)
    return level


def parent(code: str) -> str | None:
    """The code one level up; None for a province. Raises `Fault` for a code that cannot be."""
    level = level_of(code)
    return None if level is Level.PROVINCE else code[: -level.own_digits]


def prefix(code: str, level: Level) -> str:
    """The code of the place on `level` that holds `code`. Raises `Fault` when `code` lies above it."""
    own = level_of(code)
    if own < level:
        raise Fault("“%(code)s”是%(own)s，它之上没有%(level)s。", code=code, own=own.word, level=level.word)
    return code[: level.digits]


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above `code`, the province first; without `code` itself."""
    own = level_of(code)
    return tuple(code[: level.digits] for level in Level if level < own)


def lineage(code: str) -> tuple[str, ...]:
    """`code` and everything above it, the nearest first: the order in which an override is looked for."""
    return (code, *reversed(ancestors(code)))


def is_within(code: str, scope: str) -> bool:
    """Whether `code` lies in `scope` (or is it). "*" holds everything, "" holds nothing.

    Both are taken as they are, without a check: a scope is compared on every request.
    """
    return scope == EVERYWHERE or (scope != "" and code.startswith(scope))


def common(codes: list[str]) -> str | None:
    """The deepest place that holds all of `codes`; None when they share not even a province."""
    if not codes:
        return None
    lines = [(*ancestors(code), code) for code in codes]
    shared = [step[0] for step in zip(*lines, strict=False) if len(set(step)) == 1]
    return shared[-1] if shared else None


def nearest(rows_by_code: Mapping[str, Row], code: str) -> Row | None:
    """The row of the nearest place in the tree: `code` itself, else its parent, and so on up.

    How numbers and names vary: a street's row wins over its city's. The key "*" is the last resort.
    """
    for step in (*lineage(code), EVERYWHERE):
        if step in rows_by_code:
            return rows_by_code[step]
    return None
