"""What can be wrong with an engine, as a sentence an operator can act on."""

from __future__ import annotations


class EngineFault(Exception):
    """The database cannot be had. `str()` is the sentence to print; there is no use in a traceback."""
