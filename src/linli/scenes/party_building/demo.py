"""Party building in the demo district: a street's organisations, a branch with its year, wishes, lists, one duty missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from PIL import Image

from linli.kernel.access import SYSTEM, Actor, Role, as_system
from linli.kernel.files.verbs import store
from linli.kernel.people.models import Account, Person, Post
from linli.kernel.people.queries import actor_in
from linli.kernel.people.verbs import correct_person, give_consent
from linli.kernel.people.verbs.demo import demo_account
from linli.kernel.places.codes import Level
from linli.kernel.places.models import Place

from . import cadence, demo_doorstep, dues, verbs
from .models import Member, Organisation

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_KEYS = UUID("0198a000-0000-7000-8000-000000000000")
ACCOUNTS = (
    ("secretary", "顾海英", "支部书记：三会一课、党费、认领微心愿"),
    ("street-secretary", "郭卫平", "街道党工委：看各支部，批减免和延期"),
)
"""Whom the start page shows beside the district's own: user name, name, what they do."""
_NAMES = (
    "顾海英", "赵国梁", "钱文秀", "孙立群", "周玉兰", "吴建新", "郑雅琴", "王德明", "冯小芳", "褚卫东", "蒋丽华", "沈志强",
    "韩梅", "杨春生", "朱晓燕", "秦永康", "许凤英", "何志刚", "吕敏", "施正平", "张秋月", "孔令仪", "曹树林", "严静",
)  # fmt: skip
_WISHES = (
    ("goods", "一把折叠助行椅", "独居老人出门买菜走不远，想要一把能坐一坐的助行椅。", "thanked"),
    ("company", "有人陪着下两盘棋", "腿脚不便的老人，周末下午想有人来下棋说说话。", "claimed"),
    ("learning", "学会用手机看病历", "想学会在手机上挂号、看化验单，字要大。", "published"),
    ("help", "换一盏够亮的灯", "楼道口的家里灯暗，孩子写作业看不清，想换一盏灯。", "published"),
)


def fill(*, until: datetime) -> bool:
    """All or nothing; False when there are organisations already, or no district to put them in."""
    with transaction.atomic(), as_system():
        hood = (
            Place.objects.filter(level=Level.NEIGHBOURHOOD, valid_to=None, code__startswith="99")
            .order_by("code")
            .first()
        )
        if Organisation.objects.exists() or hood is None or not settings.DEMO:
            return False
        town = _organise(hood.code, until)
        _register(town, until)
        _neighbour(town, until)
        _meet(town, until)
        _collect(town, until)
        _near(town, until)
        _wish(town, until)
        demo_doorstep.fill(town.hood, town.organisations, town.secretary, town.street, until)
        verbs.find_missed(at=until)
        verbs.find_ending(at=until)
    return True


@dataclass(slots=True)
class _Town:
    """What the demo made, by key."""

    hood: str
    organisations: dict[str, Organisation] = field(default_factory=dict)
    members: dict[str, list[Member]] = field(default_factory=dict)
    secretary: Actor = SYSTEM
    street: Actor = SYSTEM


def _organise(hood: str, until: datetime) -> _Town:
    town = _Town(hood)
    long_ago, lately = until - 900 * DAY, until - 12 * DAY
    names = dict(
        Place.objects.filter(valid_to=None, code__in=[hood[:4], hood[:6], hood[:9], hood]).values_list(
            "code", "name"
        )
    )
    hoods = Place.objects.filter(parent_code=hood[:9], valid_to=None).exclude(code=hood).order_by("code")[:4]
    here = names[hood].removesuffix("居委会")
    made: list[tuple[str, str, str, str, str, datetime]] = [
        ("city", "committee", f"{names[hood[:4]]}委员会", hood[:4], "", long_ago),
        ("district", "committee", f"{names[hood[:6]]}委员会", hood[:6], "city", long_ago),
        ("street", "committee", f"{names[hood[:9]]}党工委", hood[:9], "district", long_ago),
        ("general", "general", f"{here}居民区党总支", hood, "street", long_ago),
        ("first", "branch", f"{here}第一党支部", hood, "general", long_ago),
        ("second", "branch", f"{here}第二党支部", hood, "general", lately),
        ("one", "group", "第一党小组", hood, "first", lately),
        ("two", "group", "第二党小组", hood, "first", lately),
        ("water", "branch", "汀江水务公司党支部", hood[:9], "street", lately),
        ("school", "branch", "织锦路小学党支部", hood[:9], "street", lately),
        *((place.code, "branch", f"{place.name.removesuffix('居委会')}党支部", place.code, "street", lately) for place in hoods),
    ]  # fmt: skip
    for key, kind, name, code, parent, at in made:
        town.organisations[key] = verbs.found_organisation(
            by=SYSTEM, at=at, kind=kind, name=name[:64], place_code=code, founded_on=date(1998, 7, 1) if at == long_ago else timezone.localdate(at),
            parent_id=town.organisations[parent].id if parent else None,
        )  # fmt: skip
    password = _password()
    for (username, name, _told), key in zip(ACCOUNTS, ("first", "street"), strict=True):
        of = town.organisations[key]
        post = {"role": Role.BRANCH_SECRETARY, "place_code": of.place_code, "unit_id": of.unit_id, "title": "书记"}
        account = demo_account(username, name, password, [post], at=long_ago)
        actor = actor_in(account, Post.objects.get(account=account))
        if key == "first":
            town.secretary = actor
        else:
            town.street = actor
    return town


def _password() -> str | None:
    """The one the start page shows, where there is a start page."""
    listed = import_string(settings.LINLI_DEMO_ACCOUNTS)() if settings.LINLI_DEMO_ACCOUNTS else []
    return next((row["password"] for row in listed if row["password"]), None)


def number(n: int, born: int) -> str:
    """An identity number of a place that is none, with its right check character."""
    body = f"990101{born}0{n % 9 + 1}1{n % 9}{n % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def _register(town: _Town, until: datetime) -> None:
    """Members of two branches and a few of the others; one on each step of the way. Who lives here is linked."""
    at, today = until - 500 * DAY, timezone.localdate(until)
    neighbours = list(
        Person.objects.filter(place_code__startswith=town.hood, account=None, erased_at=None, birth_year__range=(1950, 1990))
        .order_by("pk")[:6]
    )  # fmt: skip
    coming = {12: ("probationary", 300), 13: ("prospect", 60), 14: ("activist", 200), 15: ("applicant", 40)}
    for n, name in enumerate(_NAMES[:16]):
        identity = number(n, 1955 + n * 2)
        if n < len(neighbours) and n:
            name = neighbours[n].name
            correct_person(by=SYSTEM, at=at, person_id=neighbours[n].id, identity=identity)
        stage, ago = coming.get(n, ("full", 365 * (8 + n)))
        _member(
            town, "first", at, name, identity, stage, today - timedelta(days=ago), group="one" if n % 2 else "two"
        )
    chen = (
        Person.objects.filter(account__kind="resident", place_code__startswith=town.hood[:9])
        .order_by("-birth_year")
        .first()
    )
    if chen is not None:
        correct_person(by=SYSTEM, at=at, person_id=chen.id, identity=number(99, 1996))
        _member(town, "first", at, chen.name, number(99, 1996), "full", today - timedelta(days=1500), group="one")
    for key, names in (
        ("second", _NAMES[16:24]),
        ("water", ("陆江涛", "洪波", "谢琳")),
        ("school", ("陶知行", "文静", "白露")),
    ):
        for n, name in enumerate(names, start={"second": 140, "water": 240, "school": 340}[key]):
            _member(town, key, at, name, number(n, 1960 + n % 30), "full", today - timedelta(days=3000 + n))
    first = town.members["first"]
    offices = ((0, "secretary"), (1, "organisation"), (2, "publicity"), (3, "discipline"))
    verbs.elect(
        by=SYSTEM, at=until - 460 * DAY, organisation_id=town.organisations["first"].id, elected_on=today - timedelta(days=5 * 365 - 90),
        offices=[(first[i].id, what) for i, what in offices],
    )  # fmt: skip
    verbs.open_transfer(
        by=SYSTEM, at=until - 6 * DAY, member_id=town.members["second"][2].id, why="搬到梅坞居住",
        to_branch_id=town.organisations["first"].id,
    )  # fmt: skip


def _member(
    town: _Town, key: str, at: datetime, name: str, identity: str, stage: str, since: date, *, group: str = ""
) -> None:
    member = verbs.register_member(
        by=SYSTEM, at=max(at, datetime(since.year, since.month, since.day, 12, tzinfo=at.tzinfo)), branch_id=town.organisations[key].id,
        name=name, identity=identity, stage=stage, since=since, group_id=town.organisations[group].id if group else None,
    )  # fmt: skip
    town.members.setdefault(key, []).append(member)


def _meet(town: _Town, until: datetime) -> None:
    """What the first branch held in the stretches before this: all but one lecture, which was missed; and what comes."""
    today = timezone.localdate(until)
    month, quarter = cadence.stretch("month", today)[0], cadence.stretch("quarter", today)[0]
    before_month, before_quarter = cadence.before("month", month)[0], cadence.before("quarter", quarter)[0]
    zone = timezone.get_current_timezone()
    held = (
        ("assembly", "学习贯彻和半年总结", before_quarter + timedelta(days=20), ("学习原文", "通报半年工作", "讨论接收预备党员")),
        ("committee", "支委会：安排下月工作", before_month + timedelta(days=4), ("汇总党员意见", "分工")),
        ("theme", "主题党日：楼道清堆物", before_month + timedelta(days=15), ("重温入党誓词", "分组清理", "小结")),
    )  # fmt: skip
    for kind, title, day, agenda in held:
        at = datetime(day.year, day.month, day.day, 19, 0, tzinfo=zone)
        meeting = _plan(town, kind, title, at, agenda)
        for n, row in enumerate(meeting.attendances.order_by("pk")):
            if n % 6 != 5:
                verbs.tick(
                    by=town.secretary,
                    at=at,
                    meeting_id=meeting.id,
                    member_id=row.member_id,
                    there=True,
                    reason="当面点名",
                )
        verbs.end_meeting(by=town.secretary, at=at + 2 * HOUR, meeting_id=meeting.id)
        verbs.write_minutes(
            by=town.secretary,
            at=at + 3 * HOUR,
            meeting_id=meeting.id,
            minutes=f"{title}。议题逐项讨论，到会党员一致同意。",
        )
        verbs.confirm_minutes(by=town.street, at=at + DAY, meeting_id=meeting.id)
    soon = (until + DAY).astimezone(zone).replace(hour=19, minute=0, second=0, microsecond=0)
    _plan(town, "theme", "主题党日：看望独居老人", soon, ("分组", "上门", "记下要办的事"))


def _plan(town: _Town, kind: str, title: str, at: datetime, agenda: Sequence[str]) -> Any:
    made = verbs.plan_meeting(
        by=town.secretary, at=at - 5 * DAY, organisation_id=town.organisations["first"].id, kind=kind, title=title, starts_at=at,
        ends_at=at + 2 * HOUR, venue="居民区党群服务站二楼", agenda=agenda,
    )  # fmt: skip
    return verbs.announce_meeting(by=town.secretary, at=at - 4 * DAY, meeting_id=made.id)


def _collect(town: _Town, until: datetime) -> None:
    """Two months of dues: the one before paid but for two, this one half way."""
    this = dues.first_of(timezone.localdate(until))
    before = dues.first_of(this - timedelta(days=1))
    payers = [one for one in town.members["first"] if one.stage in ("full", "probationary")]
    for n, member in enumerate(payers[:-1]):
        category, base = ("retired", 420_000 + 31_700 * n) if n % 3 else ("working", 680_000 + 88_800 * n)
        verbs.declare_base(
            by=SYSTEM, at=until - 60 * DAY, member_id=member.id, category=category, base=base, since=before
        )
    for month, kept in ((before, len(payers) - 2), (this, len(payers) // 2)):
        at = (
            max(until - 30 * DAY, datetime(month.year, month.month, 3, 2, 0, tzinfo=until.tzinfo))
            if month == before
            else until - HOUR
        )
        verbs.reckon_month(by=SYSTEM, at=at, branch_id=town.organisations["first"].id, month=month)
        for due in list(town.organisations["first"].dues.filter(month=month).order_by("pk"))[:kept]:
            verbs.pay(
                by=SYSTEM,
                at=at,
                due_id=due.id,
                key=uuid5(_KEYS, str(due.id)),
                amount=due.owed,
                on=timezone.localdate(at),
                how="online",
            )


def _near(town: _Town, until: datetime) -> None:
    """Who reported to the first neighbourhood, a task, and the three lists."""
    today = timezone.localdate(until)
    first, water, school = (town.organisations[key] for key in ("first", "water", "school"))
    unit = {key: _of(key, town, until) for key in ("water", "school")}
    verbs.report_in(by=unit["water"], at=until - 9 * DAY, place_code=town.hood, offers="水管检修、用水安全")
    verbs.report_in(by=unit["school"], at=until - 8 * DAY, place_code=town.hood, offers="课后托管、活动室")
    task = verbs.set_task(
        by=town.secretary, at=until - 5 * DAY, organisation_id=first.id, title="为高龄独居老人检查水龙头", wanted=4,
        text="两人一组，先由居委会联系好。", starts_at=until - 2 * DAY, ends_at=until + 5 * DAY,
    )  # fmt: skip
    part = verbs.join_task(by=unit["water"], at=until - 4 * DAY, task_id=task.id)
    verbs.say_done(by=unit["water"], at=until - DAY, task_id=task.id, note="检查了九户，换了三只龙头。")
    verbs.confirm_part(by=town.secretary, at=until - 20 * HOUR, part_id=part.id)
    lists: tuple[tuple[Organisation, str, str, str, str, int], ...] = (
        (first, "need", "venue", "周末亲子活动要一间活动室", "能坐三十人，有投影。", 40),
        (first, "need", "skill", "请人讲一次用水用电安全", "面向独居老人，一小时。", 25),
        (first, "need", "people", "电梯加装意愿入户走访缺人手", "周三周五晚上。", 15),
        (school, "resource", "venue", "周末可借多功能活动室", "六十平方米，有投影和桌椅。", 120),
        (water, "resource", "skill", "用水安全讲课和上门检修", "提前三天约。", 200),
        (water, "resource", "people", "周五晚上可出六名党员", "穿红马甲，可入户。", 60),
    )
    made = {
        title: verbs.put_on_list(
            by=SYSTEM, at=until - 7 * DAY, organisation_id=owner.id, side=side, what=what, title=title, text=text, since=today,
            until=today + timedelta(days=days), place_code=town.hood if side == "need" else town.hood[:9],
        )
        for owner, side, what, title, text, days in lists
    }  # fmt: skip
    need, resource = made["请人讲一次用水用电安全"], made["用水安全讲课和上门检修"]
    project = verbs.take_on(
        by=unit["water"],
        at=until - 6 * DAY,
        need_id=need.id,
        resource_id=resource.id,
        due_on=today + timedelta(days=10),
    )
    verbs.deliver(
        by=unit["water"],
        at=until - DAY,
        project_id=project.id,
        words="讲了一次，到场二十三位老人。",
        files_=[_photo(unit["water"], until - DAY)],
    )


def _neighbour(town: _Town, until: datetime) -> None:
    """The member of the start page agrees that points are kept and the pledge is shown, and reports where they live."""
    account = Account.objects.filter(kind="resident", person__identity_print__isnull=False).first()
    person = Person.objects.filter(account=account).first() if account else None
    if account is None or person is None:
        return
    by = actor_in(account, None)
    for purpose in ("party-points", "party-pledge"):
        give_consent(by=by, at=until - 10 * DAY, person_id=person.id, purpose=purpose)
    verbs.report_in(
        by=by,
        at=until - 9 * DAY,
        place_code=person.place_code[:12],
        offers="会修电脑",
        pledge="每月教两位老人用手机",
    )


def _of(key: str, town: _Town, until: datetime) -> Actor:
    """Somebody who acts for an organisation; a colleague nobody signs in as."""
    of = town.organisations[key]
    post = {"role": Role.BRANCH_SECRETARY, "place_code": of.place_code, "unit_id": of.unit_id, "title": "书记"}
    account = demo_account(
        f"secretary-{key}", {"water": "陆江涛", "school": "陶知行"}[key], None, [post], at=until - 12 * DAY
    )
    return actor_in(account, Post.objects.get(account=account))


def _wish(town: _Town, until: datetime) -> None:
    """Wishes in every state, one of them of the old lady of the start page; checked by the neighbourhood's social worker."""
    social = (
        Post.objects.filter(role=Role.SOCIAL_WORKER, place_code=town.hood)
        .select_related("account")
        .order_by("pk")
        .first()
    )
    people = list(
        Person.objects.filter(place_code__startswith=town.hood, erased_at=None, birth_year__lt=1965).order_by("pk")[
            :6
        ]
    )
    if social is None or len(people) < len(_WISHES):
        return
    checker = actor_in(social.account, social)
    for n, (kind, title, text, state) in enumerate(_WISHES):
        at = until - (24 - 4 * n) * DAY
        wish = verbs.ask_wish(by=SYSTEM, at=at, kind=kind, words=text, person_id=people[n].id)
        verbs.publish_wish(by=checker, at=at + 3 * HOUR, wish_id=wish.id, title=title, text=text)
        if state in ("claimed", "thanked"):
            verbs.claim_wish(
                by=town.secretary,
                at=at + DAY,
                wish_id=wish.id,
                due_on=timezone.localdate(until) + timedelta(days=9),
            )
        if state == "thanked":
            verbs.fulfil(
                by=town.secretary,
                at=at + 6 * DAY,
                wish_id=wish.id,
                words="助行椅送到居委会，老人当天就用上了。",
                files_=[_photo(town.secretary, at + 6 * DAY)],
            )
            verbs.thank(by=checker, at=at + 7 * DAY, wish_id=wish.id, stars=5, words="走累了有地方坐，谢谢你们。")
    granny = (
        Account.objects.filter(kind="resident", person__place_code__startswith=town.hood[:9])
        .order_by("person__birth_year")
        .first()
    )
    if granny is not None:
        by = actor_in(granny, None)
        verbs.ask_wish(
            by=by, at=until - 5 * HOUR, kind="company", words="想有人教我和外地的孙子视频，我学了几次都忘。"
        )


def _photo(by: Actor, at: datetime) -> UUID:
    upload = BytesIO()
    Image.effect_noise((240, 180), 60).convert("RGB").save(upload, "JPEG")
    upload.seek(0)
    return store(by=by, at=at, upload=upload, name="现场.jpg", purpose="wish").id
