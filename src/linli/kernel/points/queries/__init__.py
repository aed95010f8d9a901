"""Asking about points: what somebody has, and how it came about."""

from .balances import Balance, Expiring, mine, of_person, of_unit, one
from .statement import Line, Proof, Statement, statement

__all__ = ["Balance", "Expiring", "Line", "Proof", "Statement", "mine", "of_person", "of_unit", "one", "statement"]
