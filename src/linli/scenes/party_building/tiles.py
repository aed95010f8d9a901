"""The tile of the wall: what branches did where, in figures that name nobody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linli.kernel.clock.now import now
from linli.parts.tiles import Figure, figures, tile_view

from .queries.figures import at_place


@tile_view("command.read")
def branches(request: HttpRequest, code: str) -> HttpResponse:
    """Branches, meetings held this month, duties that were missed and not made up for, wishes open and fulfilled."""
    found = at_place(code, now())
    rows = [
        Figure(_("党支部"), str(found.branches), _("个")),
        Figure(_("本月组织生活"), str(found.meetings), _("次")),
        Figure(_("未按期开展"), str(found.missed), _("项"), tone="red" if found.missed else ""),
        Figure(_("微心愿待认领"), str(found.wishes.open), _("个"), tone="orange" if found.wishes.open else ""),
        Figure(_("微心愿已实现"), str(found.wishes.thanked), _("个")),
    ]
    said = _("组织生活为本月，微心愿为近一年 · 来源：党建")
    shown = rows if found.branches else []
    return figures(
        request, name="party-branches", title=_("党建引领"), said=said, rows=shown, empty=_("这里没有党支部。")
    )
