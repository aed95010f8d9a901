"""The condition of an installation, as findings an operator can act on. `linli check` prints them."""

from linli.project.condition.examine import examine
from linli.project.condition.finding import Finding

__all__ = ["Finding", "examine"]
