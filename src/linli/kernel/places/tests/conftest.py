"""A small town to test on: two streets, three neighbourhoods, and homes in one of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from linli.kernel.access import SYSTEM, Actor, Role
from linli.kernel.places import verbs
from linli.kernel.places.rows import Address, PlaceRow

BEGIN = date(2020, 1, 1)
NOW = datetime.now(UTC)
GRID = "310104001001001"
HOME = GRID + "001003010502"


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def row(code: str, name: str, **parts: Any) -> PlaceRow:
    own = {key: parts.pop(key) for key in ("road", "lane", "number", "building", "unit", "room") if key in parts}
    return PlaceRow(**({"valid_from": BEGIN} | parts), code=code, name=name, address=Address(**own))


ROWS = [
    row("31", "上海市"),
    row("3101", "市辖区"),
    row("310104", "徐汇区"),
    row("310104001", "临江街道", boundary=square(121.40, 31.20, 121.44, 31.22)),
    row("310104002", "花园街道", boundary=square(121.44, 31.20, 121.46, 31.22)),
    row("310104001001", "临江居委会", aliases=("临江社区",), boundary=square(121.40, 31.20, 121.42, 31.22)),
    row("310104001002", "滨江居委会", boundary=square(121.42, 31.20, 121.44, 31.22)),
    row("310104002001", "花园居委会", boundary=square(121.44, 31.20, 121.46, 31.22)),
    row(GRID, "第一网格", boundary=square(121.40, 31.20, 121.41, 31.22)),
    row(GRID + "001", "幸福小区", road="临江路", lane="128", lon=121.405, lat=31.21),
    row(GRID + "001003", "3号楼", building="3"),
    row(GRID + "00100301", "1单元", unit="1"),
    row(HOME, "502室", room="502"),
    row(GRID + "002", "田林十二村", road="临江路", lane="200"),
]


def keeper(scope: str = "31") -> Actor:
    """The street's data keeper."""
    return Actor(role=Role.DATA_KEEPER, scope=scope, name="数据员")


@pytest.fixture
def town(db: None) -> Callable[[str], Any]:
    """Registers the town and gives a function from a code to its open row."""
    from linli.kernel.places.models import Place

    verbs.bulk_add(ROWS, by=SYSTEM, at=NOW)
    return lambda code: Place.objects.get(code=code, valid_to=None)
