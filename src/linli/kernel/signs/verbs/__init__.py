"""What can happen to suggestions: the only code that writes them."""

from .contesting import answer_contest, contest
from .deciding import accept, dismiss, open_suggestion
from .following import FOLLOWS, follow
from .looking import look, look_when_due
from .setting import set_sign
from .tidying import tidy

__all__ = [
    "FOLLOWS",
    "accept",
    "answer_contest",
    "contest",
    "dismiss",
    "follow",
    "look",
    "look_when_due",
    "open_suggestion",
    "set_sign",
    "tidy",
]
