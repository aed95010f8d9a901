"""What every codec gives: readings as they were said, not yet judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from linli.kernel.readings.measures import Measures


class Unreadable(Exception):
    """The whole payload cannot be read; the argument says why, as far as it can be told."""


class Item(msgspec.Struct, gc=False):
    """One reading out of a payload.

    `time` as it was given (`judging.instant` reads it), None when it was not. `alone` is a payload that holds this one
    reading and nothing beside it, for a dead letter; None when the payload does so itself.
    """

    time: object
    values: Mapping[str, Any]
    alone: Any = None


class Spoiled(msgspec.Struct, gc=False):
    """An item of a payload that cannot be read, beside others that can."""

    says: str
    alone: Any = None


Said = Sequence[Item | Spoiled]


class Read(Protocol):
    def __call__(self, payload: bytes, measures: Measures) -> Said:
        """Raises Unreadable."""


Simple = Callable[[bytes, Measures], tuple[object, Mapping[str, Any]] | None]


@dataclass(frozen=True, slots=True)
class Codec:
    """A reader of payloads by its name; `fields` are names senders of this kind use for the house's quantities. `simple`
    reads the simplest of its payloads fast: time and values by name, or None for those it leaves to `read`."""

    name: str
    read: Read
    fields: Mapping[str, str] = field(default_factory=dict)
    binary: bool = False
    simple: Simple | None = None
