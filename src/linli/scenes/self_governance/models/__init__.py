"""What volunteers do: activities and their shifts, who signed up, what was certified and contested.

**Who sees which rows (row level security).** A published activity and its shifts are for everybody, signed in or not. A
sign-up, what was certified and what was contested show themselves to the volunteer, and to those who work at its place.
"""

from .activities import Activity, Shift
from .signups import Appeal, SignUp

__all__ = ["Activity", "Appeal", "Shift", "SignUp"]
