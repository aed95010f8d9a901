"""Who is on duty where and when 值班: rosters, shifts, what is asked about them, and positions while on duty."""

from .asking import Cover, Leave, Swap
from .position import Position
from .roster import Month, Roster, Slot
from .shift import Shift, Stands

__all__ = ["Cover", "Leave", "Month", "Position", "Roster", "Shift", "Slot", "Stands", "Swap"]
