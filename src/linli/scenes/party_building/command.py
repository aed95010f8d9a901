"""What party building shows on a command wall."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.parts.page import Tile

TILES = (
    Tile("party-branches", "command", "party_building:branches_tile", _("党建引领"), zone="right", needs="command.read", hears=("party", "wish")),
)  # fmt: skip
