"""Characters of an address made alike: full-width forms, and numbers written in Chinese."""

from __future__ import annotations

import re
import unicodedata

_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_POWER = {"十": 10, "百": 100, "千": 1000}
_NUMBER = "[零〇○一二两三四五六七八九十百千]+"

# A Chinese number is a number only in front of what is counted: 五一路 and 三元里 stay as they are.
_COUNTED = re.compile(
    rf"({_NUMBER})(?=(?:支?弄|号|幢|栋|座|单元|层|楼|室|户|门(?!口)|期|村(?![镇乡])|组|大?院|#|-\d))"
)
_MARKS = str.maketrans({"—": "-", "–": "-", "－": "-", "~": "-", "＃": "#", "號": "号", "樓": "楼", "棟": "栋"})
_SPACES = re.compile(r"\s+")
_SPACE_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9A-Za-z])\s+(?=[0-9A-Za-z])")


def number(text: str) -> int:
    """Read "一二八" (digits in a row), "一百二十八" or "十二"; raises ValueError for anything else."""
    if not re.fullmatch(_NUMBER, text):
        raise ValueError(text)
    if not any(c in _POWER for c in text):
        return int("".join(str(_DIGIT[c]) for c in text))
    total, digit = 0, None
    for c in text:
        if c in _POWER:
            total += (1 if digit is None else digit) * _POWER[c]
            digit = None
        else:
            digit = _DIGIT[c]
    return total + (digit or 0)


def alike(text: str) -> str:
    """One spelling for one address: NFKC, no spaces, hyphens alike, counted Chinese numbers as digits.

    A space between two numbers becomes a hyphen: "3 502" must not turn into 3502.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_MARKS)
    plain = _SPACES.sub("", _SPACE_BETWEEN_NUMBERS.sub("-", plain))
    return _COUNTED.sub(lambda found: str(number(found[1])), plain)
