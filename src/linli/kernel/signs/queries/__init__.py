"""What can be asked about suggestions."""

from .eyes import near_enough
from .figures import Figures, figures
from .listing import Page, listing, waiting
from .mine import Mine, mine
from .one import Course, One, one

__all__ = [
    "Course",
    "Figures",
    "Mine",
    "One",
    "Page",
    "figures",
    "listing",
    "mine",
    "near_enough",
    "one",
    "waiting",
]
