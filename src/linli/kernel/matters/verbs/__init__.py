"""What can happen to a matter: the only code that writes one."""

from .answering import accept, decline, move, reclassify
from .answering_orders import reply_order, return_order, settle_order
from .asking import answer, ask, comment
from .assigning import assign, finish_part, give_back, hand_over, take
from .contact import read_contact
from .finishing import close, decide_write_off, report_done, verify
from .joining import link, merge, split, unmerge
from .mentioning import Mention, Mentions, find_mentions
from .numbers import set_numbers
from .on_the_spot import arrive, found, go
from .opening import open_matter
from .publishing import publish
from .redacting import redact
from .reporting import rate, reopen, withdraw
from .supervising import pass_order, supervise, urge_order, withdraw_order
from .theirs import read_theirs
from .timing import ask_extension, ask_write_off, decide_extension, pause, resume

__all__ = [
    "Mention",
    "Mentions",
    "accept",
    "answer",
    "arrive",
    "ask",
    "ask_extension",
    "ask_write_off",
    "assign",
    "close",
    "comment",
    "decide_extension",
    "decide_write_off",
    "decline",
    "find_mentions",
    "finish_part",
    "found",
    "give_back",
    "go",
    "hand_over",
    "link",
    "merge",
    "move",
    "open_matter",
    "pass_order",
    "pause",
    "publish",
    "rate",
    "read_contact",
    "read_theirs",
    "reclassify",
    "redact",
    "reopen",
    "reply_order",
    "report_done",
    "resume",
    "return_order",
    "set_numbers",
    "settle_order",
    "split",
    "supervise",
    "take",
    "unmerge",
    "urge_order",
    "verify",
    "withdraw",
    "withdraw_order",
]
