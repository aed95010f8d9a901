"""Asking about people: who acts, in which post, whom to turn to, and who looked at whom."""

from ..looks import Look
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
from .persons import (
    Agreed,
    Farewell,
    Mandate,
    agrees,
    consents_of,
    farewell,
    households_at,
    mandates_of,
    proxies_of,
    self_of,
    who_looked,
)

__all__ = [
    "AccountRow",
    "Agreed",
    "Farewell",
    "Look",
    "Mandate",
    "SessionRow",
    "accounts",
    "actor_for_key",
    "actor_in",
    "actor_now",
    "actor_of",
    "address_of",
    "agrees",
    "appointments",
    "consents_of",
    "farewell",
    "households_at",
    "keys",
    "mandates_of",
    "posts_in",
    "posts_of",
    "proxies_of",
    "recovery_codes_left",
    "self_of",
    "sessions_of",
    "unit_for",
    "who_looked",
]
