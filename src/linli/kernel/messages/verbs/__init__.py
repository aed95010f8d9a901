"""The only code that writes messages."""

from .choosing import set_off
from .reading import open_message, read_all
from .telling import Telling, tell, tell_each

__all__ = ["Telling", "open_message", "read_all", "set_off", "tell", "tell_each"]
