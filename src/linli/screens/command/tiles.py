"""The wall's own tiles: what the kernel's rooms say of a place. The scenes' stand beside them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.parts.page import Tile

TILES = (
    Tile("today", "command", "command:today", _("今日"), needs="figures.read", hears=("matter",)),
    Tile("duty", "command", "command:duty", _("值班"), needs="duty.read", hears=("shift", "roster")),
    Tile(
        "deciding", "command", "command:deciding", _("待决定"), zone="right", needs="matters.read",
        hears=("matter", "warning", "incident"),
    ),
    Tile("stream", "command", "command:stream", _("实时动态"), zone="foot", needs="matters.read", hears=("matter",)),
)  # fmt: skip
