"""Hot topics: what many people speak of, and making one matter of it that leads the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.access import Actor, NotFound, allows
from linli.kernel.clock.now import now
from linli.kernel.matters.models import OPEN, Matter
from linli.kernel.places import queries as places
from linli.kernel.triage import queries, trending
from linli.parts.doors import for_staff
from linli.parts.words import word

from ..rows import with_places
from ..shell import draw, paint
from .bulk import chosen_of, each

SHOWN = 20
BAR, GAP, HEIGHT = 5, 1, 28
JOINS = {"merge": "into_id", "link": "other_id"}
TRENDS = {
    "new": gettext_lazy("新出现"),
    "rising": gettext_lazy("在增多"),
    "steady": gettext_lazy("持平"),
    "falling": gettext_lazy("在减少"),
    "quiet": gettext_lazy("最近没有再说"),
}
EVERY = {
    1: gettext_lazy("每天"),
    7: gettext_lazy("每周"),
    30: gettext_lazy("每 30 天"),
    365: gettext_lazy("每年"),
}


@require_GET
@for_staff
def topics_page(request: HttpRequest) -> HttpResponse:
    """The topics of one's scope. What is old is asked for anew, and shown meanwhile with its time."""
    actor: Actor = request.actor
    days = _days(request)
    off = not queries.is_on(actor.scope)
    if not off:
        trending.ask(by=actor, at=now(), days=days)
    sheet = trending.sheet(actor, days)
    context: dict[str, Any] = {
        "sheet": sheet,
        "off": off,
        "topics": [] if off else _rows(actor, sheet),
        "longest": trending.EVER,
        "trends": TRENDS,
        "every": EVERY,
    }
    if request.htmx:  # every three seconds, while topics are computed
        return paint(request, "desk/topics_list.html", context)
    context |= {
        "ranges": [(n, _range_word(n)) for n in trending.RANGES],
        "place": places.label(actor.scope) if actor.scope.isdecimal() else "",
        "figures": _figures(actor),
    }
    return draw(request, "desk/topics.html", context, here="desk:topics")


@require_GET
@for_staff
def topics_marks(request: HttpRequest) -> JsonResponse:
    """Where the topics lie, each with its number in the list."""
    days = _days(request)
    topics = trending.sheet(request.actor, days).topics[:SHOWN]
    return _points(
        (topic["spot"], {"title": topic["label"], "label": number, "href": _address(topic["key"], days)})
        for number, topic in enumerate(topics, 1)
    )


@require_GET
@for_staff
def topic_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One topic: what, where, since when, and every report behind it."""
    return _topic_page(request, key)


@require_GET
@for_staff
def topic_marks(request: HttpRequest, key: UUID) -> JsonResponse:
    """Where its reports lie."""
    rows = _members(request.actor, _topic(request, key))
    return _points(
        (
            None if row["lon"] is None else [row["lon"], row["lat"]],
            {
                "title": f"{row['number']} {row['title']}",
                "href": reverse("desk:matter", args=[row["id"]]),
                "stage": row["stage"],
                "state": row["state"],
            },
        )
        for row in rows
    )


@require_POST
@for_staff
def gather(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let one matter lead: the ticked others are merged into it, or linked with it, each for itself."""
    actor: Actor = request.actor
    verb = request.POST.get("join", "")
    chosen = chosen_of(request.POST.getlist("chosen"))
    lead = next(iter(chosen_of([request.POST.get("lead", "")])), None)
    chosen.pop(lead, None)  # type: ignore[arg-type]
    if verb not in JOINS or lead is None:
        return _topic_page(request, key, fault=_("请选择由哪一件主办。"), status=422)
    rows = list(Matter.objects.filter(id__in=list(chosen)).order_by("opened_at", "id"))
    if not rows:
        return _topic_page(request, key, fault=_("请勾选要并入或关联的事项。"), status=422)
    report = each(actor, verb, rows, chosen, {JOINS[verb]: lead})
    return _topic_page(request, key, report=report, done=verb)


def _topic_page(
    request: HttpRequest, key: UUID, *, status: int = 200, report: Any = None, done: str = "", fault: str = ""
) -> HttpResponse:
    actor: Actor = request.actor
    topic = _topic(request, key)
    rows = _members(actor, topic)
    working = [row for row in rows if row["state"] in OPEN]
    lead = trending.lead_of(rows)
    rows.sort(key=lambda row: (row is not lead, row["state"] not in OPEN))
    context = {
        "t": _told(topic, places.names(code for code, _ in topic["hoods"])),
        "days": _days(request),
        "members": with_places(rows, actor.scope),
        "gone": topic["reports"] - len(rows),
        "lead": str(lead["id"]) if lead else "",
        "joins": [verb for verb in JOINS if len(working) > 1 and allows(actor, f"matters.{verb}", _shared(rows))],
        "report": report,
        "done": done,
        "fault": fault,
        "trends": TRENDS,
        "every": EVERY,
    }
    return draw(request, "desk/topic.html", context, here="desk:topics", status=status)


def _figures(actor: Actor) -> dict[str, Any]:
    """How often suggestions were right, whole and in each group, the worst first: nobody is served worse unseen."""
    found = queries.figures(actor)
    streets = places.names(share.name for share in found.streets)
    groups = (
        (_("类别"), [(word("matter", share.name), share) for share in found.kinds]),
        (_("街镇"), [(streets.get(share.name, share.name), share) for share in found.streets]),
    )
    sorted_ = [(caption, sorted(rows, key=lambda row: (row[1].share, -row[1].decided))) for caption, rows in groups]
    return {"whole": found.whole, "groups": sorted_}


def _days(request: HttpRequest) -> int:
    text = request.GET.get("days", "")
    return int(text) if text.isdecimal() and len(text) < 6 else trending.USUAL


def _range_word(days: int) -> str:
    if days == trending.EVER:
        return _("全部")
    return _("近一年") if days == 365 else _("近 %(n)d 天") % {"n": days}


def _address(key: str, days: int) -> str:
    return reverse("desk:topic", args=[key]) + "?" + urlencode({"days": days})


def _topic(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """The topic that began with a matter. Raises NotFound when it is none (any more)."""
    actor: Actor = request.actor
    if queries.is_on(actor.scope):
        for topic in trending.sheet(actor, _days(request)).topics:
            if topic["key"] == str(key):
                return topic
    raise NotFound(_("这个热点已经不在了，可能重新计算后并入了别的热点。请回到热点列表。"))


def _members(actor: Actor, topic: dict[str, Any]) -> list[dict[str, Any]]:
    known = trending.members(actor, topic["members"])
    return [known[one] for one in topic["members"] if one in known]


def _shared(rows: list[dict[str, Any]]) -> str:
    """What the codes of all places begin with."""
    codes = [row["place_code"] for row in rows]
    low, high = min(codes, default=""), max(codes, default="")
    length = next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[:length]


def _rows(actor: Actor, sheet: trending.Sheet) -> list[dict[str, Any]]:
    shown = sheet.topics[:SHOWN]
    first = trending.members(actor, [topic["members"][0] for topic in shown])
    names = places.names(code for topic in shown for code, _ in topic["hoods"])
    hottest = max((topic["heat"] for topic in shown), default=1.0) or 1.0
    return [
        {
            **_told(topic, names),
            "number": number,
            "href": _address(topic["key"], sheet.days),
            "share": round(100 * topic["heat"] / hottest),
            "typical": first.get(topic["members"][0]),
        }
        for number, topic in enumerate(shown, 1)
    ]


def _told(topic: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """A topic as templates want it: times as times, places by name, its course as bars."""
    return {
        **topic,
        "first_at": datetime.fromisoformat(topic["first_at"]),
        "last_at": datetime.fromisoformat(topic["last_at"]),
        "where": [(code, names.get(code, code), count) for code, count in topic["hoods"]],
        "elsewhere": topic["reports"] - sum(count for _code, count in topic["hoods"]),
        "kind_words": [word("matter", kind) for kind, _ in topic["kinds"]],
        "bars": _bars(topic["counts"]),
        "width": len(topic["counts"]) * (BAR + GAP),
    }


def _bars(counts: list[int]) -> list[dict[str, int]]:
    """Rectangles of the sparkline; a time without a report is a line at the foot."""
    top = max(counts) or 1
    heights = [max(1, round(HEIGHT * count / top)) for count in counts]
    return [
        {"x": number * (BAR + GAP), "y": HEIGHT - height, "height": height, "count": count}
        for number, (height, count) in enumerate(zip(heights, counts, strict=True))
    ]


def _points(spots: Any) -> JsonResponse:
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": spot}, "properties": properties}
        for spot, properties in spots
        if spot is not None
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
