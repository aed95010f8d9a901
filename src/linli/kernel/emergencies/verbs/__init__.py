"""The only code that writes emergencies. Each verb is one transaction and one audit record; where the place commands a
street or more, each neighbourhood inside is called besides by a record of its own, so that its wall hears of it."""

from .answering import answer, pass_on_due, read_roll
from .course import change, control, end, move_zone, respond, review, say, told
from .declaring import declare
from .tasks import arrive_task, drop_task, finish_task, open_from_task, set_task, take_task

__all__ = [
    "answer",
    "arrive_task",
    "change",
    "control",
    "declare",
    "drop_task",
    "end",
    "finish_task",
    "move_zone",
    "open_from_task",
    "pass_on_due",
    "read_roll",
    "respond",
    "review",
    "say",
    "set_task",
    "take_task",
    "told",
]
