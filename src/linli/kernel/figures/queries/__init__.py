"""What can be asked of figures."""

from .counting import Group, count
from .eyes import together
from .periods import Period, month_of
from .scope import Scope, scope_of
from .standing import Standing, standing
from .today import Moment, Today, today

__all__ = [
    "Group", "Moment", "Period", "Scope", "Standing", "Today", "count", "month_of", "scope_of", "standing", "today", "together",
]  # fmt: skip
