"""Asking about displays: which one this is, with whose eyes it looks, which there are."""

from .eyes import household_of, own_eyes, public_eyes
from .finding import by_key, one
from .listing import AWAY, Row, listing, mine

__all__ = ["AWAY", "Row", "by_key", "household_of", "listing", "mine", "one", "own_eyes", "public_eyes"]
