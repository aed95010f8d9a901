"""Who may do what, where: the one door for permission, and the words of refusal."""

from .actor import ANONYMOUS, SYSTEM, Actor, Via
from .door import act, allows, as_system, covers, holds, look_as, looking_as, require
from .levels import Level, level_of_scope
from .moves import Moves, also, shortest
from .refusal import Conflict, Gone, Invalid, NotAllowed, NotFound, Refused, TooMany
from .roles import PERMISSIONS, REPORTERS, Role, Sees
from .under import under

__all__ = [
    "ANONYMOUS",
    "PERMISSIONS",
    "REPORTERS",
    "SYSTEM",
    "Actor",
    "Conflict",
    "Gone",
    "Invalid",
    "Level",
    "Moves",
    "NotAllowed",
    "NotFound",
    "Refused",
    "Role",
    "Sees",
    "TooMany",
    "Via",
    "act",
    "allows",
    "also",
    "as_system",
    "covers",
    "holds",
    "level_of_scope",
    "look_as",
    "looking_as",
    "require",
    "shortest",
    "under",
]
