"""Phone and identity numbers: pure rules, no database."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}\d{7,8}")
_COUNTRY = re.compile(r"^(\+|00)86")
_IDENTITY = re.compile(r"[1-9]\d{16}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def _plain(text: str) -> str:
    """Full-width digits, spaces and dashes as people and spreadsheets write them, made one."""
    return re.sub(r"[\s\-–—()（）.]", "", unicodedata.normalize("NFKC", text)).upper()


def mobile(text: str) -> str | None:
    """The eleven digits of a mainland mobile number, however it was written; None when it is none.

    "+86 139-1234-5678" → "13912345678"
    """
    digits = _COUNTRY.sub("", _plain(text))
    return digits if _MOBILE.fullmatch(digits) else None


def telephone(text: str) -> str | None:
    """A mobile number, or a landline with its area code: old people have those."""
    digits = _COUNTRY.sub("", _plain(text))
    return digits if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) else None


def identity(text: str) -> str | None:
    """The 18 characters of a citizen identity number, or None.

    GB 11643-1999: six digits of place, eight of the day of birth, three in sequence, and a check character by
    ISO 7064 MOD 11-2.
    """
    number = _plain(text)
    if not _IDENTITY.fullmatch(number) or _born(number) is None:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return number if _CHECKS[total % 11] == number[17] else None


def birth_year(number: str) -> int:
    """The year of birth an identity number states."""
    return int(number[6:10])


def mask_phone(phone: str) -> str:
    """13912345678 → 139****5678"""
    return phone[:3] + "*" * max(0, len(phone) - 7) + phone[-4:] if len(phone) >= 7 else "*" * len(phone)


def mask_identity(number: str) -> str:
    """310101199003078888 → 310***********8888"""
    return number[:3] + "*" * max(0, len(number) - 7) + number[-4:]


def _born(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
