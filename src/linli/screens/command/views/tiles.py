"""The wall's own tiles, each a fragment: today's figures, who is on duty, what needs a decision, what happens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linli.kernel.clock.now import now
from linli.kernel.duty.queries import on_duty
from linli.kernel.figures.queries import today as figures_of_today
from linli.parts.jinja import address_if
from linli.parts.tiles import Figure, tile_view
from linli.parts.tiles import figures as figure_tile

from ..comparing import rows_of
from ..panels import deciding_of, stream_of
from ..shell import clock, draw
from ..where import where_of


@tile_view("figures.read")
def today(request: HttpRequest, code: str) -> HttpResponse:
    """Today against yesterday at this time of day, and against the same weekday a week ago."""
    at = now()
    rows = rows_of(figures_of_today(request.actor, code, at=at), code)
    return draw(request, "command/today.html", {"rows": rows, "until": clock(at)})


@tile_view("duty.read")
def duty(request: HttpRequest, code: str) -> HttpResponse:
    """How many are on duty here, and who of them has not come yet. Numbers: who they are is said on the desk."""
    at = now()
    people = on_duty.on_duty(request.actor, code, at)
    missing = sum(not one.present for one in people)
    late = _("%(n)d 人未到岗") % {"n": missing} if missing else ""
    rows = [Figure(_("在岗"), str(len(people) - missing), _("人"), note=late, href=address_if("desk:duty"))]
    said = _("此刻 %(time)s · 来源：排班和到岗记录") % {"time": clock(at)}
    return figure_tile(
        request, name="duty", title=_("值班"), said=said, rows=rows if people else [], empty=_("此刻没有排班。")
    )


@tile_view("matters.read")
def deciding(request: HttpRequest, code: str) -> HttpResponse:
    where = where_of(request.actor, code)
    return draw(request, "command/deciding.html", {"where": where, **deciding_of(request.actor, where, now())})


@tile_view("matters.read")
def stream(request: HttpRequest, code: str) -> HttpResponse:
    where = where_of(request.actor, code)
    return draw(request, "command/stream.html", {"where": where, **stream_of(request.actor, where, now())})
