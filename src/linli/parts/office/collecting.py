"""Reading a form's fields into a verb's arguments."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from .fields import Fault, Field, read


def collect(fields: tuple[Field, ...], data: QueryDict) -> tuple[dict[str, Any], dict[str, str]]:
    """The verb's arguments, and a sentence for each field that does not fit."""
    given: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in fields:
        try:
            given |= read(field, data)
        except Fault as fault:
            faults[field.name] = str(fault)
    return given, faults
