"""The monthly report 月报: what it says (`contents`), and how it is set (`paper`) and tabled (`sheets`)."""

from .contents import contents
from .paper import NoFont, set_pdf
from .parts import Contents
from .sheets import make_xlsx

__all__ = ["Contents", "NoFont", "contents", "make_xlsx", "set_pdf"]
