"""What triage suggests to staff: a kind for a matter, and the topics many people speak of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor
from linli.kernel.clock.now import now
from linli.kernel.matters.queries.detail import detail
from linli.kernel.places import queries as places
from linli.kernel.triage import queries, trending

from ..door import for_staff
from ..shell import draw, paint

SHOWN, TYPICAL = 20, 6
# A guess among some seventy kinds that is less sure than this helps nobody decide.
WORTH_SAYING = 20
BAR, GAP, HEIGHT = 5, 1, 28


@require_GET
@for_staff
def suggested(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """The likeliest kinds of a matter with their reasons; asked for after the page stands."""
    matter = detail(request.actor, matter_id)
    likely = queries.suggest(matter["title"], matter["body"], place_code=matter["place_code"])
    found = [suggestion for suggestion in likely if suggestion.percent >= WORTH_SAYING]
    other = any(suggestion.kind != matter["kind"] for suggestion in found)
    return paint(request, "desk/suggested.html", {"matter": matter, "found": found if other else []})


@require_GET
@for_staff
def topics_page(request: HttpRequest) -> HttpResponse:
    """The topics of one's scope. What is old is asked for anew, and shown meanwhile with its time."""
    actor: Actor = request.actor
    days = int(request.GET.get("days", "")) if request.GET.get("days", "").isdecimal() else trending.USUAL
    off = not queries.is_on(actor.scope)
    if not off:
        trending.ask(by=actor, at=now(), days=days)
    sheet = trending.sheet(actor, days)
    context = {
        "sheet": sheet,
        "off": off,
        "topics": [] if off else _rows(actor, sheet),
        "ranges": [(n, _range_word(n)) for n in trending.RANGES],
        "place": places.label(actor.scope) if actor.scope.isdecimal() else "",
        "figures": queries.figures(actor).whole,
    }
    if request.htmx:
        return paint(request, "desk/topics_list.html", context)
    return draw(request, "desk/topics.html", context, here="desk:topics")


def _range_word(days: int) -> str:
    return _("近一年") if days == 365 else _("近 %(n)d 天") % {"n": days}


def _rows(actor: Actor, sheet: trending.Sheet) -> list[dict[str, Any]]:
    shown = sheet.topics[:SHOWN]
    known = trending.members(actor, [one for topic in shown for one in topic["members"][:TYPICAL]])
    hottest = max((topic["heat"] for topic in shown), default=1.0) or 1.0
    return [
        {
            **topic,
            "first_at": datetime.fromisoformat(topic["first_at"]),
            "last_at": datetime.fromisoformat(topic["last_at"]),
            "share": round(100 * topic["heat"] / hottest),
            "bars": _bars(topic["weeks"]),
            "width": len(topic["weeks"]) * (BAR + GAP),
            "typical": [known[one] for one in topic["members"][:TYPICAL] if one in known],
            "more": max(0, topic["reports"] - TYPICAL),
        }
        for topic in shown
    ]


def _bars(weeks: list[int]) -> list[dict[str, int]]:
    """Rectangles of the sparkline, one a week; a week without a report is a line at the foot."""
    top = max(weeks) or 1
    heights = [max(1, round(HEIGHT * count / top)) for count in weeks]
    return [
        {"x": number * (BAR + GAP), "y": HEIGHT - height, "height": height, "count": count}
        for number, (height, count) in enumerate(zip(heights, weeks, strict=True))
    ]
