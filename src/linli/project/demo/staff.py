"""Who works in the demo district: units, demo accounts everybody may sign in with, and colleagues behind them."""

from __future__ import annotations

from dataclasses import dataclass

from linli.kernel.access import Role

from . import names

PASSWORD = "Wanglan-2026-demo"  # noqa: S105 - printed on the demo's start page
CITY, DISTRICT = names.CITY[0], names.DISTRICT[0]
FIRST_STREET = names.STREETS[0][0]
FIRST_HOOD = FIRST_STREET + "001"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    key: str
    kind: str
    name: str
    place_code: str
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody with a post. `told` is the line on the start page; "" for those who are not shown there."""

    username: str
    name: str
    role: Role
    place_code: str
    unit: str = ""
    title: str = ""
    told: str = ""


# Department → unit names: of the district, and (when a street has its own) of a street.
_DEPARTMENTS = {
    "city-enforcement": ("城市管理行政执法局", "综合行政执法队"),
    "sanitation": ("绿化市容管理局环卫中心", "市容管理所"),
    "housing": ("住房保障和房屋管理局", "房屋管理办事处"),
    "market-regulation": ("市场监督管理局", "市场监督管理所"),
    "police": ("公安分局", "派出所"),
    "community": ("社区服务指导中心", "社区服务办"),
    "roads": ("市政管理所", ""),
    "water": ("水务局", ""),
    "greening": ("园林绿化所", ""),
    "traffic-police": ("公安分局交警支队", ""),
    "environment": ("生态环境局", ""),
    "fire-service": ("消防救援支队", ""),
    "civil-affairs": ("民政局", ""),
}


def _short(street: str) -> str:
    return street.removesuffix("街道")


def units() -> list[NewUnit]:
    """Centres on three levels, departments of district and streets, a committee in each neighbourhood."""
    city, district = names.CITY[1], names.DISTRICT[1]
    centre = "operations-centre"
    made = [
        NewUnit(key="city", kind="centre", name=f"{city}城市运行管理中心", place_code=CITY, department=centre),
        NewUnit(key="district", kind="centre", name=f"{district}城运中心", place_code=DISTRICT, department=centre),
    ]
    for department, (of_district, of_street) in _DEPARTMENTS.items():
        made.append(
            NewUnit(
                key=f"{department}:{DISTRICT}", kind="department", name=district + of_district,
                place_code=DISTRICT, department=department,
            )
        )  # fmt: skip
        if of_street:
            made += [
                NewUnit(
                    key=f"{department}:{code}", kind="department", name=_short(name) + of_street,
                    place_code=code, department=department,
                )
                for code, name, _style, _hoods in names.STREETS
            ]  # fmt: skip
    for code, name, _style, hoods in names.STREETS:
        made.append(
            NewUnit(key=f"street:{code}", kind="centre", name=f"{name}城运中心", place_code=code, department=centre)
        )
        made += [
            NewUnit(
                key=f"committee:{code}{n:03d}", kind="committee", name=f"{hood}居委会", place_code=f"{code}{n:03d}"
            )
            for n, hood in enumerate(hoods, start=1)
        ]
    return made


def shown() -> list[Colleague]:
    """The accounts on the start page, in the order of the journey."""
    enforcement, sanitation = f"city-enforcement:{FIRST_STREET}", f"sanitation:{FIRST_STREET}"
    street, hood = f"street:{FIRST_STREET}", f"committee:{FIRST_HOOD}"
    plain = (
        ("grid", "赵大勇", Role.GRID_WORKER, FIRST_HOOD, hood, "网格长", "网格员：巡查、上报、核查"),
        ("social", "沈晓芸", Role.SOCIAL_WORKER, FIRST_HOOD, hood, "社工", "社工：走访、处理居委会的事"),
        ("dispatcher", "周敏", Role.DISPATCHER, FIRST_STREET, street, "派遣员", "街道派遣员：受理、派遣、结案"),
        ("handler", "李强", Role.HANDLER, FIRST_STREET, enforcement, "队员", "执法队员：接办、处置、报结"),
        ("head", "陈立新", Role.UNIT_HEAD, FIRST_STREET, enforcement, "队长", "执法队长：看全队、申请延期"),
        ("cleaner", "孙洁", Role.HANDLER, FIRST_STREET, sanitation, "管理员", "市容管理员：保洁清运"),
        ("cleaning-head", "马国平", Role.UNIT_HEAD, FIRST_STREET, sanitation, "所长", "市容所长"),
        ("street-duty", "吴海", Role.DUTY_OFFICER, FIRST_STREET, street, "值班长", "街道值班长：审批、督办"),
        ("district-duty", "何静", Role.DUTY_OFFICER, DISTRICT, "district", "值班长", "区值班长：全区督办"),
        ("city-duty", "高远", Role.DUTY_OFFICER, CITY, "city", "值班长", "市值班长：看全市"),
        ("leader", "郑卫东", Role.LEADER, FIRST_STREET, street, "街道主任", "街道领导：督办、批示"),
        ("keeper", "钱思远", Role.DATA_KEEPER, DISTRICT, "district", "数据管理员", "数据管理员：地点、时限、导入"),
        ("system", "丁一", Role.SYSTEM_ADMIN, CITY, "", "系统管理员", "系统管理员：账号、单位"),
        ("security", "方正", Role.SECURITY_ADMIN, CITY, "", "安全管理员", "安全管理员：岗位审批、密钥"),
        ("audit", "石明", Role.AUDIT_ADMIN, CITY, "", "审计管理员", "审计管理员：只看审计"),
    )
    return [
        Colleague(username=u, name=n, role=r, place_code=c, unit=unit, title=title, told=told)
        for u, n, r, c, unit, title, told in plain
    ]


# Residents on the start page: name, phone, what they are.
RESIDENTS = (
    ("林秀珍", "19900010001", 1947, "林阿婆，七十九岁，独居，常打电话，也学着用手机"),
    ("陈一鸣", "19900010002", 1996, "小陈，三十岁，租房，下班路上随手拍"),
)


def behind() -> list[Colleague]:
    """Everybody else who works here: two in each department unit, staff in each centre and committee."""
    taken = {(c.unit, c.role) for c in shown()}
    surnames, given = names.SURNAMES, names.GIVEN_MIDDLE
    made: list[Colleague] = []

    def add(unit: NewUnit, role: Role, title: str, which: str) -> None:
        if (unit.key, role) in taken:
            return
        n = len(made)
        name = (
            surnames[n * 37 % len(surnames)] + given[n * 11 % len(given)] + given[n * 7 % len(given)] * (n % 3 > 0)
        )
        which += f"-{unit.department[:8].rstrip('-')}" if unit.kind == "department" else ""
        made.append(
            Colleague(
                username=f"{which}-{unit.place_code}",
                name=name,
                role=role,
                place_code=unit.place_code,
                unit=unit.key,
                title=title,
            )
        )

    for unit in units():
        if unit.kind == "department":
            add(unit, Role.HANDLER, "经办人", "handler")
            add(unit, Role.UNIT_HEAD, "负责人", "head")
        elif unit.kind == "committee":
            add(unit, Role.GRID_WORKER, "网格长", "grid")
            add(unit, Role.SOCIAL_WORKER, "社工", "social")
        else:
            add(unit, Role.DISPATCHER, "派遣员", "dispatcher")
            add(unit, Role.DUTY_OFFICER, "值班长", "duty")
            add(unit, Role.HANDLER, "经办人", "handler")
    return made
