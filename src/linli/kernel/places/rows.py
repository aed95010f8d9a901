"""A place as it is given: by a verb, by an import, by the maker of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The parts of the registered address that this very place adds; "" where it adds none."""

    road: str = ""
    lane: str = ""
    number: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A place to be registered. Points and boundaries are WGS-84; `valid_from` None means from today.

    A point left out is taken from inside the boundary, when there is one.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    lon: float | None = None
    lat: float | None = None
    boundary: Mapping[str, Any] | None = None
    address: Address = field(default_factory=Address)
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


ADDRESS_PARTS = ("road", "lane", "number", "building", "unit", "room")
