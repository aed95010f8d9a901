"""What can happen to a joint operation. Only these write."""

from .planning import add_step, change_operation, draft_operation, drop_step
from .running import announce, begin, cancel, end, excuse, link_matter, report, tick, write_line

__all__ = [
    "add_step",
    "announce",
    "begin",
    "cancel",
    "change_operation",
    "draft_operation",
    "drop_step",
    "end",
    "excuse",
    "link_matter",
    "report",
    "tick",
    "write_line",
]
