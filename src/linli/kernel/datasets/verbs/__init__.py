"""What can happen to data sets: the only code that writes."""

from .deciding import PERMISSION as DECIDING
from .deciding import choose, neither, open_doubt, reopen
from .declaring import change_declaration, close_set, declare_set
from .fetching import ask_now, came, did_not_come, set_source, stop_source, take_source
from .publishing import publish, withdraw_publication
from .queueing import queue, withdraw
from .running import fail, run, take
from .sharing import approve, ask, download, end, give, make_key, refuse
from .tidying import tidy

__all__ = [
    "DECIDING",
    "approve",
    "ask",
    "ask_now",
    "came",
    "change_declaration",
    "choose",
    "close_set",
    "declare_set",
    "did_not_come",
    "download",
    "end",
    "fail",
    "give",
    "make_key",
    "neither",
    "open_doubt",
    "publish",
    "queue",
    "refuse",
    "reopen",
    "run",
    "set_source",
    "stop_source",
    "take",
    "take_source",
    "tidy",
    "withdraw",
    "withdraw_publication",
]
