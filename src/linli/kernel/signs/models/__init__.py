"""What is kept of signs: suggestions for inspection of a place, what became of them, and how far the nightly look has come."""

from .look import Look, Setting
from .suggestion import ENDED, LIVE, State, Suggestion

__all__ = ["ENDED", "LIVE", "Look", "Setting", "State", "Suggestion"]
