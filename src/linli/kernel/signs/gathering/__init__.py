"""What indications look at, gathered for one street: a course for each place, now and in the stretches before."""

from datetime import datetime

from linli.kernel.declare import Indication, Matters, Readings, Sign

from .course import Course, Seen
from .matters import reported
from .readings import measured
from .rows import told

__all__ = ["Course", "Seen", "gather"]


def gather(sign: Sign, indication: Indication, street: str, until: datetime) -> Seen:
    """Everything of a street up to a local midnight. With the system's eyes."""
    looks = indication.looks
    if isinstance(looks, Matters):
        return reported(sign, indication, looks, street, until)
    if isinstance(looks, Readings):
        return measured(sign, indication, looks, street, until)
    return told(sign, indication, looks, street, until)
