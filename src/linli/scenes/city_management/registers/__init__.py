"""What a neighbourhood keeps books of: people, old people living alone, homes that are let, shops; asked once, shared."""

from .elements import ELEMENTS
from .forms import FORMS

__all__ = ["ELEMENTS", "FORMS"]
