"""What can happen to figures: they follow what is recorded, and are made anew."""

from .following import FOLLOWS, follow
from .recomputing import Difference, compare, recompute
from .reporting import ask_report, begin_months, make_reports
from .weighing import set_weights

__all__ = [
    "FOLLOWS",
    "Difference",
    "ask_report",
    "begin_months",
    "compare",
    "follow",
    "make_reports",
    "recompute",
    "set_weights",
]
