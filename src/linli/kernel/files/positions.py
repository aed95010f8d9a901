"""A position in a column, sealed: where a photo was taken says where a person was (docs/rights.md, 6)."""

from __future__ import annotations

import json

from linli.kernel import sealed
from linli.kernel.files.kinds import Position


def seal(position: Position) -> bytes:
    return sealed.seal(json.dumps([position.lon, position.lat]))


def unseal(token: bytes | memoryview) -> Position:
    lon, lat = json.loads(sealed.unseal(token))
    return Position(lon, lat)
