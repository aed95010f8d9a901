"""From a figure to its matters: as many rows as the figure says."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, Invalid, require
from linli.kernel.clock.now import now
from linli.kernel.figures import sentences
from linli.kernel.figures.definitions import DEFINITIONS, STANDING
from linli.kernel.figures.kept import COUNTS
from linli.kernel.figures.queries import Group, listing
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.words import word

from ... import figured
from ...shell import draw
from .overview import subpages

PAGE = 50


@require_GET
@for_staff
def matters_page(request: HttpRequest) -> HttpResponse:
    """One page of the rows behind `figure`, a count or several joined by dots."""
    actor: Actor = request.actor
    require(actor, "figures.read")
    at = now()
    asked = figured.read(request.GET, actor, at)
    counts = tuple(request.GET.get("figure", "").split("."))
    behind = listing.Behind(counts, asked.period, asked.place, asked.unit_id, asked.no_unit, asked.kind)
    after = cursor_of(request.GET.get("after", ""))
    try:
        total = listing.total(actor, behind, at=at)
        found = listing.listed(actor, behind, at=at, after=after, limit=PAGE)
    except (KeyError, AttributeError) as unknown:
        raise Invalid(_("没有这个数字。"), code="figure") from unknown
    names = figured.names(Group.UNIT, {str(row.unit_id) for row in found.rows if row.unit_id})
    where = places.labels({m.place_code[:12] for m in found.matters.values()})
    rows = [
        {
            "at": row.at,
            "matter": found.matters.get(row.matter_id),
            "unit": names.get(str(row.unit_id), ""),
            "kind": word("matter", m.kind) if (m := found.matters.get(row.matter_id)) else "",
            "place": where.get(m.place_code[:12], m.place_code) if m else "",
        }
        for row in found.rows
    ]
    dotted = ".".join(counts)
    context: dict[str, Any] = {
        "asked": asked,
        "title": title_of(counts),
        "instant": instant_word(counts),
        "standing": counts[0] in listing.STANDING,
        "period": sentences.period_word(asked.period),
        "place_name": places.label(place) if (place := figured.place_of(asked, actor)) else _("全部地点"),
        "narrowed": [
            *([figured.names(Group.UNIT, [asked.unit]).get(asked.unit, "")] if asked.unit else []),
            *([word("matter", asked.kind)] if asked.kind else []),
        ],
        "total": total,
        "rows": rows,
        "first": asked.write(figure=dotted) if after else "",
        "next": asked.write(figure=dotted, after=_written(found.after)) if found.after else "",
        "back": reverse("desk:figures") + asked.but(unit=asked.unit, kind=asked.kind).write(),
        "subpages": subpages(actor, asked),
    }
    return draw(request, "desk/figures/matters.html", context, here="desk:figures")


def cursor_of(text: str) -> listing.Cursor | None:
    """Where the page begins; its first, when the text is none of ours."""
    at, _sep, rest = text.partition("_")
    matter, _sep, turn = rest.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(matter), int(turn)) if moment.tzinfo else None
    except ValueError:
        return None


def _written(cursor: listing.Cursor) -> str:
    at, matter, turn = cursor
    return f"{at.isoformat()}_{matter}_{turn}"


def title_of(counts: tuple[str, ...]) -> str:
    """What the rows are: the words of the numerator or denominator that these counts are."""
    for d in (*DEFINITIONS, *STANDING):
        if counts in (d.top, (d.name,)):
            return f"{d.word} · {d.of}"
        if counts == d.bottom:
            return f"{d.word} · {d.among}"
    return {"finish_out": _("按时办结率 · 不计的")}.get(counts[0], _("事项"))


def instant_word(counts: tuple[str, ...]) -> str:
    """The column of the instant by which a matter belongs to its day."""
    if counts[0] in listing.STANDING:
        return pgettext("figures", "上报")
    instants = {
        "from_at": pgettext("figures", "上报"), "answer_due": _("答复期限"), "finish_due": _("办结期限"), "ended_at": _("结束"), "at": _("派遣"),
    }  # fmt: skip
    return instants[COUNTS[counts[0]].instant]
