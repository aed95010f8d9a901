"""Where a line of text may break, and which texts are long enough to be folded."""

from __future__ import annotations

import re
from math import ceil

from markupsafe import Markup, escape

from linli.kernel.matters.titles import columns

_PHRASE = re.compile(r"(?<=[，。；：？！])(?=.)|(?<=[^，。；：？！])(?=（)")
_NUMBER = re.compile(r"\b\d{8}-\d{6,}\b", re.ASCII)
# A number and what it counts: "3 号楼", "8:00", "11月28日". Of an entity ("&#39;") it is no number.
_COUNTED = re.compile(r"(?<![&#\d])(?:\d+:\d\d|\d[\d.,–-]*(?:\s?[\u4e00-\u9fff]\d*[\u4e00-\u9fff]?)?)", re.ASCII)
# A line of text is at most 40 Chinese characters wide; eight lines are shown of a folded one (show.css), and two
# more are not worth a fold.
_LINE = 80
_FOLDED_FROM = 10


def phrases(text: str) -> Markup:
    """A heading that breaks between its phrases before it breaks within one: Chinese has no spaces to break at."""
    parts = [_COUNTED.sub(r'<span class="nowrap">\g<0></span>', part) for part in _PHRASE.split(escape(text))]
    if len(parts) == 1:
        return Markup(parts[0])  # noqa: S704 - escaped above
    return Markup("").join(Markup('<span class="phrase">%s</span>') % Markup(part) for part in parts)  # noqa: S704


def unbroken(text: str) -> Markup:
    """A sentence in which the numbers of matters are not broken at their hyphen: they are read out and copied."""
    return Markup(_NUMBER.sub(r'<span class="nowrap">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped here


def is_long(text: str) -> bool:
    """Whether a text takes more lines than a page should spend on it, on the widest line it can have."""
    return sum(max(1, ceil(sum(map(columns, line)) / _LINE)) for line in text.split("\n")) > _FOLDED_FROM
