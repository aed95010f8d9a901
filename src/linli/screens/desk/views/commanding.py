"""What may be done with an emergency now, as forms: who commands it has all of them, who sees it writes in its log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor, allows
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.models import Emergency, State
from linli.kernel.emergencies.words import (
    CERTAINTIES,
    GRADES,
    SEVERITIES,
    URGENCIES,
)
from linli.kernel.emergencies.zones import written
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places
from linli.parts.office import Act, Field, Kind

from .. import emergency_notice
from ..choices import Subject, kinds
from .declaring import CORNERS, GATHER, LEVELS, RADII, UNTIL, whole, zone_asked


def acts(actor: Actor, emergency: Emergency, at: datetime) -> tuple[Act, ...]:
    """The forms that may be sent now: who commands has all of them, who sees it writes in the log."""
    acts: list[Act] = []
    act = partial(_act, emergency)
    text = Field(name="text", label=_("看到什么、做了什么"), kind=Kind.TEXT)
    note = Field(name="note", label=_("说明"), kind=Kind.TEXT, optional=True)
    task = Field(name="task_id", label="", kind=Kind.HIDDEN_ID)
    if emergency.state != State.REVIEWED:
        acts.append(act("say", _("记入日志"), verbs.say, text, tone="primary"))
        result = Field(name="result", label=_("完成情况"), kind=Kind.TEXT)
        acts.append(act("finish_task", _("报完成"), verbs.finish_task, task, result))
    if not allows(actor, "emergencies.command", emergency.place_code):
        return tuple(acts)
    if emergency.state in (State.DECLARED, State.CONTROLLED):
        again = emergency.state == State.CONTROLLED
        acts.append(act("respond", _("再次开始响应") if again else _("开始响应"), verbs.respond, note))
    if emergency.state == State.RESPONDING:
        acts.append(act("control", _("宣布已控制"), verbs.control, note))
    if emergency.stands:
        why = Field(name="how", label=_("怎么结束的"), kind=Kind.TEXT)
        acts += [
            act(
                "end",
                _("结束应急"),
                _named(emergency_notice.end, how="note"),
                why,
                tone="danger",
                lead=_("各处大屏恢复平时的画面，已发的紧急通知一并解除，居民报的平安和求助只留下人数。"),
            ),
            _tasking(emergency, at),
            _changing(emergency),
            _moving(emergency),
            _opening(emergency, actor, at),
            _telling(emergency),
            act(
                "drop_task",
                _("撤销"),
                _named(verbs.drop_task, why="note"),
                task,
                Field(name="why", label=_("为什么撤销"), kind=Kind.TEXT),
            ),
        ]
    if emergency.state == State.ENDED:
        lessons = Field(name="lessons", label=_("经过评估和改进措施"), kind=Kind.TEXT)
        acts.append(act("review", _("完成复盘"), verbs.review, lessons, lead=_("完成后不能再写日志。")))
    return tuple(acts)


def _named(verb: Callable[..., Any], **names: str) -> Callable[..., Any]:
    """A verb whose arguments have other names in a form: each field of a page has a name of its own, so that its label is
    its own. `names`: the form's → the verb's."""

    def call(**given: Any) -> Any:
        return verb(**{names.get(name, name): value for name, value in given.items()})

    return call


def _act(
    emergency: Emergency, key: str, words: Any, verb: Any, *fields: Field, tone: str = "", lead: Any = ""
) -> Act:
    return Act(
        key=key, words=words, fields=fields, verb=partial(verb, emergency_id=emergency.id), tone=tone, lead=lead
    )


def _tasking(emergency: Emergency, at: datetime) -> Act:
    return Act(
        key="set_task", words=_("下达任务"), verb=partial(_named(verbs.set_task, what="text"), emergency_id=emergency.id), tone="",
        options={"units": _units(emergency, at)},
        starts={"due_at": f"{timezone.localtime(at + timedelta(minutes=30)):%Y-%m-%dT%H:%M}"},
        fields=(
            Field(name="what", label=_("任务内容")),
            Field(name="unit_id", label=_("由哪个单位做"), kind=Kind.ID, options="units", optional=True),
            Field(name="who", label=_("或由谁做"), optional=True, hint=_("这里没有的单位，例如消防救援站、供电公司。")),
            Field(name="due_at", label=_("什么时候以前完成"), kind=Kind.MOMENT),
            Field(name="photo", label=_("完成时要现场照片"), kind=Kind.TICK),
        ),
    )  # fmt: skip


def _moving(emergency: Emergency) -> Act:
    """Draw the zone anew, beginning with what it is."""
    circle = emergency.radius is not None
    line = [emergency.place_code[:n] for n in LEVELS if len(emergency.place_code) >= n]
    known = places.names(line)
    return Act(
        key="move_zone", words=_("调整范围"), verb=partial(_move, emergency_id=emergency.id), tone="",
        lead=_("范围内的人和设备重新计算；原来的范围留在记录里。新进和移出范围的居民都会看到。"),
        options={
            "radius": [("", _("不按半径")), *((str(n), _("%(n)d 米内") % {"n": n}) for n in RADII)],
            "place": [(code, known[code]) for code in reversed(line) if code in known],
        },
        starts={
            "corners": "" if circle or emergency.is_place else written(emergency.zone),
            "radius": str(round(emergency.radius or 0)) if circle else "", "lon": emergency.lon or "",
            "lat": emergency.lat or "", "place": emergency.place_code if emergency.is_place else "",
        },
        fields=(
            CORNERS,
            Field(name="radius", label=_("范围：地图上的点周围"), kind=Kind.SELECT, options="radius", optional=True),
            Field(name="place", label=_("范围：整个地点"), kind=Kind.SELECT, options="place", optional=True),
            Field(name="why", label=_("为什么调整"), kind=Kind.TEXT, optional=True),
            Field(name="lon", label="", kind=Kind.HIDDEN, optional=True),
            Field(name="lat", label="", kind=Kind.HIDDEN, optional=True),
        ),
    )  # fmt: skip


def _move(*, emergency_id: UUID, by: Actor, at: datetime, why: str = "", **given: Any) -> Emergency:
    return verbs.move_zone(emergency_id=emergency_id, by=by, at=at, zone=zone_asked(given), note=why)


def _opening(emergency: Emergency, actor: Actor, at: datetime) -> Act:
    subject = Subject(
        {"kind": "", "address": "", "lon": None, "lat": None, "place_code": emergency.place_code}, actor, at
    )
    return Act(
        key="open_from_task", words=_("转为事项"), verb=partial(verbs.open_from_task, emergency_id=emergency.id), tone="",
        lead=_("任务照常由承担的人完成；事项按它的类别另有时限，应急结束后继续办。"), options={"kinds": kinds(subject)},
        fields=(
            Field(name="task_id", label="", kind=Kind.HIDDEN_ID),
            Field(name="kind", label=_("事项类别"), kind=Kind.SELECT, options="kinds"),
        ),
    )  # fmt: skip


def _telling(emergency: Emergency) -> Act:
    return Act(
        key="tell", words=_("向居民发布紧急通知"), verb=partial(emergency_notice.tell, emergency_id=emergency.id), tone="danger",
        lead=_("马上发到这个地点的手机、电子屏和电视，不等第二人审核；事后要有人复核。"),
        starts={"title": emergency.event[:30], "body": emergency.instruction},
        fields=(
            Field(name="title", label=_("标题")),
            Field(name="body", label=_("请居民怎么做"), kind=Kind.TEXT),
        ),
    )  # fmt: skip


def _units(emergency: Emergency, at: datetime) -> list[tuple[str, str]]:
    """The units of the place, of what lies in it and of what it lies in: the nearest ones first."""
    above = [emergency.place_code[:n] for n in (*LEVELS,) if n <= len(emergency.place_code)]
    found = Unit.objects.filter(valid__contains=at).order_by("-place_code", "name")
    near = [u for u in found if u.place_code in above or any(u.place_code.startswith(c) for c in emergency.inside)]
    return [(str(unit.id), unit.name) for unit in near]


def _changing(emergency: Emergency) -> Act:
    options = {
        "grade": [(str(int(g)), w) for g, w in reversed(GRADES.items())],
        "urgency": [(u.value, w) for u, w in URGENCIES.items()],
        "severity": [(s.value, w) for s, w in SEVERITIES.items()],
        "certainty": [(c.value, w) for c, w in CERTAINTIES.items()],
    }
    return Act(
        key="change", words=_("更改研判和指引"), verb=partial(_change, emergency_id=emergency.id), tone="", options=options,
        starts={
            "event": emergency.event, "grade": str(emergency.grade), "urgency": emergency.urgency,
            "severity": emergency.severity, "certainty": emergency.certainty, "instruction": emergency.instruction,
            "gather": emergency.gather,
            "until": f"{timezone.localtime(emergency.until):%Y-%m-%dT%H:%M}" if emergency.until else "",
        },
        fields=(
            Field(name="event", label=_("发生了什么")),
            Field(name="grade", label=_("响应级别"), kind=Kind.SELECT, options="grade"),
            Field(name="urgency", label=_("紧迫性"), kind=Kind.SELECT, options="urgency"),
            Field(name="severity", label=_("严重性"), kind=Kind.SELECT, options="severity"),
            Field(name="certainty", label=_("确定性"), kind=Kind.SELECT, options="certainty"),
            Field(name="instruction", label=_("给范围内人员的行动指引"), kind=Kind.TEXT, optional=True),
            GATHER,
            UNTIL,
        ),
    )  # fmt: skip


def _change(*, emergency_id: UUID, by: Actor, at: datetime, grade: str, **given: Any) -> Emergency:
    return verbs.change(
        emergency_id=emergency_id,
        by=by,
        at=at,
        grade=whole(grade),
        **{"instruction": "", "gather": "", "until": "", **given},
    )
