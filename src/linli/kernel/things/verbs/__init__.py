"""What can happen to a thing. Only these write."""

from .changing import change_owner, move, rename, retire, return_to_use, set_interval
from .claiming import claim, issue_codes, peek
from .keys import Issued, issue, revoke, rotate
from .many import NewThing, Taken, register_many
from .registering import Registered, register
from .strangers import claim_stranger, dismiss_stranger
from .upkeep import end_maintenance, maintain, note_upkeep

__all__ = [
    "Issued",
    "NewThing",
    "Registered",
    "Taken",
    "change_owner",
    "claim",
    "claim_stranger",
    "dismiss_stranger",
    "end_maintenance",
    "issue",
    "issue_codes",
    "maintain",
    "move",
    "note_upkeep",
    "peek",
    "register",
    "register_many",
    "rename",
    "retire",
    "return_to_use",
    "revoke",
    "rotate",
    "set_interval",
]
