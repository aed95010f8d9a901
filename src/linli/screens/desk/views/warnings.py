"""Warnings on the desk: the queue of what stands, and one of them with everything that can be done."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
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
from linli.kernel.readings.models import Cause
from linli.kernel.readings.queries import warnings as queries
from linli.kernel.readings.verbs import warnings as verbs
from linli.kernel.readings.words import cause_word, severity_word
from linli.kernel.things.queries import resting
from linli.kernel.things.texts import is_personal
from linli.kernel.things.verbs import look
from linli.parts.words import word

from ..door import for_staff
from ..fields import Field, Kind, Word
from ..office import Act, serve
from ..shell import draw, paint
from ..warned import WORDS

TABS = (
    ("open", pgettext_lazy("warning", "未恢复")),
    ("cleared", pgettext_lazy("warning", "已恢复，待关闭")),
    ("closed", pgettext_lazy("warning", "已关闭")),
)


@require_GET
@for_staff
def warnings_page(request: HttpRequest) -> HttpResponse:
    """The queue: one tab of it, at a place, of a rule; only its list when htmx asks for it."""
    actor: Actor = request.actor
    require(actor, "warnings.read")
    tab = request.GET.get("tab", "open")
    tab = tab if tab in queries.TABS else "open"
    place, rule = request.GET.get("place", ""), request.GET.get("rule", "")
    place = place if place.isdecimal() and len(place) <= 30 else ""
    rule = rule if rule in catalogue().rules else ""
    page = queries.queue(actor, tab=tab, place=place, rule=rule, after=request.GET.get("after", ""))
    counts = queries.waiting(actor)
    labels = places.labels(row.place_code for row in page.rows)
    context = {
        **WORDS,
        "tab": tab,
        "tabs": [(_address(key, place, rule), words, key == tab, _shown(counts.get(key))) for key, words in TABS],
        "rows": page.rows,
        "labels": labels,
        "raised": counts["raised"],
        "next": _address(tab, place, rule, page.next_cursor) if page.next_cursor else "",
        "first": _address(tab, place, rule) if request.GET.get("after") else "",
        "address": _address(tab, place, rule),
        "resting": [(row, places.label(row.place_code)) for row in resting.running(actor, at=now())]
        if holds(actor, "things.read")
        else [],
        "may_answer": tab == "open" and holds(actor, "warnings.answer"),
    }
    if request.htmx and request.headers.get("HX-Target") == "list":
        return paint(request, "desk/warnings_list.html", context)
    below = places.children(actor.scope) if actor.scope.isdigit() else ()
    choices = {
        "place": [(p.code, p.name) for p in below],
        "rule": sorted(((r, word("rule", r)) for r in catalogue().rules), key=lambda pair: pair[1]),
    }
    picked = {"choices": choices, "place": place, "rule": rule}
    return draw(request, "desk/warnings.html", {**context, **picked}, here="desk:warnings")


@require_POST
@for_staff
def acknowledge_many(request: HttpRequest) -> HttpResponse:
    """What was ticked, in one act: a storm is seen at once, not a hundred times."""
    ids = [key for value in request.POST.getlist("chosen") if (key := _uuid(value.partition(":")[0]))]
    count = verbs.acknowledge_all(warning_ids=ids, by=request.actor, at=now())
    messages.success(request, _("已确认 %(n)d 个预警。") % {"n": count})
    return HttpResponseRedirect(reverse("desk:warnings"), status=303)


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
        "matter": matter,
        "get_messages": lambda: messages.get_messages(request),
        "members": [m for m in queries.of_incident(actor, row.incident_id) if m.id != row.id]
        if row.members > 1
        else [],
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


def _acts(row: queries.Row) -> tuple[Act, ...]:
    """Every form there is, for what was sent; which of them are shown says `_offered`."""
    return (
        _act(row, "acknowledge", gettext_lazy("确认看到"), verbs.acknowledge, tone="primary"),
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
    row: queries.Row, key: str, words: Word, verb: Any, *fields: Field, tone: str = "", lead: Word = ""
) -> Act:
    """A form of a verb on this warning, with the version the page shows."""

    def do(version: str = "", **given: Any) -> Any:
        return verb(warning_id=row.id, version=int(version) if version.isdecimal() else None, **given)

    return Act(
        key=key,
        words=words,
        lead=lead,
        tone=tone,
        fields=(*fields, Field(name="version", label="", kind=Kind.HIDDEN, optional=True)),
        options={"causes": [(cause, cause_word(cause)) for cause in Cause.values]},
        starts={"version": row.version, "cause": row.cause, "note": row.cause_note},
        verb=do,
    )


def _steps(row: queries.Row) -> list[dict[str, Any]]:
    """What happened to it, first to last. Of a storm the first record stands with its incident."""
    told = []
    for record in story(f"warning:{row.id}"):
        after = record.after or {}
        told.append(
            {
                "at": record.happened_at,
                "who": record.actor_name or "",
                "words": _told(record.verb.partition(".")[2], after),
                "note": record.note or str(after.get("cause_note") or ""),
            }
        )
    return told


_CLEARED = {
    "retired": gettext_lazy("设备已停用，预警随之解除"),
    "unwatched": gettext_lazy("不再有规则看着它，预警随之解除"),
}


def _told(verb: str, after: dict[str, Any]) -> str:
    words = {
        "raise": _("发出预警"),
        "again": _("恢复后又报警"),
        "stepped": _("变为%(grade)s") % {"grade": severity_word(int(after.get("severity") or 0))},
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


def _address(tab: str, place: str = "", rule: str = "", after: str = "") -> str:
    query = {
        k: v for k, v in {"tab": tab, "place": place, "rule": rule, "after": after}.items() if v and v != "open"
    }
    return reverse("desk:warnings") + (f"?{urlencode(query)}" if query else "")


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
