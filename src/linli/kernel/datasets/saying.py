"""Reasons as they are kept: the Chinese sentence and its values, said in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.kernel.places.sentences import Sentence
from linli.kernel.places.words import say

Packed = list[Any]
"""[text, values] of a `Sentence`, as JSON keeps it."""


def pack(sentence: Sentence) -> Packed:
    """A sentence as JSON; sentences among its values are packed too."""
    values = {k: pack(v) if isinstance(v, Sentence) else v for k, v in sentence.values.items()}
    return [sentence.text, values]


def pack_all(sentences: Iterable[Sentence]) -> list[Packed]:
    return [pack(sentence) for sentence in sentences]


def unpack(packed: Packed) -> Sentence:
    text, values = packed
    return Sentence(text, {k: unpack(v) if isinstance(v, list) else v for k, v in values.items()})


def told(packed: Iterable[Packed]) -> list[str]:
    """What was kept, said in the reader's language."""
    return [say(unpack(one)) for one in packed]
