"""What the pages of signs share: their tabs, words of states, and how an indication's course is drawn."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor
from linli.kernel.signs import queries
from linli.kernel.signs.evidence import Said
from linli.kernel.signs.models import State

from ...shell import draw

HERE = "desk:signs"
PAGES = ((HERE, _("线索")), ("desk:signs_about", _("准不准、怎么看")))
STATES = {
    State.OPEN: (_("待研判"), "warned", "question"),
    State.INSPECTING: (_("核查中"), "accent", "open"),
    State.CONFIRMED: (_("属实"), "done", "done"),
    State.NOT_FOUND: (_("未发现"), "", "minus"),
    State.UNSETTLED: (_("没有结论"), "paused", "clock"),
    State.DISMISSED: (_("不采纳"), "", "minus"),
    State.FADED: (_("已消退"), "", "minus"),
}
WIDTH, HEIGHT, FOOT, HEAD = 320, 96, 16, 14


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, tab: str, status: int = 200
) -> HttpResponse:
    actor: Actor = request.actor
    waiting = queries.waiting(actor)
    tabs = [(reverse(name), words, name == tab, waiting if name == HERE else None) for name, words in PAGES]
    shared = {"tabs": tabs, "states": STATES}
    return draw(request, f"desk/signs/{template}", {**shared, **context}, here=HERE, status=status)


def drawn(said: Said) -> dict[str, Any]:
    """The stretches before as bars, the last one apart; what is usual here and elsewhere as lines. In pixels."""
    values = [*said.past, said.now]
    top = max([*values, said.own.middle, said.alike.middle, 1e-9])
    step = WIDTH / max(len(values), 6)
    ground = HEIGHT - FOOT

    def y(value: float) -> float:
        return round(ground - (ground - HEAD) * max(value, 0) / top, 1)

    bars = [
        {
            "x": round(WIDTH - (len(values) - n) * step + 2, 1),
            "y": y(value),
            "height": round(ground - y(value), 1),
            "value": value,
            "now": n == len(values) - 1,
        }
        for n, value in enumerate(values)
    ]
    return {
        "bars": bars,
        "bar": round(step - 4, 1),
        "ground": ground,
        "own": y(said.own.middle),
        "alike": y(said.alike.middle),
        "width": WIDTH,
        "height": HEIGHT,
        "left": bars[0]["x"],
    }
