"""What city management shows on a command wall."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.parts.page import Tile

TILES = (
    Tile(
        "surroundings",
        "command",
        "city_management:surroundings",
        _("空气和水"),
        needs="things.read",
        hears=("reading",),
    ),
)
