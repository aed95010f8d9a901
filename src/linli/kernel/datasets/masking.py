"""Sensitive values as they may leave the house: enough to tell rows apart, too little to know somebody by."""

from __future__ import annotations

from typing import Any

from linli.kernel.people import numbers

from .declared import Declared


def masked_name(name: str) -> str:
    """林秀珍 → 林**"""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def masked(declared: Declared, column: str, value: Any) -> str:
    """A sensitive value by what it is: a name, a phone, an identity number, or anything else (whose length is hidden)."""
    text = str(value if value is not None else "")
    if not text:
        return ""
    part = next((part for part, name in declared.match.get("person", {}).items() if name == column), "")
    if part == "name":
        return masked_name(text)
    if part == "phone":
        return numbers.mask_phone(numbers.telephone(text) or text)
    if part == "identity":
        return numbers.mask_identity(number) if (number := numbers.identity(text)) else "***"
    return "***"
