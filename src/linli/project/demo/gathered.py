"""Data other units send to the demo district: a water company's months, licences of restaurants, a delivery that is late;
and two requests to share.

Tables are put into the queue as they would be sent, with what people write wrong; the worker takes them in.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.datasets import verbs
from linli.kernel.datasets.models import Dataset
from linli.kernel.places.coordinates import Datum, from_wgs84

from . import crew, names, watched
from .geography import District
from .residents import Resident

DISTRICT, STREET = names.DISTRICT[0], names.STREETS[0][0]
FULL = str.maketrans("0123456789", "０１２３４５６７８９")
HOMES = 80
MONTHS = 13
WATER = """title = "居民用水月报"
purpose = "发现独居老人用水异常，安排上门看望；核对空置房屋；一处住房用水突然增多，作群租苗头"
basis = "区水务局与区城运中心的数据共享协议（演示）"
every = 31
keeps = 730
key = ["account", "month"]

[fields.account]
label = "户号"
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
codes = {"01" = "居民", "02" = "合用", "03" = "单位"}

[fields.address]
label = "用水地址"
required = true

[fields.holder]
label = "户名"

[fields.phone]
label = "联系电话"

[match.place]
address = "address"

[match.person]
name = "holder"
phone = "phone"

[signs.home-water]
value = "used"
when = "month"
"""
CASES = """title = "城管执法查处记录"
purpose = "复查是否重新搭建；作违建苗头"
basis = "城管执法部门与街道的数据共享协议（演示）"
every = 7
keeps = 1095
key = ["case"]

[fields.case]
label = "案号"
required = true

[fields.date]
label = "查处日期"
type = "date"
required = true

[fields.address]
label = "地址"
required = true

[fields.cause]
label = "案由"

[match.place]
address = "address"

[signs.enforcement-cases]
when = "date"
"""
FOOD = """title = "餐饮服务许可"
purpose = "油烟、占道投诉时知道是哪一家，安排联合检查"
basis = "政务数据共享目录（演示）：许可信息依法公开"
every = 7
keeps = 1095
key = ["licence"]

[fields.licence]
label = "许可证编号"
required = true

[fields.name]
label = "店名"
required = true

[fields.address]
label = "经营地址"

[fields.until]
label = "有效期至"
type = "date"

[fields.lon]
label = "经度"
type = "number"

[fields.lat]
label = "纬度"
type = "number"

[match.place]
address = "address"
lon = "lon"
lat = "lat"
datum = "gcj02"
"""
RENTED = """title = "房屋租赁备案"
purpose = "核对群租投诉，安排入户走访"
basis = "房屋管理部门与街道的数据共享协议（演示）"
every = 30
keeps = 730
key = ["record"]

[fields.record]
label = "备案号"
required = true

[fields.address]
label = "房屋地址"

[fields.tenants]
label = "登记居住人数"
type = "number"

[match.place]
address = "address"
"""


def gather(district: District, everybody: Sequence[Resident], at: datetime, seed: int) -> None:
    """Declare the sets, send the first tables, ask for sharing."""
    rng = random.Random(f"gathered {seed}")
    staff_now = crew.at_work(at)
    keeper = staff_now.actors["district", Role.DATA_KEEPER]
    with transaction.atomic(), as_system():
        owners = {
            "water": "district",
            "food": f"market-regulation:{DISTRICT}",
            "rent": f"housing:{DISTRICT}",
            "cases": f"city-enforcement:{DISTRICT}",
        }
        units = {key: staff_now.units[unit].id for key, unit in owners.items()}
        before = at - timedelta(days=45)
        water = _declare(keeper, before, "water-use", units["water"], WATER)
        food = _declare(keeper, before, "food-licences", units["food"], FOOD)
        _declare(keeper, before, "rent-records", units["rent"], RENTED)
        cases = _declare(keeper, before, "enforcement-cases", units["cases"], CASES)
        wrong = watched.planned(district, seed, at)
        month = _months(at)[-1]
        water_rows = list(_water(district, everybody, rng, wrong, at))
        sent = (
            (cases, list(_cases(district, rng, wrong, at)), "查处记录.csv", at - timedelta(minutes=5)),
            (water, water_rows, f"用水月报至{month}.csv", at - timedelta(minutes=4)),
            (food, list(_food(district, rng, at)), "餐饮许可.csv", at - timedelta(minutes=2)),
        )
        for dataset, rows, name, when in sent:
            verbs.queue(by=keeper, at=when, dataset_id=dataset.id, content=_csv(rows), file_name=name)
        _share(staff_now, water, at)


def _declare(keeper: Actor, at: datetime, name: str, owner_id: Any, text: str) -> Dataset:
    return verbs.declare_set(by=keeper, at=at, name=name, owner_id=owner_id, place_code=DISTRICT, declaration=text)


def _share(people: crew.Crew, water: Dataset, at: datetime) -> None:
    """The street's leader asked and may; another street has just asked."""
    leader = people.actors[f"street:{STREET}", Role.LEADER]
    owner = people.actors["district", Role.DUTY_OFFICER]
    asked = at - timedelta(days=6)
    share = verbs.ask(
        by=leader, at=asked, dataset_id=water.id, fields=["account", "month", "used", "address", "holder"],
        purpose="每月筛出用水骤减的独居老人家庭，由居委会上门看望", until=at + timedelta(days=180),
    )  # fmt: skip
    verbs.approve(
        by=owner, at=asked + timedelta(hours=5), share_id=share.id, fields=["account", "month", "used", "address"]
    )
    other = people.actors[f"street:{names.STREETS[1][0]}", Role.DUTY_OFFICER]
    verbs.ask(
        by=other, at=at - timedelta(hours=3), dataset_id=water.id, fields=["month", "used", "address", "phone"],
        purpose="核对空置房屋清单", until=at + timedelta(days=90),
    )  # fmt: skip


def _months(at: datetime) -> list[str]:
    """The last MONTHS whole months, the oldest first."""
    first = at.astimezone(watched.ZONE).year * 12 + at.astimezone(watched.ZONE).month - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(first - MONTHS, first)]


def _water(
    district: District,
    everybody: Sequence[Resident],
    rng: random.Random,
    wrong: Sequence[watched.Wrong],
    at: datetime,
) -> Iterator[dict[str, Any]]:
    """A year of some homes of the first street, written as meter readers write; where many live, much in the last months."""
    homes = [home for home in district.homes if home[0].startswith(STREET)]
    lived = {person.place_code: person for person in everybody if person.phone}
    crowded = {one.code: one.ago for one in wrong if one.sign == "group-renting-sign"}
    chosen = rng.sample(homes, min(HOMES, len(homes)))
    near = [home for home in homes if home[0][:12] in {code[:12] for code in crowded} and home not in chosen]
    chosen += rng.sample(near, min(HOMES // 2, len(near)))
    chosen += [home for home in homes if home[0] in crowded and home not in chosen]
    months = _months(at)
    for n, (code, address, _lon, _lat) in enumerate(chosen, start=1):
        person = lived.get(code)
        usual = max(3.0, rng.gauss(11, 3))
        written = _written(address, rng, 1 if code in crowded else n)
        for m, month in enumerate(months):
            told = m == len(months) - 1 and n % 3 == 0  # whose account it is, they say for the newest month only
            used = max(0.0, usual + rng.gauss(0, 1.2) + 1.5 * (month[-2:] in ("06", "07", "08")))
            if code in crowded and len(months) - m <= 1 + (crowded[code] + 20) // 30:
                used = used * 2.6 + 6
            row = {
                "户号": f"W{n:06d}",
                "月份": month,
                "用水量": f"{used:.1f}",
                "用水性质": "01",
                "用水地址": written,
                "户名": person.name if told and person else "",
                "联系电话": person.phone if told and person else "",
            }
            if told and n % 60 == 0 and person:
                row["户名"] = "户主" + person.name[:1]  # another name than the register's: somebody has to look
            yield row | (_slip(n) if m == len(months) - 1 else {})


def _cases(
    district: District, rng: random.Random, wrong: Sequence[watched.Wrong], at: datetime
) -> Iterator[dict[str, Any]]:
    """What city enforcement took up in a year, here and there; and where something is built again."""
    addresses = {code[:21]: address.rpartition("楼")[0] + "楼" for code, address, _lon, _lat in district.homes}
    theirs = [code for code in sorted(addresses) if code.startswith(STREET)]
    found = [(rng.choice(theirs), rng.randrange(20, 400)) for _ in range(70)]
    found += [(one.code, one.ago + 12) for one in wrong if one.sign == "illegal-building-sign"]
    for n, (code, ago) in enumerate(found, start=1):
        yield {
            "案号": f"城执{at.year}{n:04d}",
            "查处日期": (at - timedelta(days=ago)).strftime("%Y-%m-%d"),
            "地址": addresses[code],
            "案由": rng.choice(("违法搭建建筑物", "擅自封闭天井", "擅自改变房屋外立面")),
        }


def _slip(n: int) -> dict[str, Any]:
    """What now and then is wrong with a line."""
    match n % 87:
        case 40:
            return {"用水量": "见附表"}
        case 60:
            return {"用水性质": "09"}
        case 80:
            return {"户号": ""}
    return {}


def _written(address: str, rng: random.Random, n: int) -> str:
    """An address as it is typed: mostly well, some with full-width digits, without 楼, or with a building that is not there."""
    if n % 29 == 0:
        return address.replace("弄", "弄9", 1)
    if n % 31 == 0:
        return address.rpartition("弄")[0] + "弄旁边"
    way = rng.random()
    if way < 0.25:
        return address.translate(FULL)
    return address.replace("号楼", "号") if way < 0.6 else address


def _food(district: District, rng: random.Random, at: datetime) -> Iterator[dict[str, Any]]:
    """Restaurants at landmarks and compounds; coordinates as Chinese maps give them."""
    firsts = ("老街", "阿婆", "临江", "小满", "福来", "一品", "江风", "顺意")
    lasts = ("面馆", "小吃店", "饭店", "生煎", "烧烤", "茶餐厅")
    spots = [(m.road, f"{m.number}号", m.lon, m.lat) for grid in district.grids for m in grid.landmarks]
    spots += [
        (c.road, f"{c.lane}弄{rng.randrange(1, len(c.buildings) + 1)}号", c.lon, c.lat) for c in district.compounds
    ]
    for n, (road, house, lon, lat) in enumerate(rng.sample(spots, min(60, len(spots))), start=1):
        east, north = from_wgs84(lon, lat, Datum.GCJ02)
        if n % 17 == 0:
            east += 0.02  # another branch of the same shop: address and point disagree
        yield {
            "许可证编号": f"JY9{n:05d}",
            "店名": rng.choice(firsts) + rng.choice(lasts),
            "经营地址": "" if n % 23 == 0 else road + house,
            "有效期至": (at + timedelta(days=rng.randrange(-40, 1000))).strftime("%Y/%m/%d"),
            "经度": f"{east:.6f}",
            "纬度": f"{north:.6f}",
        }


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("gb18030")
