"""The levels of government a post can stand on, read off the length of its scope.

A scope is a place-code prefix; see *Places are codes* in docs/house.md.
"""

from enum import IntEnum


class Level(IntEnum):
    """Higher number, wider scope: a supervision order goes from a higher level to a lower one."""

    NONE = 0
    GRID = 1
    NEIGHBOURHOOD = 2
    STREET = 3
    DISTRICT = 4
    CITY = 5
    PROVINCE = 6
    SYSTEM = 9


_BY_LENGTH = {
    2: Level.PROVINCE,
    4: Level.CITY,
    6: Level.DISTRICT,
    9: Level.STREET,
    12: Level.NEIGHBOURHOOD,
    15: Level.GRID,
}


def level_of_scope(scope: str) -> Level:
    """The level whose posts have this scope; NONE for a scope that is no level's."""
    return Level.SYSTEM if scope == "*" else _BY_LENGTH.get(len(scope), Level.NONE)
