"""How one wall is set: its layout, and its tour. Kept with the wall itself (a cookie), because a wall is a place, not a
person: whoever signs in before it finds it as it hangs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

LAYOUT, TOUR = "wall_layout", "wall_tour"
"""Cookies. `TOUR`: seconds at each place, 0 for none."""
LAYOUTS = {
    "map": _("地图为主"),
    "figures": _("数字为主"),
    "warnings": _("待办为主"),
    "wide": _("超宽屏"),
}
TOURS = (0, 15, 30, 60, 120)


def chosen(request: HttpRequest) -> dict[str, Any]:
    """`layout`, `tour`, and what there is to choose from."""
    layout = request.COOKIES.get(LAYOUT, "")
    tour = request.COOKIES.get(TOUR, "")
    return {
        "layout": layout if layout in LAYOUTS else "map",
        "layouts": LAYOUTS,
        "tour": int(tour) if tour.isdecimal() and int(tour) in TOURS else 0,
        "tours": TOURS,
    }
