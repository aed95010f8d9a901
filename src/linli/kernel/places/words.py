"""Sentences of the pure parts in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext

from linli.kernel.access import Invalid
from linli.kernel.places.sentences import Fault, Sentence


def say(sentence: Sentence) -> str:
    """The sentence in the language of whoever is asking; values that are sentences themselves are said too."""
    values = {k: say(v) if isinstance(v, Sentence) else v for k, v in sentence.values.items()}
    return gettext(sentence.text) % values


@contextmanager
def refusing(field: str) -> Iterator[None]:
    """A `Fault` inside becomes a refusal of this field."""
    try:
        yield
    except Fault as fault:
        said = say(fault.sentence)
        raise Invalid(said, fields={field: said}) from fault
