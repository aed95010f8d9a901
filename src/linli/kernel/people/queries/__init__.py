"""Asking about people: who acts, in which post, whom to turn to, and who looked at whom."""

from .accounts import (
    AccountRow,
    SessionRow,
    accounts,
    appointments,
    keys,
    posts_in,
    recovery_codes_left,
    sessions_of,
)
from .actors import actor_for_key, actor_in, actor_now, actor_of, address_of, posts_of, unit_for
from .persons import Look, household_of, persons_at, self_of, who_looked

__all__ = [
    "AccountRow",
    "Look",
    "SessionRow",
    "accounts",
    "actor_for_key",
    "actor_in",
    "actor_now",
    "actor_of",
    "address_of",
    "appointments",
    "household_of",
    "keys",
    "persons_at",
    "posts_in",
    "posts_of",
    "recovery_codes_left",
    "self_of",
    "sessions_of",
    "unit_for",
    "who_looked",
]
