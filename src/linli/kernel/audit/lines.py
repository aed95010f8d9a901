"""Rows as the text COPY reads: written beforehand and in any thread, while the connection is busy with others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

NULL = "\\N"


def lines(rows: Iterable[Iterable[Any]]) -> bytes:
    """The rows in PostgreSQL's text format. Raises TypeError for a value it has no words for."""
    return "".join([line(row) for row in rows]).encode()


def line(row: Iterable[Any]) -> str:
    """One row, with its end."""
    return "\t".join([NULL if value is None else _FORMS[type(value)](value) for value in row]) + "\n"


def cell(value: str | bytes) -> str:
    """One value of a row whose others need no looking at."""
    return _text(value) if isinstance(value, str) else _bytes(value)


def _text(value: str) -> str:
    if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
        value = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return value


def _id(value: UUID) -> str:
    return f"{value.int:032x}"


def _ids(value: list[UUID]) -> str:
    """A list of ids; of texts it would need quotes."""
    for one in value:
        if not isinstance(one, UUID):
            raise TypeError(f"a list of {type(one).__name__} cannot be copied")
    return "{" + ",".join([_id(one) for one in value]) + "}"


def _bool(value: bool) -> str:
    return "t" if value else "f"


def _bytes(value: bytes) -> str:
    return "\\\\x" + value.hex()


class _Forms(dict[type, Callable[[Any], str]]):
    """How each kind of value is written; a kind derived from one of these, as the words of an enumeration are, too."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        for known, form in tuple(self.items()):
            if issubclass(kind, known):
                self[kind] = form
                return form
        raise TypeError(f"{kind.__name__} cannot be copied")


_FORMS = _Forms({
    str: _text, UUID: _id, int: str, float: repr, bool: _bool, datetime: datetime.isoformat, list: _ids, bytes: _bytes,
})  # fmt: skip
