"""Warnings on the desk: the queue of what stands, and one of them with everything that can be done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.access import Actor, allows, holds, require
from linli.kernel.audit.queries import story
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.matters.queries.row import seen
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.readings.models import Cause
from linli.kernel.readings.queries import storms
from linli.kernel.readings.queries import warnings as queries
from linli.kernel.readings.queries.sentences import say
from linli.kernel.readings.verbs import warnings as verbs
from linli.kernel.readings.words import cause_word, severity_word
from linli.kernel.things.queries import resting
from linli.kernel.things.texts import is_personal
from linli.kernel.things.verbs import look
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, Word, serve
from linli.parts.words import word

from ..shell import draw, paint
from ..warned import WORDS

_STREET, _HOOD = 9, 12
TABS = (
    ("open", pgettext_lazy("warning", "未恢复")),
    ("cleared", pgettext_lazy("warning", "已恢复，待关闭")),
    ("closed", pgettext_lazy("warning", "已关闭")),
)


@require_GET
@for_staff
def warnings_page(request: HttpRequest) -> HttpResponse:
    """The queue: one tab of it, at a place, of a rule; only its list when htmx asks for it. A storm is one row."""
    require(request.actor, "warnings.read")
    return _listed(request, _Asked.read(request.GET))


@require_GET
@for_staff
def incident_page(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """The members of a storm, in the same list with the same acts."""
    storm = storms.one(request.actor, incident_id)
    asked = _Asked.read(request.GET, incident_id)
    if "tab" not in request.GET and not storm.standing:
        counts = queries.waiting(request.actor, incident=incident_id)
        asked = replace(asked, tab="cleared" if counts["cleared"] else "closed")
    return _listed(request, asked, storm)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which warnings are listed."""

    tab: str = "open"
    place: str = ""
    rule: str = ""
    incident: UUID | None = None

    @classmethod
    def read(cls, data: QueryDict, incident: UUID | None = None) -> _Asked:
        tab, place, rule = data.get("tab", ""), data.get("place", ""), data.get("rule", "")
        return cls(
            tab if tab in queries.TABS else "open",
            place if place.isdecimal() and len(place) <= 30 and not incident else "",
            rule if rule in catalogue().rules and not incident else "",
            incident,
        )

    def address(self, after: str = "") -> str:
        # A storm's page chooses its tab itself where none is named.
        named = self.tab if self.incident or self.tab != "open" else ""
        query = {"tab": named, "place": self.place, "rule": self.rule, "after": after}
        path = reverse("desk:incident", args=[self.incident]) if self.incident else reverse("desk:warnings")
        query = {name: value for name, value in query.items() if value}
        return path + (f"?{urlencode(query)}" if query else "")


def _listed(request: HttpRequest, asked: _Asked, storm: storms.Storm | None = None) -> HttpResponse:
    actor: Actor = request.actor
    narrowed: dict[str, Any] = {"place": asked.place, "rule": asked.rule, "incident": asked.incident}
    page = queries.queue(actor, tab=asked.tab, after=request.GET.get("after", ""), **narrowed)
    counts = queries.waiting(actor, **narrowed)
    many = {key: one for key, one in page.storms.items() if one.members > 1}
    codes = [row.place_code for row in page.rows] + [one.place_code for one in many.values() if one.place_code]
    above = Level.NEIGHBOURHOOD if len(actor.scope) >= _STREET else Level.STREET
    context: dict[str, Any] = {
        **WORDS,
        "tab": asked.tab,
        "tabs": [
            (replace(asked, tab=key).address(), words, key == asked.tab, _shown(counts.get(key)))
            for key, words in TABS
        ],
        "rows": page.rows,
        "storms": many,
        "storm": storm,
        "labels": places.labels(codes),
        "hoods": places.labels((code[:_HOOD] for code in codes), above),
        "short": _short,
        "whole": _whole,
        "next": asked.address(page.next_cursor) if page.next_cursor else "",
        "first": asked.address() if request.GET.get("after") else "",
        "address": asked.address(),
        "asked": asked,
        "may_answer": asked.tab == "open" and holds(actor, "warnings.answer"),
    }
    if request.htmx and request.headers.get("HX-Target") == "list":
        return paint(request, "desk/warnings_list.html", context)
    if storm:
        matter = seen(storm.matter_id) if storm.matter_id else None
        context |= {"matter": matter, "storm_place": places.label(storm.place_code) if storm.place_code else ""}
        return draw(request, "desk/incident.html", context, here="desk:warnings")
    return draw(request, "desk/warnings.html", {**context, **_around(actor, asked)}, here="desk:warnings")


def _around(actor: Actor, asked: _Asked) -> dict[str, Any]:
    """What stands around the list: the filters, and where nobody is warned of anything for a time."""
    below = places.children(actor.scope) if actor.scope.isdigit() else ()
    sees = holds(actor, "things.read")
    return {
        "choices": {
            "place": [(p.code, p.name) for p in below],
            "rule": sorted(((r, word("rule", r)) for r in catalogue().rules), key=lambda pair: pair[1]),
        },
        "place": asked.place,
        "rule": asked.rule,
        "resting": [(row, places.label(row.place_code)) for row in resting.running(actor, at=now())]
        if sees
        else [],
    }


STORM = "storm"
"""What is ticked is "id:version" of a warning, or "id:storm" of an incident."""


@require_POST
@for_staff
def acknowledge_many(request: HttpRequest) -> HttpResponse:
    """What was ticked, in one act: a storm is seen at once, not a hundred times. Back to the list it was ticked in."""
    ticked = [value.partition(":") for value in request.POST.getlist("chosen")]
    known = [(key, what) for text, _colon, what in ticked if (key := _uuid(text))]
    count = verbs.acknowledge_all(
        warning_ids=[key for key, what in known if what != STORM],
        incident_ids=[key for key, what in known if what == STORM],
        by=request.actor,
        at=now(),
    )
    messages.success(request, _("已确认 %(n)d 条预警。") % {"n": count})
    back = _Asked.read(request.POST, _uuid(request.POST.get("incident", "")))
    return HttpResponseRedirect(back.address(), status=303)


@require_http_methods(["GET", "POST"])
@for_staff
def warning_page(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """One warning: what was found, of what, what people did, and what can be done now."""
    actor: Actor = request.actor
    row = queries.one(actor, warning_id)
    response, forms, status = serve(request, _acts(row))
    if response:
        return response
    if status != 200:
        row = queries.one(actor, warning_id)
    if request.method == "GET" and not request.htmx and row.thing_id and is_personal(row.model):
        look(by=actor, at=now(), thing_id=row.thing_id, purpose=word("rule", row.rule))
    offered = _offered(actor, row)
    matter = seen(row.matter_id) if row.matter_id else None
    at = now()
    context = {
        **WORDS,
        "warning": row,
        "forms": {key: form for key, form in forms.items() if key in offered or form.refusal},
        "place": places.label(row.place_code),
        "short": _short,
        "advice": word("rule", row.rule, "advice"),
        "sees_thing": holds(actor, "things.read"),
        "sees_rule": row.rule in catalogue().rules and holds(actor, "rules.read"),
        "matter": matter,
        "get_messages": lambda: messages.get_messages(request),
        **_together(actor, row),
        "others": [r for r in queries.history(actor, row.thing_id, 6) if r.id != row.id] if row.thing_id else [],
        "of_rule": queries.figures(actor, at=at, rule=row.rule),
        "of_thing": queries.figures(actor, at=at, thing_id=row.thing_id, days=90) if row.thing_id else None,
        "steps": _steps(row),
        "ended": "" if row.stands else _CLEARED.get((row.says.get("cleared") or {}).get("why", ""), ""),
        "standard": catalogue().rules[row.rule].standard if row.rule in catalogue().rules else "",
    }
    if request.htmx and request.headers.get("HX-Target") == "warning-now":
        return paint(request, "desk/warning_now.html", context)
    return draw(request, "desk/warning.html", context, here="desk:warnings", status=status)


_BESIDE = 12
"""Members of a storm on the page of one of them; all of them have a page of their own."""


def _together(actor: Actor, row: queries.Row) -> dict[str, Any]:
    """What warned together with this one: the first of them, and how many there are."""
    if not row.incident_id:
        return {"members": [], "storm": None}
    members = queries.of_incident(actor, row.incident_id, _BESIDE + 1)
    storm = storms.one(actor, row.incident_id) if len(members) > 1 else None
    return {"members": [one for one in members if one.id != row.id][:_BESIDE], "storm": storm}


def _short(label: str) -> str:
    """ "…… · 临江里 · 1号楼" → "临江里1号楼": a warning of a whole place, told by the end of its name."""
    return "".join(label.split(" · ")[-2:])


def _whole(label: str) -> str:
    """ "…… · 第三网格 · 临江里 · 1号楼 · 1单元" → "临江里1号楼1单元": what a storm has in common, from its compound down."""
    line = label.split(" · ")
    return "".join(line[_COMPOUND:]) or line[-1]


_COMPOUND = Level.COMPOUND - Level.STREET


def _acts(row: queries.Row) -> tuple[Act, ...]:
    """Every form there is, for what was sent; which of them are shown says `_offered`."""
    return (
        _act(row, "acknowledge", gettext_lazy("确认看到"), verbs.acknowledge, tone="primary", shortcut="a"),
        _act(
            row,
            "mark",
            gettext_lazy("标明是不是真的"),
            verbs.mark,
            Field(name="cause", label=gettext_lazy("现场情况"), kind=Kind.CHOICE, options="causes"),
            Field(name="note", label=gettext_lazy("说明"), kind=Kind.TEXT, optional=True),
        ),
        _act(
            row,
            "clear",
            gettext_lazy("人工恢复"),
            verbs.clear,
            Field(name="note", label=gettext_lazy("为什么由人工恢复"), kind=Kind.TEXT),
            lead=gettext_lazy("只用于已停用、维护中、有故障或者密钥已全部撤销的设备：它自己说不出恢复了。"),
        ),
        _act(row, "close", gettext_lazy("关闭预警"), verbs.close),
    )


def _offered(actor: Actor, row: queries.Row) -> set[str]:
    """The acts that make sense now; whether one is done its verb decides."""
    found = set()
    if allows(actor, "warnings.answer", row.place_code):
        found |= {"mark"} | ({"acknowledge"} if row.state == "raised" else set())
    if row.closed_at is None and allows(actor, "warnings.close", row.place_code):
        found |= ({"clear"} if row.stands else set()) | ({"close"} if row.matter_id is None else set())
    return found


def _act(
    row: queries.Row,
    key: str,
    words: Word,
    verb: Any,
    *fields: Field,
    tone: str = "",
    lead: Word = "",
    shortcut: str = "",
) -> Act:
    """A form of a verb on this warning, with the version the page shows."""

    def do(version: str = "", **given: Any) -> Any:
        return verb(warning_id=row.id, version=int(version) if version.isdecimal() else None, **given)

    return Act(
        key=key,
        words=words,
        lead=lead,
        tone=tone,
        shortcut=shortcut,
        fields=(*fields, Field(name="version", label="", kind=Kind.HIDDEN, optional=True)),
        options={"causes": [(cause, cause_word(cause)) for cause in Cause.values]},
        starts={"version": row.version, "cause": row.cause, "note": row.cause_note},
        verb=do,
    )


def _steps(row: queries.Row) -> list[dict[str, Any]]:
    """What happened to it, first to last. Of a storm the first record stands with its incident."""
    told, was = [], 0
    for record in story(f"warning:{row.id}"):
        after = record.after or {}
        verb, grade = record.verb.partition(".")[2], int(after.get("severity") or 0)
        # Of a step down the limit is that of the milder grade, and the number may be under it already.
        measured = say(row.rule, after.get("says") or {}) if verb in ("raise", "again") or grade > was > 0 else ""
        told.append(
            {
                "at": record.happened_at,
                "who": record.actor_name or "",
                "words": _told(verb, after, grade, was),
                "note": record.note or str(after.get("cause_note") or "") or measured,
            }
        )
        was = grade or was
    return told


_CLEARED = {
    "retired": gettext_lazy("设备已停用，预警随之解除"),
    "unwatched": gettext_lazy("不再有规则适用于它，预警随之解除"),
}


def _told(verb: str, after: dict[str, Any], grade: int, was: int) -> str:
    step = _("升为%(grade)s") if grade > was else _("降为%(grade)s")
    words = {
        "raise": _("发出预警"),
        "again": _("恢复后又报警"),
        "stepped": step % {"grade": severity_word(grade)},
        "cleared": _CLEARED.get(str(after.get("why") or ""), gettext_lazy("读数恢复正常")),
        "acknowledge": _("确认看到"),
        "mark": _("标明：%(cause)s") % {"cause": cause_word(str(after.get("cause") or ""))},
        "clear": _("人工恢复"),
        "close": _("关闭"),
    }
    return str(words.get(verb, verb))


def _shown(number: int | None) -> str | None:
    if number is None:
        return None
    return f"{queries.BOUND - 1}+" if number >= queries.BOUND else str(number)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_GET
@for_staff
def bell(request: HttpRequest) -> HttpResponse:
    """How many stand and how many wait for somebody: what the bar of every page and the title of the tab show."""
    return paint(request, "desk/warnings_bell.html", {"counts": queries.waiting(request.actor)})
