"""A form that comes from elsewhere, as values: what it asks, and what of it could not be taken over, with row and column.

A gateway reads one (`settings.LINLI_FORM_READER`), a person says which element each question is, and it becomes a form of a
place's own (`verbs.taking`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not taken over: the row and the column of the sheet, a sentence, and whether the question is lost."""

    sheet: str
    row: int
    column: str
    sentence: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """`type` is one of `declare.Type`; `choices` are (code, label). Shown only when the question `when` says one of `values`."""

    row: int
    name: str
    label: str
    type: str
    hint: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    group: str = ""
    when: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncomingForm:
    """`faults` are why it cannot be taken over at all; then there are no questions."""

    title: str
    questions: tuple[Question, ...] = ()
    gaps: tuple[Gap, ...] = ()
    faults: tuple[Gap, ...] = ()
    languages: tuple[str, ...] = ()


def read_form(content: bytes) -> IncomingForm:
    """A file as a form. Raises Invalid for what is no spreadsheet."""
    reader: Callable[[bytes], IncomingForm] = import_string(settings.LINLI_FORM_READER)
    return reader(content)
