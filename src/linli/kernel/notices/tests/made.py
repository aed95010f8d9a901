"""Notices as tests write them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from linli.kernel.access import as_system
from linli.kernel.matters.tests.cast import HOOD, MONDAY, Cast
from linli.kernel.notices import verbs
from linli.kernel.notices.models import Notice
from linli.kernel.notices.verbs import Aim, Text

TEXT = Text(title="周三上午停水", body="9月9日（周三）8:00–12:00，1号楼至6号楼停水。\n\n请提前储水。")
FIRE = Text(title="3号楼火情，请立即疏散", body="走楼梯，不要乘电梯。\n\n到小区东门集合。")
FIVE = ("phone", "board", "tv", "desk", "command")


def draft(cast: Cast, by: str = "social", *, at: datetime = MONDAY, text: Text = TEXT, **aim: Any) -> Notice:
    return verbs.write(by=cast.actors[by], at=at, text=text, aim=Aim(**{"place_code": HOOD, **aim}))


def published(cast: Cast, by: str = "social", *, at: datetime = MONDAY, **aim: Any) -> Notice:
    notice = draft(cast, by, at=at, **aim)
    return verbs.publish(notice_id=notice.id, by=cast.actors[by], at=at)


def emergency(cast: Cast, by: str = "street_duty", *, at: datetime = MONDAY, **aim: Any) -> Notice:
    return published(cast, by, at=at, text=FIRE, **{"level": "emergency", "channels": FIVE, **aim})


def approved(
    cast: Cast, by: str = "social", second: str = "street_duty", *, at: datetime = MONDAY, **aim: Any
) -> Notice:
    notice = draft(cast, by, at=at, **aim)
    verbs.submit(notice_id=notice.id, by=cast.actors[by], at=at)
    return verbs.approve(notice_id=notice.id, by=cast.actors[second], at=at)


def fresh(notice: Notice) -> Notice:
    with as_system():
        return Notice.objects.get(pk=notice.pk)
