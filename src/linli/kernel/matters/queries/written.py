"""A row as JSON text, put together by `concat`.

`json_build_object` looks up the type of every name and every value of every row; `concat` looks them up once a
statement. A page of fifty matters costs PostgreSQL half as much.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

Field = tuple[str, str] | tuple[str, str, "As"]
"""A name, the SQL expression of its value, and how it is written when not as any JSON value."""


class As(Enum):
    QUOTED = auto()
    """Never null, and nothing in it that JSON would escape: an id, a place code."""
    BARE = auto()
    """Never null, and as PostgreSQL writes it: a whole number."""


def row(fields: Iterable[Field]) -> str:
    """The SQL expression of a JSON object with these fields, in this order."""
    parts: list[str] = []
    literal = "{"
    for name, value, *how in fields:
        literal += f'{"" if literal == "{" else ","}"{name}":'
        if how == [As.QUOTED]:
            parts += [f"'{literal}\"'", value]
            literal = '"'
        else:
            parts += [f"'{literal}'", value if how == [As.BARE] else f"coalesce(to_json({value}), 'null')"]
            literal = ""
    return f"concat({', '.join(parts)}, '{literal}}}')"
