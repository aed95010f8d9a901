"""Which things lie where: the condition that finds the index of a prefix, at any level of the tree of places."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q

from linli.kernel.access import Actor, shortest

_STORED = {4: "p4", 6: "p6", 9: "p9", 12: "p12"}


def lying_in(actor: Actor, place_code: str = "") -> Q:
    """Things of the actor's scope that lie in a place ("" is all of the scope). PostgreSQL asks again, row by row."""
    scopes = ("",) if actor.scope == "*" else actor.scopes
    narrowed = (_narrower(scope, place_code) for scope in scopes)
    prefixes = shortest(prefix for prefix in narrowed if prefix is not None)
    if not prefixes:
        return Q(pk__in=[])
    return reduce(or_, map(_inside, prefixes))


def _narrower(scope: str, place_code: str) -> str | None:
    """The narrower of the two; None when they have nothing in common."""
    if place_code.startswith(scope):
        return place_code
    return scope if scope.startswith(place_code) else None


def _inside(prefix: str) -> Q:
    if not prefix:
        return Q()
    if column := _STORED.get(len(prefix)):
        return Q(**{column: prefix})
    if len(prefix) > 12:
        return Q(p12=prefix[:12], place_code__startswith=prefix)
    return Q(place_code__gte=prefix, place_code__lt=f"{prefix}:")  # ":" follows "9"
