"""What an act on places did to their codes: read from its audit record, which is all that other rooms are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linli.kernel.access import Moves
from linli.kernel.audit.models import Record

VERBS = frozenset({"places.recode", "places.merge", "places.split"})


def of_recode(old: str, new: str) -> Moves:
    return Moves({old: new}, {}, {})


def of_merge(leaving: Sequence[str], into: str, recoded: Mapping[str, str]) -> Moves:
    return Moves(dict(recoded), dict.fromkeys(leaving, into), {})


def of_split(code: str, into: Sequence[str], heir: str, recoded: Mapping[str, str]) -> Moves:
    return Moves(dict(recoded), {code: heir}, {code: tuple(into)})


def moves_of(record: Record) -> Moves:
    """The moves a record of one of VERBS tells; none for any other.

    Records from before there were heirs name none: the first part of a split is it, as in the successions.
    """
    before: Mapping[str, Any] = record.before or {}
    after: Mapping[str, Any] = record.after or {}
    if record.verb == "places.recode":
        return of_recode(before["code"], after["code"])
    if record.verb == "places.merge":
        return of_merge(after["from"], after["into"], after["recoded"])
    if record.verb == "places.split":
        return of_split(record.place_code, after["into"], after.get("heir", after["into"][0]), after["recoded"])
    return Moves({}, {}, {})
