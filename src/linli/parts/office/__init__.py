"""Forms of kernel verbs, declared: their fields, how they are read, what is done with them. For every screen and scene."""

from .acts import Act, ActForm, Options, serve
from .collecting import collect
from .fields import Fault, Field, Kind, Word, in_our_time, read

__all__ = ["Act", "ActForm", "Fault", "Field", "Kind", "Options", "Word", "collect", "in_our_time", "read", "serve"]
