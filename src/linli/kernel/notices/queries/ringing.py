"""What phones will ring with, and when, before it is sent: the very words of `telling`, and the usual quiet hours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from ..models import Level
from ..models.delivery import QUIET_FROM, QUIET_UNTIL
from ..quiet import clear_of
from ..telling import EXCERPT, excerpt, heading
from ..verbs.mailing import zone

ONE_SMS, OF_SEVERAL = 70, 67
"""Characters of Chinese in one message, and in each of several that belong together (3GPP TS 23.040, UCS-2)."""
LINK = 40
"""Characters an address takes, about: it is made when the notice is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """`push` and `sms` as (title, text), None where the channel is not chosen; `messages`: how many an sms takes;
    `cut`: the push shows only the beginning; `when`: from when on phones ring, as a sentence ("" when none does)."""

    push: tuple[str, str] | None
    sms: tuple[str, str] | None
    messages: int
    cut: bool
    when: str


def ringing(
    *, title: str, body: str, unit: str, level: str, drill: bool, channels: Collection[str], starts_at: datetime | None,
    at: datetime,
) -> Ringing:  # fmt: skip
    """As it would be told now, or from `starts_at` on. Asks no database."""
    head = heading(title, level=level, drill=drill)
    sms = _("%(unit)s：%(title)s，详情见链接") % {"unit": unit, "title": head}
    return Ringing(
        push=(head, f"{excerpt(body)}\n{unit}") if "push" in channels else None,
        sms=(head, sms) if "sms" in channels else None,
        messages=messages_of(len(sms) + LINK),
        cut=len(" ".join(body.split())) > EXCERPT,
        when=_when(level, channels, max(starts_at or at, at)),
    )


def messages_of(characters: int) -> int:
    """How many short messages so many characters take."""
    return 1 if characters <= ONE_SMS else ceil(characters / OF_SEVERAL)


def _when(level: str, channels: Collection[str], begins: datetime) -> str:
    if not {"push", "sms"} & set(channels):
        return ""
    if level == Level.EMERGENCY:
        return _("紧急通知马上响，不管免打扰时间，也不管是否关了这一类。")
    rings = clear_of(begins, QUIET_FROM, QUIET_UNTIL, zone())
    said = {
        "at": _moment(begins),
        "until": _moment(rings),
        "from": f"{QUIET_FROM:%H:%M}",
        "to": f"{QUIET_UNTIL:%H:%M}",
    }
    if rings == begins:
        return _("%(at)s 发布就提醒；自己设了免打扰时间的人，过了那段时间再提醒。") % said
    return (
        _("%(at)s 在通常的免打扰时间（%(from)s–%(to)s）里：手机提醒和短信等到 %(until)s 再送，屏幕上照样马上放。")
        % said
    )


def _moment(at: datetime) -> str:
    return format_date(timezone.localtime(at), _("n月j日 H:i"))
