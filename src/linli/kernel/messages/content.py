"""What a message says, as it lies in its row: sealed as a whole, for the kind alone would say who is a party member, who
contested a fact, from whom something was taken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from linli.kernel.sealed import fingerprint, seal, unseal

from .kinds import Fields


@dataclass(frozen=True, slots=True)
class Content:
    """The kind's name, what stands in its blanks, and the arguments of the address it leads to."""

    kind: str
    fields: Fields
    to: tuple[str, ...] = ()

    def sealed(self) -> bytes:
        kept = {"kind": self.kind, "fields": {k: _kept(v) for k, v in self.fields.items()}, "to": self.to}
        return seal(json.dumps(kept, ensure_ascii=False, separators=(",", ":")))


def content_of(sealed: bytes | memoryview) -> Content:
    kept = json.loads(unseal(sealed))
    return Content(kept["kind"], {k: _value(v) for k, v in kept["fields"].items()}, tuple(kept["to"]))


def print_of(kind: str, about: str) -> bytes:
    """By which the same message about the same thing is found again, without saying what it is."""
    return fingerprint(f"message:{kind}:{about}")


def _kept(value: object) -> Any:
    """An instant or a date says which it is. Raises TypeError for what could not be said."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, str | int):
        return value
    raise TypeError(f"a message holds text, numbers, dates and instants, no {type(value).__name__}")


def _value(kept: Any) -> Any:
    if not isinstance(kept, dict):
        return kept
    return datetime.fromisoformat(kept["at"]) if "at" in kept else date.fromisoformat(kept["on"])
