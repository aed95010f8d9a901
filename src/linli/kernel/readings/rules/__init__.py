"""Rules at work: pure machines that say what becomes of a warning, reading by reading (docs/rules.md)."""

from .compiling import compile_rule
from .machine import Machine
from .samples import Change, Sample, State, Usual

__all__ = ["Change", "Machine", "Sample", "State", "Usual", "compile_rule"]
