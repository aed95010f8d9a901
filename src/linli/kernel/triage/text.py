"""How a report's words are read: one normal form, Chinese bigrams, titles.

Everything here is pure and reusable: search, duplicates and topics split text in the same way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_SPACE = re.compile(r"\s+")
_SENTENCE = re.compile(r"[。！？!?；;\n]+")
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
LONGEST_BODY = 20_000
TITLE_LENGTH = 40
"""A text without a title lends its first sentence, up to so many characters, as its title."""


class Message(NamedTuple):
    """A report as it was written. Either part may be empty."""

    title: str
    body: str

    @classmethod
    def of(cls, text: str) -> Message:
        """A message from one text without a title of its own."""
        return cls("", text)

    def heading(self) -> str:
        """The title, or the first sentence where there is none, in normal form."""
        if title := normalise(self.title):
            return title
        for sentence in _SENTENCE.split(self.body):
            if heading := normalise(sentence):
                return heading[:TITLE_LENGTH]
        return ""

    def content(self) -> str:
        """The body in normal form, of a very long one the beginning."""
        return normalise(self.body[:LONGEST_BODY])


def normalise(text: str) -> str:
    """Full-width to half-width (NFKC), lower case, no white space: spaces mean nothing between 汉字."""
    return _SPACE.sub("", _readable(text))


def bigrams(text: str) -> Iterator[str]:
    """Overlapping pairs of 汉字; Latin words and numbers whole; a lone 汉字 as itself.

    `bigrams("3号井盖坏了")` gives 3, 号井, 井盖, 盖坏, 坏了. Nothing spans punctuation.
    """
    for run in _RUN.findall(_readable(text)):
        if run[0] < "\u3400" or len(run) == 1:
            yield run
        else:
            yield from (run[i : i + 2] for i in range(len(run) - 1))


def _readable(text: str) -> str:
    """Half-width and lower case, without the halves of broken surrogate pairs that no encoding can hold."""
    return unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode()).lower()


def as_message(report: str | Message) -> Message:
    return report if isinstance(report, Message) else Message.of(report)


def as_messages(reports: Iterable[str | Message]) -> list[Message]:
    return [as_message(report) for report in reports]


def words_of(block: str) -> tuple[str, ...]:
    """The words of a block of text, parted by white space: how lists of words are written here."""
    return tuple(block.split())
