"""What can happen to a thing. Only these write."""

from .agreeing import RENEWED, agree, ask, sign
from .changing import change_owner, move, rename, retire, return_to_use, set_interval
from .claiming import claim, issue_codes, peek
from .following import follow_intervals
from .keys import Issued, issue, revoke, rotate
from .looking import look
from .many import NewThing, Taken, register_many
from .meeting import met
from .ordering import order, withdraw_order
from .place_upkeep import end_place_maintenance, maintain_place
from .registering import Registered, register
from .renewing import expire, renew
from .signers import Signer
from .strangers import claim_stranger, dismiss_stranger
from .upkeep import end_maintenance, maintain, note_upkeep
from .withdrawing import decline, end_agreement, withdraw

__all__ = [
    "RENEWED",
    "Issued",
    "NewThing",
    "Registered",
    "Signer",
    "Taken",
    "agree",
    "ask",
    "change_owner",
    "claim",
    "claim_stranger",
    "decline",
    "dismiss_stranger",
    "end_agreement",
    "end_maintenance",
    "end_place_maintenance",
    "expire",
    "follow_intervals",
    "issue",
    "issue_codes",
    "look",
    "maintain",
    "maintain_place",
    "met",
    "move",
    "note_upkeep",
    "order",
    "peek",
    "register",
    "register_many",
    "rename",
    "renew",
    "retire",
    "return_to_use",
    "revoke",
    "rotate",
    "set_interval",
    "sign",
    "withdraw",
    "withdraw_order",
]
