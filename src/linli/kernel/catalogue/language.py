"""Which of the house's two languages whoever looks now reads."""

from __future__ import annotations

from django.utils.translation import get_language


def in_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def language() -> str:
    """ "zh" or "en", as declared words are kept."""
    return "zh" if in_chinese() else "en"
