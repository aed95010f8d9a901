"""Everything that can happen to a display: the only code of this room that writes."""

from .binding import bind_tv, bind_tv_for
from .changing import move, rename
from .confirming import Asked, asked, confirm_board
from .demo import demo_displays
from .moving import MOVES, follow_homes
from .opening import Shown, show_code
from .revoking import revoke
from .seeing import seen, tidy

__all__ = [
    "MOVES",
    "Asked",
    "Shown",
    "asked",
    "bind_tv",
    "bind_tv_for",
    "confirm_board",
    "demo_displays",
    "follow_homes",
    "move",
    "rename",
    "revoke",
    "seen",
    "show_code",
    "tidy",
]
