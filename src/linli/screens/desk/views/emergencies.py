"""应急 on the desk: those there are, declaring one, one of them with its tasks and log, and what its course was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods
from shapely.geometry import shape

from linli.kernel.access import Actor, Conflict, allows, holds, require
from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.models import Emergency, State, Task
from linli.kernel.emergencies.queries import course, looking, roll
from linli.kernel.emergencies.queries import review as reviewing
from linli.kernel.emergencies.queries.within import within
from linli.kernel.emergencies.words import (
    CATEGORIES,
    CERTAINTIES,
    GRADES,
    SEVERITIES,
    URGENCIES,
    grade_word,
    state_word,
)
from linli.kernel.emergencies.zones import Wanted, corners, written
from linli.kernel.figures.report import NoFont
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries import row as matters
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.readings.queries import warnings
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve
from linli.parts.words import word

from .. import emergency_notice
from ..choices import Subject, kinds
from ..review import paper
from ..shell import draw, paint

RADII = (50, 100, 200, 500, 1000, 2000)
_WORDS = {"grade_word": grade_word, "emergency_state": state_word, "CATEGORIES": CATEGORIES}


@require_GET
@for_staff
def emergencies_page(request: HttpRequest) -> HttpResponse:
    """Those that stand first, then those that are over, the newest first."""
    actor: Actor = request.actor
    every = list(looking.lately(actor))
    context = {
        **_WORDS,
        "standing": [one for one in every if one.stands],
        "over": [one for one in every if not one.stands],
        "may_declare": holds(actor, "emergencies.command"),
    }
    return draw(request, "desk/emergencies/list.html", context, here="desk:emergencies")


@require_http_methods(["GET", "POST"])
@for_staff
def declare_page(request: HttpRequest) -> HttpResponse:
    """Declare one: from a warning, a matter or a place (`warning`, `matter`, `place`), or on the map."""
    actor: Actor = request.actor
    require(actor, "emergencies.command")
    origin = _origin(request)
    response, forms, status = serve(request, (_declaring(actor, origin),))
    if response:
        newest = Emergency.objects.filter(commander_id=actor.account_id).order_by("-declared_at").first()
        return HttpResponseRedirect(reverse("desk:emergency", args=[newest.id]), status=303) if newest else response
    context = {**_WORDS, "form": forms["declare"], "origin": origin, "ground": _ground(origin.code)}
    return draw(request, "desk/emergencies/declare.html", context, here="desk:emergencies", status=status)


@dataclass(frozen=True, slots=True)
class Origin:
    """What an emergency is declared from: where it is, what it is called, and what it came from."""

    code: str
    lon: float | None = None
    lat: float | None = None
    event: str = ""
    warning: UUID | None = None
    matter: UUID | None = None


def _origin(request: HttpRequest) -> Origin:
    actor: Actor = request.actor
    given = request.POST if request.method == "POST" else request.GET
    if (key := _uuid(given.get("warning_id") or given.get("warning"))) is not None:
        warning = warnings.one(actor, key)
        return Origin(warning.place_code, warning.lon, warning.lat, word("rule", warning.rule), warning=key)
    if (key := _uuid(given.get("matter_id") or given.get("matter"))) is not None and (found := matters.seen(key)):
        return Origin(found.place_code, found.lon, found.lat, word("matter", found.kind), matter=key)
    code = given.get("place", "")
    place = places.at(code) if code.isdecimal() and code.startswith(actor.scopes) else places.at(actor.scope)
    return Origin(place.code, place.lon, place.lat) if place else Origin(actor.scope)


def _ground(code: str) -> str:
    return f"{reverse('desk:map_places')}?{urlencode({'at': code})}" if len(code) >= Level.STREET.digits else ""


def _declaring(actor: Actor, origin: Origin) -> Act:
    line = [code for n in _LEVELS if len(code := origin.code[:n]) == n and code.startswith(actor.scopes)]
    known = places.names(line)
    options: dict[str, list[tuple[str, object]]] = {
        "category": [(c.value, w) for c, w in CATEGORIES.items()],
        "grade": [(str(int(g)), w) for g, w in reversed(GRADES.items())],
        "radius": [
            ("", _("不按半径，用下面的整个地点")),
            *((str(n), _("%(n)d 米内") % {"n": n}) for n in RADII),
        ],
        "place": [(code, known[code]) for code in reversed(line) if code in known],
    }
    starts = {
        "event": origin.event, "category": "fire", "grade": "4", "radius": "100" if origin.lon else "",
        "lon": origin.lon if origin.lon is not None else "", "lat": origin.lat if origin.lat is not None else "",
        "warning_id": str(origin.warning or ""), "matter_id": str(origin.matter or ""),
        "place": "" if origin.lon else origin.code,
    }  # fmt: skip
    return Act(
        key="declare", words=_("启动应急"), tone="danger", options=options, starts=starts, verb=_declare,
        fields=(
            Field(name="event", label=_("发生了什么"), hint=_("大屏上的标题，例如“居民楼火灾”。")),
            Field(name="category", label=_("类别"), kind=Kind.SELECT, options="category"),
            Field(name="grade", label=_("响应级别"), kind=Kind.SELECT, options="grade"),
            Field(
                name="radius", label=_("范围：地图上的点周围"), kind=Kind.SELECT, options="radius", optional=True,
                hint=_("在地图上点一下定中心。不选半径，就以下面的地点为范围。"),
            ),
            Field(name="place", label=_("范围：整个地点"), kind=Kind.SELECT, options="place", optional=True),
            _CORNERS,
            Field(name="instruction", label=_("给范围内人员的行动指引"), kind=Kind.TEXT, optional=True),
            _GATHER,
            _UNTIL,
            Field(name="drill", label=_("这是演练"), kind=Kind.TICK),
            Field(name="lon", label="", kind=Kind.HIDDEN, optional=True),
            Field(name="lat", label="", kind=Kind.HIDDEN, optional=True),
            Field(name="warning_id", label="", kind=Kind.HIDDEN_ID, optional=True),
            Field(name="matter_id", label="", kind=Kind.HIDDEN_ID, optional=True),
        ),
    )  # fmt: skip


_CORNERS = Field(
    name="corners", label=_("范围：画出的角"), kind=Kind.TEXT, optional=True,
    hint=_("在地图上画，或一行写一个角“经度,纬度”。写了就以它为准。"),
)  # fmt: skip
_GATHER = Field(name="gather", label=_("去哪里"), optional=True, hint=_("集合点、安置点，例如“小区东门广场”。"))
_UNTIL = Field(name="until", label=_("预计到什么时候"), kind=Kind.MOMENT, optional=True)
_LEVELS = (Level.CITY.digits, Level.DISTRICT.digits, Level.STREET.digits, Level.NEIGHBOURHOOD.digits)


def _declare(*, by: Actor, at: datetime, **given: Any) -> Emergency:
    zone = _zone(given)
    return verbs.declare(by=by, at=at, zone=zone, **{**given, "grade": _whole(given["grade"])})


def _zone(given: dict[str, Any]) -> Wanted:
    """The zone a form asks for, taken out of what it sent: what was drawn, else a circle, else a place."""
    radius, lon, lat, place, drawn = (given.pop(name, "") for name in ("radius", "lon", "lat", "place", "corners"))
    area = corners(drawn)
    if area is not None:
        return Wanted(area=area)
    if radius:
        return Wanted(lon=_number(lon), lat=_number(lat), radius=_number(radius))
    return Wanted(place_code=place)


@require_http_methods(["GET", "POST"])
@for_staff
def emergency_page(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """One: how far it is, its tasks, its log, and whatever can be done now."""
    actor: Actor = request.actor
    emergency = looking.one(actor, emergency_id)
    at = now()
    response, forms, status = serve(request, _acts(actor, emergency, at))
    if response:
        return response
    tasks = looking.tasks(emergency)
    context: dict[str, Any] = {
        **_WORDS,
        "emergency": emergency,
        "forms": forms,
        "at": at,
        "tasks": tasks,
        "course": course.course(emergency),
        "inside": within(emergency, actor, at=at),
        "counts": roll.counts(emergency, actor, at=at) if emergency.stands else None,
        "may_call": roll.may_call(emergency, actor, at),
        "own_unit": actor.unit_id,
        "numbers": _numbers(tasks),
        "ground": _ground(emergency.place_code),
        "zone_at": _middle(emergency),
        "zone_json": orjson.dumps(emergency.zone).decode(),
        "commands": allows(actor, "emergencies.command", emergency.place_code),
        "hood": places.label(emergency.place_code, Level.DISTRICT),
    }
    if request.htmx and request.headers.get("HX-Target") == "emergency-now":
        return paint(request, "desk/emergencies/now.html", context)
    return draw(request, "desk/emergencies/one.html", context, here="desk:emergencies", status=status)


def _numbers(tasks: Sequence[Task]) -> dict[UUID, str]:
    """The numbers of the matters that tasks became, of those the looker sees."""
    made = [task.matter_id for task in tasks if task.matter_id]
    return dict(Matter.objects.filter(pk__in=made).values_list("id", "number")) if made else {}


def _middle(emergency: Emergency) -> tuple[float, float]:
    spot = shape(emergency.zone).representative_point()
    return (spot.x, spot.y)


@require_GET
@for_staff
def roll_page(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """点名: who has not been heard of, old people living alone first; who asked for help; who is safe. Reading it is
    written down, for each person on the page."""
    actor: Actor = request.actor
    only, page = request.GET.get("only", roll.Only.SILENT), request.GET.get("page", "1")
    number = int(page) if page.isdecimal() and 0 < len(page) < 5 else 1
    at = now()
    emergency = looking.one(actor, emergency_id)
    rows = verbs.read_roll(
        emergency_id=emergency_id, by=actor, at=at, only=only, offset=(max(number, 1) - 1) * roll.PAGE
    )
    context = {
        **_WORDS,
        "emergency": emergency,
        "only": only if only in set(roll.Only) else roll.Only.SILENT,
        "rows": rows,
        "page": max(number, 1),
        "more": len(rows) == roll.PAGE,
        "counts": roll.counts(emergency, actor, at=at),
        "at": at,
    }
    return draw(request, "desk/emergencies/roll.html", context, here="desk:emergencies")


@require_GET
@for_staff
def course_page(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """复盘: when what happened and how long it took, what was given to whom and what became of it, what was learnt, the log."""
    actor: Actor = request.actor
    emergency = looking.one(actor, emergency_id)
    found = reviewing.review(emergency, actor)
    context = {
        **_WORDS,
        "emergency": emergency,
        "review": found,
        "begun": found.instants[0].at if found.instants else emergency.declared_at,
        "took": paper.took,
        "task_words": paper.task_words(found),
        "people_words": paper.people_words(emergency, found),
        "tasks": sorted(looking.tasks(emergency), key=lambda task: task.set_at),
        "course": course.course(emergency),
    }
    return draw(request, "desk/emergencies/course.html", context, here="desk:emergencies")


@require_GET
@for_staff
def course_pdf(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """The same on paper. Without a font with Chinese characters the answer says what to do."""
    actor: Actor = request.actor
    emergency = looking.one(actor, emergency_id)
    every = sorted(looking.tasks(emergency), key=lambda task: task.set_at)
    try:
        made = paper.review_pdf(emergency, reviewing.review(emergency, actor), every, course.course(emergency))
    except NoFont as missing:
        raise Conflict(str(missing), code="font") from None
    name = quote(f"{emergency.event}-{timezone.localtime(emergency.declared_at):%Y-%m-%d}.pdf")
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def _acts(actor: Actor, emergency: Emergency, at: datetime) -> tuple[Act, ...]:
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
    line = [emergency.place_code[:n] for n in _LEVELS if len(emergency.place_code) >= n]
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
            _CORNERS,
            Field(name="radius", label=_("范围：地图上的点周围"), kind=Kind.SELECT, options="radius", optional=True),
            Field(name="place", label=_("范围：整个地点"), kind=Kind.SELECT, options="place", optional=True),
            Field(name="why", label=_("为什么调整"), kind=Kind.TEXT, optional=True),
            Field(name="lon", label="", kind=Kind.HIDDEN, optional=True),
            Field(name="lat", label="", kind=Kind.HIDDEN, optional=True),
        ),
    )  # fmt: skip


def _move(*, emergency_id: UUID, by: Actor, at: datetime, why: str = "", **given: Any) -> Emergency:
    return verbs.move_zone(emergency_id=emergency_id, by=by, at=at, zone=_zone(given), note=why)


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
    above = [emergency.place_code[:n] for n in (*_LEVELS,) if n <= len(emergency.place_code)]
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
            _GATHER,
            _UNTIL,
        ),
    )  # fmt: skip


def _change(*, emergency_id: UUID, by: Actor, at: datetime, grade: str, **given: Any) -> Emergency:
    return verbs.change(
        emergency_id=emergency_id,
        by=by,
        at=at,
        grade=_whole(grade),
        **{"instruction": "", "gather": "", "until": "", **given},
    )


def _number(written: object) -> float | None:
    try:
        return float(str(written))
    except ValueError:
        return None


def _whole(written: object) -> int:
    return int(str(written)) if str(written).isdecimal() and len(str(written)) < 4 else 0


def _uuid(written: str | None) -> UUID | None:
    try:
        return UUID(written or "")
    except ValueError:
        return None
