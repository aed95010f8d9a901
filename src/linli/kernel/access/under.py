"""Rows at or below codes, as a condition that an index on `place_code` serves."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q


def under(prefixes: Iterable[str]) -> Q:
    """Where `place_code` (COLLATE "C") is one of the codes or lies below one; nowhere for none."""
    inside = Q(pk__in=[])
    for prefix in prefixes:
        inside |= Q(place_code__gte=prefix, place_code__lt=f"{prefix}:")  # ":" follows "9"
    return inside
