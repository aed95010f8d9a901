"""The log of an emergency: what was done and said, in order, each line with who and when.

It is the audit stream itself, told in sentences; a line somebody wrote is quoted as it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from linli.kernel.access import Role
from linli.kernel.access.prepared import read
from linli.kernel.people.queries.units import unit_names

from ..models import Emergency
from ..words import grade_word

_COURSE = """
SELECT id, happened_at, verb, actor_role, coalesce(actor_name, ''), actor_post, before, after, coalesce(note, '')
FROM emergencies_course(%s)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """`since`: how long after the emergency was declared. `tone` is "" or accent, done, supervised."""

    id: UUID
    at: datetime
    since: timedelta
    verb: str
    sentence: str
    who: str
    quote: str = ""
    tone: str = ""


Said = tuple[str, str, str]
"""Sentence, quote, tone."""
Written = tuple[UUID, datetime, str, str, str, UUID | None, dict[str, Any], dict[str, Any], str]
"""A record: id, when, verb, role, name, post, before, after, note."""


def records(emergency: Emergency) -> list[Written]:
    """The records of the log themselves, the first first. One query; nothing for who does not see the emergency."""
    return [(*row[:6], _json(row[6]), _json(row[7]), row[8]) for row in read(_COURSE, [emergency.id])]


def course(emergency: Emergency) -> list[Line]:
    """Every line, the first first. Two queries. The emergency must be one the looker sees: else there is nothing."""
    found = records(emergency)
    units, posts = _names(found)
    lines = []
    for key, at, verb, role, name, post, before, after, note in found:
        sentence, quote, tone = _SAYINGS[verb.partition(".")[2]](_Told(before, after, note, units))
        actor = _("系统") if role == Role.SYSTEM else name
        who = " ".join(filter(None, (posts.get(str(post or "")), actor)))
        lines.append(Line(key, at, at - emergency.declared_at, verb, sentence, who, quote, tone))
    return lines


@dataclass(frozen=True, slots=True)
class _Told:
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    note: str
    units: Mapping[str, str]

    @property
    def whom(self) -> str:
        return self.units.get(str(self.after.get("unit") or ""), "") or str(self.after.get("who") or "")


def _declare(t: _Told) -> Said:
    values = {"event": t.after.get("event", ""), "grade": grade_word(int(t.after.get("grade") or 4))}
    sentence = (
        _("启动应急演练：%(event)s，%(grade)s") if t.after.get("drill") else _("启动应急：%(event)s，%(grade)s")
    )
    said = [str(t.after.get(name) or "") for name in ("area", "instruction")]
    return sentence % values, "\n".join(filter(None, said)), "supervised"


def _respond(t: _Told) -> Said:
    again = t.before.get("controlled_at")
    return _("再次开始响应") if again else _("开始响应"), t.note, "accent"


def _control(t: _Told) -> Said:
    return _("宣布已控制"), t.note, "done"


def _end(t: _Told) -> Said:
    said = ""
    if t.after.get("safe") or t.after.get("helped"):
        values = {"safe": t.after.get("safe"), "help": t.after.get("helped")}
        said = _("居民报平安 %(safe)s 人，求助 %(help)s 人") % values
    return _("结束应急"), "\n".join(filter(None, (t.note, said))), "done"


def _review(t: _Told) -> Said:
    return _("完成复盘"), str(t.after.get("lessons") or ""), "done"


def _change(t: _Told) -> Said:
    parts = []
    if "grade" in t.after:
        parts.append(_("响应级别改为%(grade)s") % {"grade": grade_word(int(t.after["grade"]))})
    if "event" in t.after:
        parts.append(_("名称改为“%(event)s”") % {"event": t.after["event"]})
    if "instruction" in t.after:
        parts.append(_("行动指引：%(text)s") % {"text": t.after["instruction"] or _("无")})
    if "gather" in t.after:
        parts.append(_("去哪里：%(text)s") % {"text": t.after["gather"] or _("无")})
    if "until" in t.after:
        parts.append(_("预计到：%(text)s") % {"text": _moment(t.after["until"]) or _("未定")})
    if not parts:
        parts.append(_("更新了研判"))
    return _("；").join(parts), t.note, "accent"


def _move_zone(t: _Told) -> Said:
    area = t.after.get("area")
    return _("范围调整为：%(area)s") % {"area": area} if area else _("调整了范围"), t.note, "accent"


def _set_task(t: _Told) -> Said:
    values = {"whom": t.whom, "due": _moment(t.after.get("due_at"))}
    return _("任务下达给%(whom)s，%(due)s 前完成") % values, str(t.after.get("text") or ""), ""


def _ask_help(t: _Told) -> Said:
    values = {"whom": t.whom, "due": _moment(t.after.get("due_at"))}
    return _("居民求助，已派给%(whom)s，%(due)s 前到") % values, str(t.after.get("text") or ""), "supervised"


def _pass_on(t: _Told) -> Said:
    values = {"from": t.after.get("from") or _("指挥部"), "n": t.after.get("minutes"), "whom": t.whom}
    if t.after.get("last"):
        sentence = _("%(from)s %(n)s 分钟没有人去，没有别的单位可派，请指挥人员决定")
    else:
        sentence = _("%(from)s %(n)s 分钟没有人去，转给%(whom)s")
    return sentence % values, str(t.after.get("text") or ""), "supervised"


def _take_task(t: _Told) -> Said:
    return _("接了任务：%(text)s") % {"text": t.after.get("text", "")}, "", ""


def _arrive_task(t: _Told) -> Said:
    return _("到了现场：%(text)s") % {"text": t.after.get("text", "")}, _by_phone(t), "accent"


def _by_phone(t: _Told) -> str:
    when = _moment(t.after.get("phone_at"))
    return _("手机上是 %(when)s，有网络后才发到") % {"when": when} if when else ""


def _finish_task(t: _Told) -> Said:
    sentence = _("%(whom)s超过时限才完成任务") if t.after.get("late") else _("%(whom)s完成任务")
    said = _("%(text)s：%(result)s") % {"text": t.after.get("text", ""), "result": t.after.get("result", "")}
    photos = len(t.after.get("files") or ())
    more = _("%(n)d 张照片") % {"n": photos} if photos else ""
    return sentence % {"whom": t.whom}, "\n".join(filter(None, (said, more, _by_phone(t)))), "done"


def _drop_task(t: _Told) -> Said:
    return _("撤销任务：%(text)s") % {"text": t.after.get("text", "")}, t.note, ""


def _open_from_task(t: _Told) -> Said:
    number = (t.after.get("matter") or {}).get("number", "")
    return _("任务转为事项 %(number)s") % {"number": number}, str(t.after.get("text") or ""), ""


def _say(t: _Told) -> Said:
    return "", str(t.after.get("text") or ""), ""


_SAYINGS: dict[str, Callable[[_Told], Said]] = {
    "declare": _declare,
    "respond": _respond,
    "control": _control,
    "end": _end,
    "review": _review,
    "change": _change,
    "move_zone": _move_zone,
    "set_task": _set_task,
    "ask_help": _ask_help,
    "pass_on": _pass_on,
    "take_task": _take_task,
    "arrive_task": _arrive_task,
    "finish_task": _finish_task,
    "drop_task": _drop_task,
    "open_from_task": _open_from_task,
    "say": _say,
    "told": _say,
}


def _names(found: Iterable[Written]) -> tuple[dict[str, str], dict[str, str]]:
    """Names of the units the records speak of, by their id, and by the post of who acted."""
    units, posts = set[UUID](), set[UUID]()
    for *_head, post, _before, after, _note in found:
        units |= {UUID(after["unit"])} if after.get("unit") else set()
        posts |= {post} if post else set()
    return unit_names(units, posts)


def _json(written: str | None) -> dict[str, Any]:
    return orjson.loads(written) if written else {}


def _moment(written: object) -> str:
    if not written:
        return ""
    return str(format_date(timezone.localtime(datetime.fromisoformat(str(written))), _("n月j日 H:i")))
