"""通知: a notice written once for every screen, its versions, what was sent of it and who opened it.

**Who sees which rows (row level security).** A notice for everybody is public once it was published; one for
residents shows itself to whoever is signed in as one, one for staff to the staff of its place. Before that it is seen by
the staff whose scope holds its place. What was sent and who opened it is seen by the person alone: the room counts with
the system's eyes and says numbers.
"""

from .delivery import Delivery, Mailing, Opening, Preference, Shown, Subscription, Tally
from .notice import CHANNELS, SCREENS, Audience, Level, Notice, State, Version, VersionState

__all__ = [
    "CHANNELS",
    "SCREENS",
    "Audience",
    "Delivery",
    "Level",
    "Mailing",
    "Notice",
    "Opening",
    "Preference",
    "Shown",
    "State",
    "Subscription",
    "Tally",
    "Version",
    "VersionState",
]
