"""What this room keeps about a person: what they chose, what they were sent, what they opened. And for how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.people.keepers import Chapter, Keeper, Leaving
from linli.kernel.people.models import Person

from .kinds import kind_words
from .models import Delivery, Mailing, Notice, Opening, Preference, Subscription, Tally, Version
from .queries.reach import count
from .verbs.core import record

KEPT = timedelta(days=90)
"""How long rows of persons outlive their notice. After that only counts are left."""

_WAYS = {"push": _("手机提醒"), "sms": _("短信"), "phone": _("手机"), "desk": _("电脑"), "tv": _("电视")}


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    return list(_chapters(person_id))


def _chapters(person_id: UUID) -> Iterator[Chapter]:
    account = Person.objects.filter(pk=person_id).values_list("account_id", flat=True).first()
    if account:
        yield _chosen(account)
    titles = dict(
        Version.objects.filter(notice__openings__person=person_id, state__in=["standing", "past"])
        .order_by("number")
        .values_list("notice_id", "title")
    )
    opened = Opening.objects.filter(person=person_id).order_by("at")
    yield Chapter(
        "notices_opened",
        _("我打开过的通知"),
        (("title", _("标题")), ("at", _("时间")), ("by", _("从哪里"))),
        [
            {"title": titles.get(o.notice_id, ""), "at": o.at, "by": str(_WAYS.get(o.channel, o.channel))}
            for o in opened
        ],
        _("通知结束 90 天后删除，只留下打开过的人数。"),
    )
    sent = Delivery.objects.filter(person=person_id, state="sent").select_related("notice").order_by("sent_at")
    yield Chapter(
        "notices_sent",
        _("发给我的提醒"),
        (("kind", _("类别")), ("by", _("怎么发的")), ("at", _("时间"))),
        [{"kind": kind_words(d.notice.kind), "by": str(_WAYS[d.channel]), "at": d.sent_at} for d in sent],
    )


def _chosen(account: UUID) -> Chapter:
    chose = Preference.objects.filter(account_id=account).first()
    browsers = Subscription.objects.filter(account_id=account).order_by("at")
    rows = [
        {
            "quiet": f"{chose.quiet_from:%H:%M}–{chose.quiet_until:%H:%M}" if chose else "22:00–07:00",
            "sms": _t("收") if chose is None or chose.by_sms else _t("不收"),
            "off": [kind_words(name) for name in chose.off] if chose else [],
            "browsers": [f"{one.device} {one.at:%Y-%m-%d}".strip() for one in browsers],
        }
    ]
    columns = (
        ("quiet", _("免打扰时间")),
        ("sms", _("短信")),
        ("off", _("不再提醒的类别")),
        ("browsers", _("开启了提醒的设备")),
    )
    return Chapter("notices_chosen", _("通知提醒的设置"), columns, rows)


def forget(leaving: Leaving, _at: datetime) -> None:
    """Counts that were kept stay; they name nobody."""
    Opening.objects.filter(person=leaving.person_id).delete()
    Delivery.objects.filter(person=leaving.person_id).delete()
    if leaving.account_id:
        for room in (Opening, Delivery, Subscription, Preference):
            room._default_manager.filter(account_id=leaving.account_id).delete()


def erase_due(*, at: datetime, limit: int = 100) -> int:
    """Rows of persons whose notice has been over for 90 days: counted once more, and erased. Each notice in a
    transaction of its own, with one record. The worker calls it daily; returns how many notices."""
    done = 0
    while done < limit and _erase(at):
        done += 1
    return done


def _erase(at: datetime) -> bool:
    with transaction.atomic():
        look_as(SYSTEM)
        notice = (
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(ended_at__lte=at - KEPT, counted_at=None)
            .order_by("ended_at")
            .first()
        )
        if notice is None:
            return False
        if notice.standing:
            kept = [Tally(notice=notice, channel=c, what=w, count=n) for (c, w), n in count(notice, at).items()]
            Tally.objects.bulk_create(kept)
        openings = Opening.objects.filter(notice=notice).delete()[0]
        deliveries = Delivery.objects.filter(notice=notice).delete()[0]
        Mailing.objects.filter(notice=notice).delete()
        notice.counted_at = at
        notice.save(update_fields=["counted_at"])
        after = {"openings": openings, "deliveries": deliveries}
        record(notice, by=SYSTEM, at=at, verb="count", after=after)
    return True


KEEPER = Keeper(
    name="notices",
    copy=chapters,
    forget=forget,
    goes=(_("您打开过哪些通知、给您发过哪些提醒，以及提醒的设置和设备"),),
    stays=(_("每条通知有多少人打开过：只有数字。"),),
    sayings={
        "notices.subscribe": _("开启了手机提醒"),
        "notices.unsubscribe": _("关闭了手机提醒"),
        "notices.set_preference": _("更改了通知提醒的设置"),
    },
)
