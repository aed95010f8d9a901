"""What the pure parts of this room say to a person, before any language is chosen.

The pure parts know no Django and so no gettext. They hand up a `Sentence`: the Chinese text (which is also
the msgid of the translation) and its values apart. `str()` gives Chinese; verbs and queries translate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with `%(name)s` gaps, and what goes into them."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values


class Fault(ValueError):
    """Something is wrong with what was given; `sentence` says what, and names no exception class."""

    def __init__(self, text: str, /, **values: object) -> None:
        self.sentence = Sentence(text, values)
        super().__init__(str(self.sentence))
