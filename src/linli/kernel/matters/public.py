"""What of a matter anybody may read: no person, no home, no number by which somebody is found.

The words of a report are never public as they came: a name in them no rule recognises. Shown is the kind, the
place as the register calls it, and how far it is; what it is about, the address and the answer only as a member of
staff approved them (`verbs.publish`). These rules are the second net under that approval, and what its form begins
with: telephone and identity numbers, e-mail and web addresses, licence plates and rooms are hidden.
"""

from __future__ import annotations

import re

from linli.kernel.places.codes import Level

HIDDEN = "***"
DEEPEST = Level.COMPOUND.digits
"""A place is told down to the compound; building, entrance and home are not."""

_DATE = r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}(?!\d)"
_NUMBER = r"(?<!\d)\+?\d(?:[ \-－—]?\d){6,}[Xx]?"
_LINK = r"https?://[^\s，。；、）)]+|www\.[^\s，。；、）)]+"
_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_PLATE = r"[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新][A-Z][·・ ]?[A-Z0-9]{5,6}(?![A-Z0-9])"
_SECRET = re.compile(f"(?P<date>{_DATE})|{_LINK}|{_EMAIL}|{_PLATE}|{_NUMBER}")

_DIGIT = r"[\d一二三四五六七八九十百零〇]"
_ROOM = re.compile(
    rf"(?:{_DIGIT}+\s*(?:单元|门栋|门))?\s*-?\s*{_DIGIT}+\s*(?:室|房间|房(?![屋管产]))"
    rf"|(?<=[楼幢栋座号])\s*(?:{_DIGIT}+\s*单元)?\s*-?\d{{3,4}}(?![\d米元人年路号弄])"
    rf"|(?<=\d)(?:-\d{{1,2}})?-\d{{3,4}}(?!\d)"
)


def words(text: str) -> str:
    """A text with everything hidden that a rule knows to point at a person or a home."""
    return _ROOM.sub(HIDDEN, _SECRET.sub(_hide, text))


def address(text: str) -> str:
    """An address down to the building."""
    return _ROOM.sub("", _SECRET.sub(_hide, text)).strip()


def place(code: str) -> str:
    return code[:DEEPEST]


def position(code: str, lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    """(lon, lat) to 0.1 m for what lies in the street; to about 100 m for what lies in somebody's compound."""
    if lon is None or lat is None:
        return None, None
    digits = 3 if len(code) >= DEEPEST else 6
    return round(lon, digits), round(lat, digits)


def _hide(match: re.Match[str]) -> str:
    return match["date"] or HIDDEN
