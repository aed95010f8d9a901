"""What can happen to points. Only these write."""

from .appealing import appeal, decide_appeal, see_told, take_appeal
from .awarding import Award, award, award_each, deduct
from .clearing import settle
from .closing import close_period
from .common import Evidence
from .expiring import begin_lots, tick_due
from .moving import post, transfer, void
from .opening import open_account
from .reversing import reverse

__all__ = [
    "Award",
    "Evidence",
    "appeal",
    "award",
    "award_each",
    "begin_lots",
    "close_period",
    "decide_appeal",
    "deduct",
    "open_account",
    "post",
    "reverse",
    "see_told",
    "settle",
    "take_appeal",
    "tick_due",
    "transfer",
    "void",
]
