"""The demo district: an invented city with people, streets and eighteen months of history, made up from one seed.

Nothing in it exists: names were compared with the national register of divisions, codes begin with 99 (no
province has it), and the ground lies in the open sea.
"""

from __future__ import annotations

from collections.abc import Callable

from linli.kernel.catalogue.modules import modules_of_scenes

DAYS = 548  # eighteen months of history


def fill(progress: Callable[[str], None] | None = None, *, days: int = DAYS) -> bool:
    """Fill the district unless it is there, then its devices; returns whether the district was filled now.

    Each is all or nothing: a district that was filled before there were devices gets them."""
    from linli.kernel.clock.now import now

    from .duty import fill as fill_duty
    from .filling import SEED
    from .filling import fill as fill_all
    from .fleet.filling import fill as place_fleet
    from .hung import hang
    from .noticing import fill as put_up_notices
    from .purses import fill as fill_purses
    from .told_all import publish as publish_table
    from .watched import fill as notice_signs

    filled = fill_all(progress, days=days)
    place_fleet(seed=SEED, until=now(), days=days, say=progress or (lambda _line: None))
    notice_signs(SEED, until=now())
    publish_table(until=now())
    put_up_notices(until=now())
    hang(now())
    fill_duty(until=now())
    for module in modules_of_scenes("demo"):
        module.fill(until=now())
    fill_purses(until=now())
    return filled


def accounts() -> list[dict[str, str]]:
    """Whom to sign in as, for the start page: name, post, username, password."""
    from .staff import PASSWORD, RESIDENTS, shown

    staff = [{"name": c.name, "post": c.told, "username": c.username, "password": PASSWORD} for c in shown()]
    staff += [{"name": n, "post": told, "username": u, "password": PASSWORD} for u, n, told in _of_scenes()]
    return [
        {"name": n, "post": told, "username": phone, "password": ""} for n, phone, _b, told in RESIDENTS
    ] + staff


def _of_scenes() -> list[tuple[str, str, str]]:
    """User name, name and work of whom the scenes' own demos bring along."""
    return [account for module in modules_of_scenes("demo") for account in getattr(module, "ACCOUNTS", ())]


def screens() -> list[dict[str, str]]:
    """As whom to open each screen from the start page."""
    from .hung import links

    return [
        {"screen": "command", "username": "district-duty"},
        {"screen": "desk", "username": "dispatcher"},
        {"screen": "phone", "username": "19900010001"},
        *links(),
    ]
