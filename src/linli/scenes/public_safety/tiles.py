"""Tiles: how well what watches over people works, and what warns now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linli.kernel.clock.now import now
from linli.kernel.declare import Severity
from linli.kernel.readings.queries import wall
from linli.parts.jinja import address
from linli.parts.sensing import severity_tone
from linli.parts.tiles import Figure, figures, tile_view

from .devices import DEVICES
from .rules import RULES

_MODELS = [device.name for device in DEVICES]
_RULES = [rule.name for rule in RULES]


@tile_view("things.read")
def sensing_health(request: HttpRequest, code: str) -> HttpResponse:
    """Warnings that stand, the gravest first; and how many devices work or have fallen silent."""
    found = wall.health(request.actor, code, _MODELS, _RULES, at=now())
    warned, things = address("desk:warnings"), address("desk:things")
    grave = {severity: n for severity, n in found.standing.items() if severity >= Severity.ORANGE}
    mild = sum(found.standing.values()) - sum(grave.values())
    rows = [
        Figure(
            _("红色、橙色预警"), str(sum(grave.values())), _("条"), tone=severity_tone(max(grave, default=0)),
            href=f"{warned}?place={code}",
        ),
        Figure(_("黄色、蓝色预警"), str(mild), _("条"), href=f"{warned}?place={code}"),
        Figure(_("在用设备"), str(found.working), _("台"), href=f"{things}?place={code}&state=working"),
        Figure(
            _("失联设备"), str(found.silent), _("台"), tone="orange" if found.silent else "",
            href=f"{things}?place={code}&health=silent",
        ),
    ]  # fmt: skip
    said = _("此刻未恢复的预警 · 来源：设备读数")
    shown = rows if found.working or found.standing else []
    return figures(
        request, name="sensing-health", title=_("消防和燃气感知"), said=said, rows=shown, empty=_("这里没有设备。")
    )
