"""Doorstep stations, owners' committees and documents with a quiz in the demo district."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone

from linli.kernel.access import SYSTEM, Actor
from linli.kernel.places.codes import Level
from linli.kernel.places.models import Place

from . import verbs
from .founding import Counted
from .models import Organisation
from .rules import months_later

DAY = timedelta(days=1)
_STATIONS = (
    ("党群服务站", "first", "汀江路 88 号一楼", "021-0000 1188", ("党员报到", "量血压", "代收代办", "便民雨伞"),
     "周一至周五 8:30-11:30 13:30-17:00\n周六 9:00-11:30"),
    ("邻里小屋", "second", "听潮里 12 弄门口", "", ("老人歇脚", "手机教学", "小修小补"), "每天 9:00-11:00 14:00-20:00"),
)  # fmt: skip
_SEATS = (("顾明远", "chair"), ("沈佩兰", "vice"), ("程立", "member"), ("方晓鸥", "member"), ("邱建国", "member"))
_OUTLINE = """第一条 党支部是党的基础组织，担负直接教育党员、管理党员、监督党员和组织群众、宣传群众、凝聚群众、服务群众的职责。
第二条 党支部党员大会一般每季度召开一次，支部委员会会议和党小组会一般每月召开一次。
第三条 主题党日每月相对固定一天，党员集中学习、过组织生活、进行民主议事和志愿服务。
第四条 党员到居住地报到，做力所能及的事，由居村党组织确认。
第五条 党费按月交，计算基数由本人申报，核定以后不再变。"""


def fill(
    hood: str, organisations: Mapping[str, Organisation], secretary: Actor, street: Actor, until: datetime
) -> None:
    """Two stations, two compounds (one founding, one whose term ends soon), a document with a quiz."""
    _stations(hood, organisations, secretary, until)
    _owners(hood, organisations, secretary, until)
    _documents(organisations["street"], street, until)


def _stations(hood: str, organisations: Mapping[str, Organisation], secretary: Actor, until: datetime) -> None:
    today = timezone.localdate(until)
    spot = Place.objects.filter(code=hood, valid_to=None).values_list("lon", "lat").first() or (None, None)
    for n, (name, key, address, phone, services, opening) in enumerate(_STATIONS):
        by = secretary if key == "first" else SYSTEM
        lon, lat = (spot[0] + n * 0.004, spot[1] + n * 0.002) if spot[0] is not None else (None, None)
        made = verbs.open_station(
            by=by, at=until - 30 * DAY, organisation_id=organisations[key].id, name=name, address=address, phone=phone,
            services=services, opening=opening, lon=lon, lat=lat,
        )  # fmt: skip
        for ahead, who in enumerate(("王德明", "周玉兰", "冯小芳", "沈志强", "吕敏")):
            verbs.put_on_watch(
                by=by, at=until, station_id=made.pk, day=today + ahead * DAY, times="8:30-11:30", who=who
            )
        for back in range(6, -1, -1):
            for m, service in enumerate(services[:3]):
                verbs.count_visits(
                    by=by, at=until - back * DAY, station_id=made.pk, service=service, count=3 + (back + 2 * m) % 5
                )


def _owners(hood: str, organisations: Mapping[str, Organisation], secretary: Actor, until: datetime) -> None:
    today = timezone.localdate(until)
    for n, place in enumerate(_compounds(hood)[:2]):
        owners = verbs.support_owners(
            by=secretary,
            at=until - 200 * DAY,
            organisation_id=organisations["first"].id,
            name=f"{place.name}业主大会",
            place_code=place.code,
        )
        mine = {"by": secretary, "at": until, "owners_id": owners.id}
        if n:
            for kind, ago in (("ready", 140), ("asked", 120), ("group", 75), ("posted", 12)):
                verbs.take_step(**mine, kind=kind, on=today - ago * DAY)
            continue
        elected = months_later(today, -58)
        for kind, ago in (
            ("ready", 300),
            ("asked", 270),
            ("group", 230),
            ("posted", 190),
            ("met", 160),
            ("elected", 160),
            ("filed", 140),
        ):
            verbs.take_step(**mine, kind=kind, on=elected - (ago - 160) * DAY)
        term = verbs.elect_owners(**mine, elected_on=elected, ends_on=months_later(elected, 60), members=_SEATS)
        verbs.file_term(by=secretary, at=until, term_id=term.id, on=elected + 20 * DAY)
        _records(mine, today)


def _compounds(hood: str) -> list[Place]:
    """Where people live: compounds of several buildings. A school or a health centre is a compound too."""
    here = Place.objects.filter(code__startswith=hood, valid_to=None)
    buildings = Counter(here.filter(level=Level.BUILDING).values_list("parent_code", flat=True))
    return [one for one in here.filter(level=Level.COMPOUND).order_by("code") if buildings[one.code] > 1]


def _records(mine: dict[str, object], today: date) -> None:
    verbs.keep_record(
        **mine,
        kind="committee",
        title="业委会第三季度例会",
        on=today - 40 * DAY,
        text="通报公共收益，讨论非机动车停放。",
        publish=True,
    )  # type: ignore[arg-type]
    verbs.keep_record(
        **mine,
        kind="notice",
        title="公共收益上半年收支公告",
        on=today - 60 * DAY,
        text="收入 86,400 元，支出 31,200 元，结余转入维修资金。",
        publish=True,
    )  # type: ignore[arg-type]
    verbs.keep_record(
        **mine, kind="result", title="用维修资金更换二号楼电梯", on=today - 90 * DAY, publish=True,
        counted=Counted(5, 4_826_000, 3_511_240, 2_904_180, 486, 352, 297),
    )  # type: ignore[arg-type] # fmt: skip
    verbs.keep_record(**mine, kind="decision", title="草案：门禁改造方案", on=today - 5 * DAY, text="待征求意见。")  # type: ignore[arg-type]


def _documents(street: Organisation, by: Actor, until: datetime) -> None:
    version = verbs.put_document(
        by=by,
        at=until - 12 * DAY,
        organisation_id=street.id,
        title="支部工作学习提纲",
        text=_OUTLINE,
        source="街道党工委",
        must_read=True,
    )
    for text, answers, right in (
        ("党支部党员大会一般多久召开一次？", ("每月", "每季度", "每半年"), 1),
        ("主题党日一般多久一次？", ("每月相对固定一天", "每季度一天"), 0),
    ):
        verbs.ask_question(
            by=by, at=until - 12 * DAY, document_id=version.document_id, text=text, answers=answers, right=right
        )
    verbs.put_document(
        by=by,
        at=until - 9 * DAY,
        organisation_id=street.id,
        title="双报到工作提示",
        text="到居住地报到。\n认领力所能及的任务。",
        must_read=True,
    )
