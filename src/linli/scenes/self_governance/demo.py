"""Volunteers of the demo district: weeks of service behind them, shifts to come, one going on now, a shop that takes points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.people.models import Person, Post
from linli.kernel.people.queries import actor_in
from linli.kernel.people.verbs import give_consent
from linli.kernel.sealed import unseal

from . import cards, verbs
from .keeping import PUBLISHING
from .models import Activity, Shift, SignUp
from .verbs.spending import signing_key

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# Title, what, kind, skills, where one meets.
_PAST = (
    ("楼道清洁日", "清理楼道堆物，擦扶手和报箱。手套和水桶居委会准备。", "environment", (), "居委会门口"),
    ("陪独居老人去医院", "陪同挂号、候诊、取药，送回家。", "elders", ("nursing",), "社区卫生服务中心一楼"),
    ("放学后的一小时", "陪孩子写作业、读书，等家长下班。", "children", ("teaching",), "社区图书角"),
    ("老闸路口文明引导", "早高峰提醒非机动车不越线，帮老人过马路。", "order", (), "老闸路口"),
    ("手机小课堂", "教老人挂号、视频通话、识别诈骗短信。", "elders", ("computer",), "老年活动中心"),
    ("平安夜巡", "走两圈，看楼道灯和消防通道，遇到情况报网格员。", "patrol", (), "小区北门"),
)  # fmt: skip
_COMING = (
    ("理发进家门", "给出不了门的老人理发，两人一组上门。", "elders", ("haircut",), "居委会门口", 1, 9, 3),
    ("旧衣和电池回收", "登记、称重、装车。", "environment", (), "文化广场", 2, 14, 6),
    ("小区议事会记录员", "记下每个人说的，会后整理成一页。", "deliberation", (), "居委会二楼", 3, 19, 2),
    ("陪独居老人去医院", "陪同挂号、候诊、取药，送回家。", "elders", ("nursing",), "社区卫生服务中心一楼", 4, 8, 2),
    ("家电义务维修", "修台灯、插座、收音机，修不了的说清楚。", "other", ("repair",), "文化广场", 5, 9, 4),
    ("放学后的一小时", "陪孩子写作业、读书，等家长下班。", "children", ("teaching",), "社区图书角", 6, 16, 3),
)  # fmt: skip


@dataclass(slots=True)
class _Hood:
    """Who organises a neighbourhood, and who volunteers there."""

    social: Actor
    people: Sequence[Actor]


def fill(*, until: datetime) -> bool:
    """All or nothing; False when there are activities already, or nobody who could organise any."""
    with transaction.atomic(), as_system():
        if Activity.objects.exists() or (hood := _hood(until)) is None:
            return False
        for number, story in enumerate(_PAST):
            _past(hood, story, until - (41 - 7 * number) * DAY, number)
        _appealed(hood, until)
        _recorded(hood, until)
        _honoured(hood, until)
        _missed(hood, until)
        for place, story in enumerate(_COMING):
            _coming(hood, story, until, place)
        _now(hood, until)
        _shop(hood, until)
    return True


def _hood(until: datetime) -> _Hood | None:
    """The neighbourhood of a resident who can sign in; theirs come first among its volunteers."""
    known = Person.objects.filter(account__kind="resident", erased_at=None).order_by("created_at", "id")
    residents = [person for person in known[:20] if len(person.place_code) >= 12]
    if len(residents) < 2:
        return None
    code = residents[0].place_code[:12]
    post = (
        Post.objects.filter(role="social_worker", place_code=code, unit__isnull=False, valid__contains=until)
        .select_related("account")
        .first()
    )
    if post is None:
        return None
    others = Person.objects.filter(
        place_code__startswith=code, account=None, erased_at=None, birth_year__range=(1955, 1998)
    ).order_by("id")[:10]
    people = [actor_in(p.account, None) for p in residents[:2] if p.account is not None]
    people += [Actor(role=Role.RESIDENT, name=p.name, person_id=p.id) for p in others]
    return _Hood(actor_in(post.account, post), people)


def _planned(hood: _Hood, story: Sequence, starts: datetime, hours: int, seats: int, at: datetime) -> Shift:  # type: ignore[type-arg]
    title, what, kind, skills, meet = story[:5]
    activity = verbs.plan_activity(
        by=hood.social,
        at=at,
        title=title,
        what=what,
        kind=kind,
        skills=skills,
        meet=meet,
        place_code=hood.social.scope[:12],
    )
    shift = verbs.add_shift(
        by=hood.social, at=at, activity_id=activity.id, starts_at=starts, ends_at=starts + hours * HOUR, seats=seats
    )
    verbs.publish_activity(by=hood.social, at=at, activity_id=activity.id)
    return shift


def _clock(day: datetime, hour: int) -> datetime:
    return timezone.localtime(day).replace(hour=hour, minute=0, second=0, microsecond=0)


def _past(hood: _Hood, story: Sequence, day: datetime, number: int) -> None:  # type: ignore[type-arg]
    starts = _clock(day, 9)
    shift = _planned(hood, story, starts, 2, 6, starts - 3 * DAY)
    who = [hood.people[(number * 3 + n) % len(hood.people)] for n in range(3)]
    who = list(dict.fromkeys([hood.people[number % 2], *who]))
    for n, volunteer in enumerate(who):
        one = verbs.join(by=volunteer, at=starts - 2 * DAY, shift_id=shift.id)
        verbs.mark_arrived(by=hood.social, at=starts, sign_up_id=one.id)
        verbs.mark_left(by=hood.social, at=starts + 2 * HOUR - n * timedelta(minutes=7), sign_up_id=one.id)
        verbs.certify(by=hood.social, at=starts + 3 * HOUR, sign_up_id=one.id, stars=5 if n != 1 else 4)


def _appealed(hood: _Hood, until: datetime) -> None:
    """Yesterday: one forgot to check out, one waits to be certified, one contests what was."""
    starts = _clock(until - DAY, 14)
    shift = _planned(hood, _PAST[1], starts, 3, 4, starts - 3 * DAY)
    signed = [
        verbs.join(by=one, at=starts - 2 * DAY, shift_id=shift.id) for one in (hood.people[0], *hood.people[4:6])
    ]
    for one in signed:
        verbs.mark_arrived(by=hood.social, at=starts, sign_up_id=one.id)
    verbs.mark_left(by=hood.social, at=starts + 2 * HOUR, sign_up_id=signed[0].id)
    verbs.mark_left(by=hood.social, at=starts + 3 * HOUR, sign_up_id=signed[1].id)
    verbs.close_over(at=starts + 5 * HOUR)
    verbs.certify(
        by=hood.social, at=starts + 5 * HOUR, sign_up_id=signed[0].id, minutes=90, note="中间回家取过一次医保卡"
    )
    verbs.appeal(
        by=hood.people[0],
        at=starts + 6 * HOUR,
        sign_up_id=signed[0].id,
        text="取医保卡是陪老人一起去的，也应该算。",
    )


def _recorded(hood: _Hood, until: datetime) -> None:
    me = hood.people[0]
    if me.person_id is None:
        return
    today = timezone.localtime(until).date()
    give = {"by": hood.social, "at": until, "person_id": me.person_id}
    verbs.say_skills(by=me, at=until, skills=["nursing", "computer"])
    verbs.record_training(
        **give,
        title="初级急救员培训",
        held_on=today - 200 * DAY,
        minutes=480,
        skill="first-aid",
        expires_on=today + 530 * DAY,
    )
    verbs.record_commendation(**give, title="季度好邻居", what="坚持陪三位独居老人看病", given_on=today - 20 * DAY)


def _honoured(hood: _Hood, until: datetime) -> None:
    """Commended, rewarded, and named on the board of honours by those who agree to it; something for the community's fund."""
    today = timezone.localtime(until).date()
    for n, (title, what) in enumerate(
        (("热心邻居", "雨夜帮楼里排水"), ("巡防标兵", "半年没有缺过一次"), ("好帮手", "教会十二位老人挂号"))
    ):
        volunteer = hood.people[n + 1]
        if volunteer.person_id is None:
            continue
        made = verbs.record_commendation(
            by=hood.social, at=until - 9 * DAY, person_id=volunteer.person_id, title=title, what=what,
            given_on=today - 10 * DAY,
        )  # fmt: skip
        verbs.reward_commended(by=hood.social, at=until - 9 * DAY, commendation_id=made.id)
        if n != 1:
            give_consent(by=volunteer, at=until - 8 * DAY, person_id=volunteer.person_id, purpose=PUBLISHING)
    me = hood.people[0]
    if me.person_id is not None:
        give_consent(by=me, at=until - 8 * DAY, person_id=me.person_id, purpose=PUBLISHING)
        verbs.give_time(by=me, at=until, key=uuid4(), minutes=45)


def _missed(hood: _Hood, until: datetime) -> None:
    """Somebody did not come; it was asked about, and waits for a second person."""
    starts = _clock(until - 3 * DAY, 19)
    shift = _planned(hood, _PAST[5], starts, 2, 4, starts - 3 * DAY)
    one = verbs.join(by=hood.people[3], at=starts - 2 * DAY, shift_id=shift.id)
    verbs.close_over(at=starts + 5 * HOUR)
    verbs.propose_deduction(by=hood.social, at=until - DAY, sign_up_id=one.id, reason="电话问过，本人记错了日子")


def _coming(hood: _Hood, story: Sequence, until: datetime, place: int) -> None:  # type: ignore[type-arg]
    *_words, days, hour, seats = story
    shift = _planned(hood, story, _clock(until + days * DAY, hour), 2, seats, until - DAY)
    for n in range((place * 2 + 1) % (seats + 1)):
        verbs.join(by=hood.people[(place + n) % len(hood.people)], at=until - HOUR, shift_id=shift.id)


def _now(hood: _Hood, until: datetime) -> None:
    """One that is going on."""
    starts = until.replace(second=0, microsecond=0) - HOUR
    shift = _planned(hood, _PAST[4], starts, 3, 5, starts - DAY)
    for one in hood.people[6:9]:
        signed = verbs.join(by=one, at=starts - HOUR, shift_id=shift.id)
        verbs.mark_arrived(by=hood.social, at=starts, sign_up_id=signed.id)


def _shop(hood: _Hood, until: datetime) -> None:
    """A shop kept by the second resident; the first spent something there."""
    me, keeper = hood.people[:2]
    person = Person.objects.get(pk=keeper.person_id)
    if not person.phone_sealed or SignUp.objects.filter(person=me.person_id, state="certified").count() < 2:
        return
    at = until - 2 * HOUR
    shop = verbs.enrol_shop(
        by=hood.social, at=at, name="阿婆馄饨", place_code=hood.social.scope[:12], offers="小馄饨一碗 60 分，茶叶蛋一只 15 分",
        keeper_name=person.name, keeper_phone=unseal(person.phone_sealed), single=120, daily=240,
    )  # fmt: skip
    for amount, what in ((60, "小馄饨一碗"), (15, "茶叶蛋一只")):
        card = verbs.take_card(by=me, at=at)
        code = cards.made(signing_key(), card.number, at)
        charge = verbs.ask_points(by=keeper, at=at, shop_id=shop.pk, code=code, amount=amount, what=what)
        verbs.agree_charge(by=me, at=at, charge_id=charge.id)
