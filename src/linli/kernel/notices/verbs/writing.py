"""Writing a notice, and changing what nobody has read yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Invalid, NotAllowed, covers, holds, look_as, looking_as
from linli.kernel.files import verbs as files
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places

from .. import flow
from ..audience import STAFF_ROLES
from ..kinds import KINDS
from ..models import CHANNELS, Audience, Level, Notice, Version
from ..models.notice import Certainty, Hazard, Severity, Urgency
from .core import act, record, refuse, watched, whoever
from .standing import stand

TITLE, TITLE_EN, BODY, WHY = 30, 120, 2000, 200
LONGEST = timedelta(days=366)
USUAL = timedelta(days=14)
ALERT = {
    "hazard": Hazard.SAFETY,
    "urgency": Urgency.IMMEDIATE,
    "severity": Severity.SEVERE,
    "certainty": Certainty.OBSERVED,
}
_ALERT_WORDS = {"hazard": Hazard, "urgency": Urgency, "severity": Severity, "certainty": Certainty}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a version says. `picture` is a file the actor has uploaded, or the one that is there already."""

    title: str
    body: str
    title_en: str = ""
    body_en: str = ""
    picture: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """To whom, where, when, through what. Empty `roles` and `unit_ids` of staff mean all of them there."""

    place_code: str
    kind: str = "affairs"
    level: str = Level.PLAIN
    channels: Iterable[str] = ("phone", "board", "desk")
    audience: str = Audience.EVERYONE
    roles: Iterable[str] = ()
    unit_ids: Iterable[UUID] = ()
    age_from: int | None = None
    age_purpose: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    confirm: bool = False
    drill: bool = False
    alert: dict[str, str] = field(default_factory=dict)


def write(*, by: Actor, at: datetime, text: Text, aim: Aim) -> Notice:
    """A draft, from the actor's unit. Needs `notices.write` at the place, or `notices.approve` for an emergency.

    Raises NotAllowed, Invalid (by field).
    """
    may_write(by, aim)
    account = whoever(by)
    fields, said = _both(aim, text, at)
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        if by.unit_id is None or not Unit.objects.filter(pk=by.unit_id).exists():
            raise Invalid(_("通知要由单位发出，您现在的岗位不属于任何单位。"))
        notice = Notice(unit_id=by.unit_id, written_by_id=account, written_at=at, **fields)
        notice.save(force_insert=True)
        version = Version(notice=notice, number=1, by_id=account, at=at, **said)
        _picture(version, text.picture, by, at, notice)
        version.save(force_insert=True)
        record(notice, by=by, at=at, verb="write", after={**_plain(watched(notice)), **said})
    return notice


def change(*, notice_id: UUID, by: Actor, at: datetime, text: Text, aim: Aim, changes: int | None = None) -> Notice:
    """Rewrite what nobody has read yet: a draft, or one that was given back."""
    may_write(by, aim)
    account = whoever(by)
    fields, said = _both(aim, text, at)
    with act("change", notice_id, by=by, at=at, changes=changes) as doing:
        version = doing.pending()
        if version is None:  # given back, then the pending text is the same row: it never leaves
            raise refuse(title=_("没有可以修改的草稿。"))
        for name, value in fields.items():
            setattr(doing.notice, name, value)
        before = {name: getattr(version, name) for name in said}
        for name, value in said.items():
            setattr(version, name, value)
        version.by_id, version.at = account, at
        _picture(version, text.picture, by, at, doing.notice)
        version.save()
        doing.says = {name: value for name, value in said.items() if before[name] != value}
    return doing.notice


def correct(
    *, notice_id: UUID, by: Actor, at: datetime, text: Text, why: str, changes: int | None = None
) -> Version:
    """Another version of what was published, which says what it corrects. Where the notice asked for a second person,
    so does its correction: until then everybody reads the old one."""
    account = whoever(by)
    why = why.strip()
    if not why or len(why) > WHY:
        raise refuse(why=_("请写明更正了什么，最多 %(n)d 字。") % {"n": WHY})
    said = _said(text)
    with act("correct", notice_id, by=by, at=at, changes=changes) as doing:
        notice = doing.notice
        if doing.pending() is not None:
            raise refuse(title=_("已经有一次更正在等审核。"))
        old = doing.version(notice.standing)
        if all(getattr(old, name) == value for name, value in said.items()) and text.picture == old.picture_id:
            raise refuse(title=_("内容和现在的一样，没有要更正的。"))
        number = notice.versions.count() + 1
        version = Version(notice=notice, number=number, by_id=account, at=at, why=why, **said)
        _picture(version, text.picture, by, at, notice, known=old.picture_id)
        version.save(force_insert=True)
        doing.says = {"number": number, **said}
        doing.note = why
        if not flow.needs_second(notice) or (notice.level == Level.EMERGENCY and holds(by, flow.APPROVE)):
            stand(notice, version, at=at, event="corrected")
            if notice.level == Level.EMERGENCY:  # looked at afterwards, as the first version was
                notice.at_once, notice.reviewed_by_id, notice.reviewed_at = True, None, None
                notice.published_by_id = account
    return version


def may_write(by: Actor, aim: Aim) -> None:
    """Raise NotAllowed unless the actor may write such a notice for this place."""
    if not (holds(by, flow.WRITE) or (holds(by, flow.APPROVE) and aim.level == Level.EMERGENCY)):
        raise NotAllowed(_("您现在的岗位没有写通知的权限。"), code="role")
    if not covers(by, aim.place_code):
        raise NotAllowed(_("这个地点不在您的管辖范围内。"), code="scope")


def _both(aim: Aim, text: Text, at: datetime) -> tuple[dict[str, Any], dict[str, str]]:
    """The columns of an aim and of a text, or Invalid with every fault of both."""
    found: list[dict[str, Any]] = []
    faults: dict[str, str] = {}
    for read in (lambda: _checked(aim, at), lambda: _said(text)):
        try:
            found.append(read())
        except Invalid as refused:
            faults |= refused.fields
    if faults:
        raise refuse(**faults)
    return found[0], found[1]


def _said(text: Text) -> dict[str, str]:
    said = {
        "title": " ".join(text.title.split()),
        "body": paragraphs(text.body),
        "title_en": " ".join(text.title_en.split()),
        "body_en": paragraphs(text.body_en),
    }
    faults: dict[str, str] = {}
    for name, most in (("title", TITLE), ("body", BODY), ("title_en", TITLE_EN), ("body_en", 2 * BODY)):
        if name in ("title", "body") and not said[name]:
            faults[name] = _("请填写这一项。")
        elif len(said[name]) > most:
            faults[name] = _("太长了：最多 %(most)d 字，现在有 %(n)d 字。") % {"most": most, "n": len(said[name])}
    if bool(said["title_en"]) != bool(said["body_en"]):
        faults["title_en" if said["body_en"] else "body_en"] = _("英文标题和正文要么都写，要么都不写。")
    if faults:
        raise refuse(**faults)
    return said


def paragraphs(text: str) -> str:
    """Plain paragraphs: lines without trailing blanks, one empty line between two paragraphs."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _checked(aim: Aim, at: datetime) -> dict[str, Any]:
    """The columns of an aim, or Invalid with every fault."""
    faults: dict[str, str] = {}
    channels = [name for name in CHANNELS if name in set(aim.channels)]
    if not channels:
        faults["channels"] = _("至少选一个屏幕或者渠道。")
    if aim.kind not in KINDS:
        faults["kind"] = _("请选择一项。")
    if aim.level not in Level.values:
        faults["level"] = _("请选择一项。")
    if not places.exists(aim.place_code):
        faults["place_code"] = _("没有这个地点。")
    faults |= _audience_faults(aim, channels)
    faults |= _time_faults(aim, at)
    alert = {**ALERT, **aim.alert} if aim.level == Level.EMERGENCY else dict.fromkeys(ALERT, "")
    for name, words in _ALERT_WORDS.items():
        if alert[name] and alert[name] not in words.values:
            faults[name] = _("请选择一项。")
    if aim.drill and aim.level != Level.EMERGENCY:
        faults["drill"] = _("只有紧急通知才有演练。")
    if faults:
        raise refuse(**faults)
    staff = aim.audience == Audience.STAFF
    return {
        "place_code": aim.place_code,
        "kind": aim.kind,
        "level": aim.level,
        "channels": channels,
        "audience": aim.audience,
        "roles": sorted(set(aim.roles)) if staff else [],
        "unit_ids": sorted(set(aim.unit_ids)) if staff else [],
        "age_from": aim.age_from,
        "age_purpose": aim.age_purpose.strip() if aim.age_from is not None else "",
        "starts_at": aim.starts_at,
        "ends_at": aim.ends_at,
        "confirm": aim.confirm and staff,
        "drill": aim.drill,
        **alert,
    }


def _audience_faults(aim: Aim, channels: list[str]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if aim.audience not in Audience.values:
        return {"audience": _("请选择一项。")}
    if aim.audience == Audience.STAFF:
        unknown = set(aim.roles) - {role.value for role in STAFF_ROLES}
        if unknown:
            faults["roles"] = _("没有这个岗位。")
        known = set(Unit.objects.filter(pk__in=list(aim.unit_ids)).values_list("pk", flat=True))
        if set(aim.unit_ids) - known:
            faults["unit_ids"] = _("没有这个单位。")
    if aim.audience != Audience.EVERYONE and set(channels) & {"board", "command"}:
        faults["channels"] = _("电子屏和大屏谁都看得到：只能放给所有人的通知。")
    if aim.audience == Audience.STAFF and "tv" in channels:
        faults["channels"] = _("工作通知不放到居民家里的电视上。")
    if aim.age_from is not None:
        if aim.audience != Audience.RESIDENTS:
            faults["age_from"] = _("只有发给登记住户的通知可以限定年龄。")
        elif not 60 <= aim.age_from <= 100:
            faults["age_from"] = _("年龄只能从 60 岁往上限定，用于为老服务。")
        elif not aim.age_purpose.strip():
            faults["age_purpose"] = _("请写明为什么只发给这个年龄的人，收到的人会看到。")
    if aim.level == Level.EMERGENCY and aim.audience != Audience.EVERYONE:
        faults["audience"] = _("紧急通知发给所有人。")
    return faults


def _time_faults(aim: Aim, at: datetime) -> dict[str, str]:
    begins = max(aim.starts_at or at, at)
    if aim.ends_at is not None and aim.ends_at <= begins:
        return {"ends_at": _("结束时间要晚于开始时间和现在。")}
    if aim.ends_at is not None and aim.ends_at - begins > LONGEST:
        return {"ends_at": _("最多放一年。")}
    if aim.starts_at is not None and aim.starts_at - at > LONGEST:
        return {"starts_at": _("最多提前一年。")}
    return {}


def _picture(
    version: Version, picture: UUID | None, by: Actor, at: datetime, notice: Notice, known: UUID | None = None
) -> None:
    if picture is not None and picture not in (version.picture_id, known):
        files.attach(
            by=by,
            at=at,
            file_ids=[picture],
            subject_type="notice",
            subject_id=notice.id,
            place_code=notice.place_code,
        )
    version.picture_id = picture


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], False)}
