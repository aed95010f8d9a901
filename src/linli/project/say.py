"""Sentences for whoever installs and runs Linli: Chinese first, English complete.

These are spoken before Django is set up (there may be no database yet), so they come from the standard
library's gettext, from the same `locale/` folder and with the same Chinese msgids as every page.
"""

from __future__ import annotations

import gettext as stdlib_gettext
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"

Say = Callable[[str], None]


def language() -> str:
    """`zh` or `en`: LINLI_LANGUAGE, else the terminal's locale. A machine that names none gets Chinese."""
    for name in ("LINLI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value:
            return "zh" if value.startswith("zh") or value.split(".")[0] in ("c", "posix") else "en"
    return "zh"


@cache
def _catalogue(code: str) -> stdlib_gettext.NullTranslations:
    return stdlib_gettext.translation("django", localedir=LOCALE, languages=[code], fallback=True)


def gettext(sentence: str) -> str:
    """The sentence in the operator's language; the Chinese one where it has not been translated."""
    return sentence if language() == "zh" else _catalogue("en").gettext(sentence)
