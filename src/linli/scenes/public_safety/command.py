"""What public safety shows on a command wall."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.parts.page import Tile

TILES = (
    Tile(
        "sensing-health", "command", "public_safety:sensing_health", _("消防和燃气感知"), needs="things.read",
        hears=("warning", "incident", "thing"),
    ),
)  # fmt: skip
