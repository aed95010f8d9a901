"""What is written by hand in a matter: the columns people's words stand in, and what is there when they are gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.db import models

from .models import ERASED_WORDS, Matter

TEXTS = (
    *("title", "body", "address", "reply", "rating_words"),
    *("public_words", "public_address", "public_reply"),
)
STEPS = {
    "assignments": {"task": "", "result": "", "found": ""},
    "questions": {"text": ERASED_WORDS, "answer": ""},
    "pauses": {"words": ""},
    "requests": {"reason": ERASED_WORDS, "decision": ""},
    "orders": {"text": ERASED_WORDS, "reply": "", "withdrawn_words": ""},
    "sent_back": {"reply": ERASED_WORDS, "reason": ERASED_WORDS},
    "links": {"words": ""},
    "linked_from": {"words": ""},
}


def tables() -> Iterator[tuple[type[models.Model], str, tuple[str, ...]]]:
    """(model, its column of the matter, its columns of text) of everything that is written in matters."""
    yield Matter, "id", TEXTS
    for name, blank in STEPS.items():
        step = cast("models.ManyToOneRel", Matter._meta.get_field(name))
        yield step.related_model, step.field.column, tuple(blank)
