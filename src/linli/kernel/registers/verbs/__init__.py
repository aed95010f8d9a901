"""What can happen to what is known. Only these write."""

from .bulk import Taken, bulk_facts
from .contesting import answer_contest, ask_again, contest
from .deciding import decide
from .entering import Entered, enter
from .erasing import erase_due
from .finding import Found, Hit, find
from .local import add_element, retire_element, retire_form, save_form
from .moving import MOVES, follow_homes
from .owning import fill_own, own_forms, own_sheet
from .reading import Line, Said, Sheet, read_facts, unmask
from .rounds import drop_visit, miss_visit, plan_round, plan_visits
from .setwise import NewFact
from .waiting import drop_waiting, forget_waiting, refused_of, register_waiting, waiting_of

__all__ = [
    "MOVES",
    "Entered",
    "Found",
    "Hit",
    "Line",
    "NewFact",
    "Said",
    "Sheet",
    "Taken",
    "add_element",
    "answer_contest",
    "ask_again",
    "bulk_facts",
    "contest",
    "decide",
    "drop_visit",
    "drop_waiting",
    "enter",
    "erase_due",
    "fill_own",
    "find",
    "follow_homes",
    "forget_waiting",
    "miss_visit",
    "own_forms",
    "own_sheet",
    "plan_round",
    "plan_visits",
    "read_facts",
    "refused_of",
    "register_waiting",
    "retire_element",
    "retire_form",
    "save_form",
    "unmask",
    "waiting_of",
]
