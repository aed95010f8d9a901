"""Notices of the demo district: what a neighbourhood and a street announce, and an emergency drill that was lifted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.notices import verbs
from linli.kernel.notices.models import Notice

from . import crew, staff

STREET, HOOD = staff.FIRST_STREET, staff.FIRST_HOOD
_SOCIAL = (f"committee:{HOOD}", Role.SOCIAL_WORKER)
_DUTY = (f"street:{STREET}", Role.DUTY_OFFICER)
_LEADER = (f"street:{STREET}", Role.LEADER)
_DISTRICT = ("district", Role.DUTY_OFFICER)
_CITY = ("city", Role.DUTY_OFFICER)
ALL = ("phone", "board", "tv", "desk", "push")
Who = tuple[str, Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice: how long ago it was written, by whom, who approved it (None: nobody had to), how long it lasts."""

    ago: timedelta
    by: Who
    title: str
    body: str
    lasts: timedelta
    second: Who | None = None
    title_en: str = ""
    body_en: str = ""
    aim: Mapping[str, Any] = field(default_factory=dict)
    stays: str = "published"


def days(n: float) -> timedelta:
    return timedelta(days=n)


TOLD = (
    Told(
        ago=days(1.2), by=_SOCIAL, lasts=days(2),
        title="明天上午 3 号楼到 8 号楼停水",
        body="明天 8:00 到 12:00，二次供水泵房清洗水箱，3 号楼到 8 号楼停水。\n\n请提前储水。恢复供水后，先放掉一两分钟的水再用。\n\n行动不便的老人需要送水，请打居委会电话。",
        title_en="No water tomorrow morning in buildings 3 to 8",
        body_en="From 8:00 to 12:00 the water tanks are cleaned. Buildings 3 to 8 have no water.\n\nStore some beforehand. Afterwards let it run for a minute or two.",
        aim={"kind": "outage", "place_code": HOOD, "channels": ALL},
    ),
    Told(
        ago=days(3), by=_SOCIAL, second=_DUTY, lasts=days(12),
        title="本季度居民议事会议题公示",
        body="本季度居民议事会讨论三件事：非机动车棚加装充电桩、东门口夜间照明、垃圾房改造。\n\n会议时间：下周六 9:30，居委会二楼。\n\n不能到场的，可以在邻里里提意见，或者到窗口留言。意见和答复会后公开。",
        aim={"kind": "openness", "place_code": HOOD, "channels": ALL},
    ),
    Told(
        ago=days(0.3), by=_DUTY, second=_LEADER, lasts=days(1.5),
        title="今晚到明晨有大风，请收好阳台物品",
        body="气象台预报：今晚 20 点到明天 8 点有 7 到 8 级大风。\n\n请收好阳台、窗台上的花盆和晾晒物品，关好门窗。\n\n施工单位加固围挡和脚手架。发现险情，打 110 或者在邻里里反映。",
        title_en="Strong wind tonight: clear your balcony",
        body_en="Gusts of force 7 to 8 from 20:00 to 8:00.\n\nTake in flower pots and laundry, close the windows.",
        aim={"kind": "safety", "level": "important", "place_code": STREET, "channels": (*ALL, "command")},
    ),
    Told(
        ago=days(2), by=_SOCIAL, lasts=days(5),
        title="周六上午便民服务：磨刀、理发、量血压",
        body="周六 9:00 到 11:30，小区中心花园。\n\n磨刀、理发、修雨伞、量血压、眼镜清洗，都不收费。70 岁以上老人理发可以上门，请提前登记。",
        aim={"kind": "service", "place_code": HOOD, "channels": ALL},
    ),
    Told(
        ago=days(6), by=_SOCIAL, lasts=days(9),
        title="“和邻居一起包馄饨”报名",
        body="冬至前一天下午两点，社区食堂。面皮和馅料都备好，带上手就行。\n\n限 40 人，独居的老邻居优先。到居委会或者打电话报名。",
        aim={"kind": "activity", "place_code": HOOD, "channels": ("phone", "board", "tv")},
    ),
    Told(
        ago=days(4), by=_SOCIAL, second=_DUTY, lasts=days(20),
        title="65 岁以上免费体检，请带好身份证",
        body="地点：社区卫生服务中心二楼。时间：工作日 7:30 到 10:00，请空腹。\n\n腿脚不便的可以预约接送。",
        aim={
            "kind": "service", "place_code": HOOD, "channels": ("phone", "push"), "audience": "residents",
            "age_from": 65, "age_purpose": "65 岁以上的免费体检",
        },
    ),
    Told(
        ago=days(5), by=_DUTY, second=_LEADER, lasts=days(10),
        title="织锦路夜间铺设污水管，分段封闭",
        body="每晚 22:00 到次日 5:00，织锦路（老闸路到石桥街）分段封闭，公交改走临江路。\n\n沿线居民车辆凭通行证进出。噪声扰民，请在邻里里反映，值班人员当晚处理。",
        aim={"kind": "works", "place_code": STREET, "channels": (*ALL, "command")},
    ),
    Told(
        ago=days(0.6), by=_DUTY, second=_DISTRICT, lasts=days(2),
        title="大风期间请全员在岗，逐个查看围挡",
        body="今晚 20:00 起，网格员、执法队员、市容所值班人员在岗。\n\n逐个查看：工地围挡、店招、行道树、高空晾晒。查看结果记在事项里。\n\n看到请确认。",
        aim={"kind": "duty", "place_code": STREET, "channels": ("phone", "desk", "push"), "audience": "staff", "confirm": True},
    ),
    Told(
        ago=days(8), by=_DISTRICT, second=_CITY, lasts=days(30),
        title="电动自行车不进楼，充电到车棚",
        body="入冬以来，全区已有三起电动自行车在楼道里充电起火。\n\n电动自行车和电池都不要带进楼道、电梯和家里。各小区车棚有充电位，不够的请告诉居委会。",
        aim={"kind": "safety", "level": "important", "place_code": staff.DISTRICT, "channels": (*ALL, "command")},
    ),
    Told(
        ago=days(25), by=_SOCIAL, lasts=days(10),
        title="垃圾房维修，临时投放点在东门",
        body="维修一周。厨余垃圾请破袋投放，志愿者每天 7:00 到 9:00 在场。",
        aim={"kind": "affairs", "place_code": HOOD, "channels": ("phone", "board")},
    ),
    Told(
        ago=days(0.2), by=_SOCIAL, lasts=days(14), stays="submitted",
        title="物业费收支上半年公示",
        body="上半年收入、支出和结余见附图。有疑问的业主，可以到居委会查看原始凭证。",
        aim={"kind": "openness", "place_code": HOOD, "channels": ("phone", "board")},
    ),
    Told(
        ago=days(0.1), by=_SOCIAL, lasts=days(7), stays="draft",
        title="志愿者周日集合打扫楼道",
        body="周日 8:30，居委会门口集合。扫帚、手套备好了，请穿旧衣服。",
        aim={"kind": "activity", "place_code": HOOD, "channels": ("phone", "push"), "audience": "volunteers"},
    ),
)  # fmt: skip


def fill(*, until: datetime) -> int:
    """All of them, unless there are some already; ending at `until`. Returns how many."""
    with transaction.atomic(), as_system():
        if Notice.objects.exists():
            return 0
        there = crew.at_work(until).actors
        made = [_tell(told, there, until) for told in TOLD]
        made.append(_drill(there, until))
        _correct(made[0], there, until)
        _read(made, there, until)
    return len(made)


def _tell(told: Told, there: Mapping[Who, Actor], until: datetime) -> Notice:
    at = _in_hours(until - told.ago, until)
    by = there[told.by]
    text = verbs.Text(title=told.title, body=told.body, title_en=told.title_en, body_en=told.body_en)
    notice = verbs.write(by=by, at=at, text=text, aim=verbs.Aim(ends_at=at + told.lasts, **told.aim))
    if told.stays == "draft":
        return notice
    at += timedelta(minutes=20)
    if told.stays == "submitted" or told.second is not None:
        verbs.submit(notice_id=notice.id, by=by, at=at)
    if told.stays == "published" and told.second is not None:
        verbs.approve(notice_id=notice.id, by=there[told.second], at=at + timedelta(minutes=25))
    elif told.stays == "published":
        verbs.publish(notice_id=notice.id, by=by, at=at)
    verbs.tick_due(at=until)
    return notice


def _in_hours(at: datetime, until: datetime) -> datetime:
    """An hour at which somebody is in the office, where it lies far enough back: 9:10 to 16:10 in the town's time."""
    if until - at < days(1):
        return at
    return at.replace(hour=1 + at.hour % 8, minute=10, second=0, microsecond=0)


def _drill(there: Mapping[Who, Actor], until: datetime) -> Notice:
    """Twelve days ago: published at once, lifted after forty minutes, looked at by a second person."""
    at = (until - days(12)).replace(hour=2, minute=0, second=0, microsecond=0)
    by = there[_DUTY]
    text = verbs.Text(
        title="消防演练：听潮里 3 号楼疏散",
        body="这是演练，不是真的火情。\n\n听到警报后走楼梯下楼，不要乘电梯，到中心花园集合。\n\n志愿者在每层楼梯口，需要帮忙请招手。",
    )
    aim = verbs.Aim(
        place_code=STREET, kind="safety", level="emergency", drill=True, channels=(*ALL, "command"),
        alert={"hazard": "Fire", "severity": "Severe", "urgency": "Immediate", "certainty": "Observed"},
    )  # fmt: skip
    notice = verbs.write(by=by, at=at, text=text, aim=aim)
    verbs.publish(notice_id=notice.id, by=by, at=at + timedelta(minutes=5))
    verbs.lift(
        notice_id=notice.id,
        by=by,
        at=at + timedelta(minutes=45),
        words="演练结束，186 人 4 分 20 秒疏散完毕，谢谢大家。",
    )
    verbs.review(
        notice_id=notice.id, by=there[_LEADER], at=at + timedelta(hours=5),
        words="发布及时，写明了演练。下次提前一天告知。",
    )  # fmt: skip
    verbs.tick_due(at=until)
    return notice


def _correct(notice: Notice, there: Mapping[Who, Actor], until: datetime) -> None:
    """The water comes back later than was said."""
    first = TOLD[0]
    text = verbs.Text(
        title=first.title, body=first.body.replace("8:00 到 12:00", "8:00 到 14:00"), title_en=first.title_en,
        body_en=first.body_en.replace("12:00", "14:00"),
    )  # fmt: skip
    verbs.correct(
        notice_id=notice.id, by=there[_SOCIAL], at=until - timedelta(hours=5), text=text,
        why="恢复供水改到 14:00（原来写的是 12:00）",
    )  # fmt: skip


def _read(made: list[Notice], there: Mapping[Who, Actor], until: datetime) -> None:
    """Colleagues have opened what concerns them; two in three, and every second of them confirmed."""
    street = [actor for (_unit, _role), actor in there.items() if actor.scope.startswith(STREET)]
    for number, notice in enumerate(made):
        if notice.place_code not in (STREET, staff.DISTRICT) or number in (10, 11):
            continue
        for position, actor in enumerate(street):
            if (position + number) % 3 == 0 or notice.place_code not in actor.scope[:9]:
                continue
            at = until - timedelta(minutes=7 * (position + 1))
            verbs.open_notice(notice_id=notice.id, by=actor, at=at, channel="phone" if position % 2 else "desk")
            if notice.confirm and position % 2:
                verbs.confirm(notice_id=notice.id, by=actor, at=at)
