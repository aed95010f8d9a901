"""The demo district: an invented city with people, streets and eighteen months of history, made up from one seed.

Nothing in it exists: names were compared with the national register of divisions, codes begin with 99 (no
province has it), and the ground lies in the open sea.
"""

from __future__ import annotations

from collections.abc import Callable

DAYS = 548  # eighteen months of history


def fill(progress: Callable[[str], None] | None = None, *, days: int = DAYS) -> bool:
    """Fill the district unless it is there; returns whether it was filled now. All or nothing."""
    from .filling import fill as fill_all

    return fill_all(progress, days=days)


def accounts() -> list[dict[str, str]]:
    """Whom to sign in as, for the start page: name, post, username, password."""
    from .staff import PASSWORD, RESIDENTS, shown

    staff = [{"name": c.name, "post": c.told, "username": c.username, "password": PASSWORD} for c in shown()]
    return [
        {"name": n, "post": told, "username": phone, "password": ""} for n, phone, _b, told in RESIDENTS
    ] + staff
