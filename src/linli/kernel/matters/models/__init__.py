"""What is stored about matters, and the constraints that make wrong data impossible."""

from .matter import ERASED_WORDS, FINAL, OPEN, Leg, Matter, Stage, State
from .numbers import KindNumbers
from .order import Order, Phase, SentBack
from .steps import Assignment, Attachment, Link, Pause, Question, Request

__all__ = [
    "ERASED_WORDS",
    "FINAL",
    "OPEN",
    "Assignment",
    "Attachment",
    "KindNumbers",
    "Leg",
    "Link",
    "Matter",
    "Order",
    "Pause",
    "Phase",
    "Question",
    "Request",
    "SentBack",
    "Stage",
    "State",
]
