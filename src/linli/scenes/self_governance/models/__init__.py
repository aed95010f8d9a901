"""What volunteers do: activities and their shifts, who signed up, what was certified and contested, and the record of it.

**Who sees which rows (row level security).** A published activity and its shifts are for everybody, signed in or not. A
sign-up, what was certified and what was contested show themselves to the volunteer, and to those who work at its place;
so does the record of a volunteer.
"""

from .activities import Activity, Shift
from .helping import Offer, Request
from .integrity import Deduction
from .records import Certificate, Commendation, Line, Training, Volunteer
from .shops import Card, Charge, Keeper, Settlement, Shop
from .signups import Appeal, SignUp

__all__ = [
    "Activity",
    "Appeal",
    "Card",
    "Certificate",
    "Charge",
    "Commendation",
    "Deduction",
    "Keeper",
    "Line",
    "Offer",
    "Request",
    "Settlement",
    "Shift",
    "Shop",
    "SignUp",
    "Training",
    "Volunteer",
]
