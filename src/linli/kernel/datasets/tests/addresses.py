"""A small town with registered addresses, and the table of a data set about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.kernel.access import as_system
from linli.kernel.datasets.models import Dataset
from linli.kernel.datasets.verbs import declare_set, queue, run, take
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, STREET, Cast
from linli.kernel.places.models import Place

GRID, OTHER_GRID = HOOD + "001", OTHER_HOOD + "001"
HAPPY, LIGHT, MARKET = GRID + "001", GRID + "002", GRID + "003"
RIVER = OTHER_GRID + "001"

WATER = """
title = "居民用水月报"
purpose = "发现用水异常，安排上门看望"
basis = "供水企业与街道的数据共享协议"
every = 31
keeps = 730
key = ["account", "month"]

[fields.account]
label = "户号"
source = ["用户编号", "户号"]
required = true

[fields.month]
label = "月份"
type = "month"

[fields.used]
label = "用水量"
type = "number"
unit = "m³"
required = true

[fields.kind]
label = "用水性质"
source = "性质"
codes = {"01" = "居民", "02" = "单位"}

[fields.address]
label = "用水地址"

[fields.phone]
label = "联系电话"

[fields.holder]
label = "户名"

[match.place]
address = "address"

[match.person]
name = "holder"
phone = "phone"
"""


@dataclass(frozen=True, slots=True)
class Town:
    """The codes of what stands in it, by how people call it."""

    places: Mapping[str, str]


def make_town() -> Town:
    made: dict[str, str] = {}
    with as_system():
        parents = {code: Place.objects.get(code=code) for code in (HOOD, OTHER_HOOD)}

        def place(code: str, name: str, **parts: str) -> None:
            above = next(parents[code[:n]] for n in range(len(code) - 1, 0, -1) if code[:n] in parents)
            parents[code] = Place.objects.create(
                code=code, name=name, parent=above, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2, **parts
            )
            made[name if not parts.get("building") else f"{above.name}{name}"] = code

        place(GRID, "柳湾一居第一网格")
        place(OTHER_GRID, "柳湾二居第一网格")
        for code, name, road, lane in (
            (HAPPY, "幸福小区", "临江路", "128"),
            (LIGHT, "光明新村", "临江路", "182"),
            (RIVER, "望江花园", "花园路", "128"),
        ):
            place(code, name, road=road, lane=lane)
            for b in range(1, 5):
                place(f"{code}{b:03d}", f"{b}号楼", building=str(b))
                place(f"{code}{b:03d}01", "1单元", unit="1")
                for room in ("101", "102", "201", "502"):
                    place(f"{code}{b:03d}01{int(room):04d}", f"{room}室", room=room)
        place(MARKET, "柳湾菜场", road="临江路", number="66")
    return Town(made)


@dataclass(frozen=True, slots=True)
class Given:
    line: int
    cells: Mapping[str, Any]
    fault: str = ""


def water(cast: Cast, declaration: str = WATER, name: str = "water-use") -> Dataset:
    return declare_set(
        by=cast.keeper, at=MONDAY, name=name, owner_id=cast.units["street"].id, place_code=STREET,
        declaration=declaration,
    )  # fmt: skip


def row(account: str = "A1", **changes: Any) -> dict[str, Any]:
    given = {
        "用户编号": account,
        "月份": "2026-08",
        "用水量": "12.5",
        "性质": "01",
        "用水地址": "临江路128弄3号101室",
    }
    return given | changes


def take_in(cast: Cast, dataset: Dataset, rows: Sequence[Mapping[str, Any]], at: Any = MONDAY) -> Any:
    """Queue and run a table of these rows; returns the counts."""
    content = repr(rows).encode()
    queue(by=cast.keeper, at=at, dataset_id=dataset.id, content=content, file_name="water.csv")
    job = take(at=at)
    assert job is not None
    given = [Given(n, cells) for n, cells in enumerate(rows, 2)]
    return run(job=job, rows=given, about=len(given), at=at)
