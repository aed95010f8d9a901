"""What a warning's sentence is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .leaves import Leaf


def says(leaves: Sequence[Leaf], said: Sequence[Any], first: int) -> dict[str, Any]:
    """Of the first leaf that was so: how (above, below, on, off, rises, falls, silent, unusual), quantity, value, limit …;
    of several things also how many (things), which (who), and how many it takes (needed). Of the other leaves the same,
    under `also`. Leaves in the mask `first` come before others."""
    told: list[tuple[bool, dict[str, Any]]] = []
    for n in range(0, len(said), 3):
        nth, value, reference = said[n : n + 3]
        leaf = leaves[nth]
        one: dict[str, Any] = {"how": leaf.how, **leaf.says}
        if leaf.quantity:
            one["quantity"] = leaf.quantity
        if value is not None:
            one["value"] = value
        if isinstance(reference, list):
            one["things"], one["who"] = reference[0], reference[1:]
        elif reference is not None:
            one["usual" if leaf.how == "unusual" else "before"] = reference
        told.append((not first >> nth & 1, one))
    if not told:
        return {}
    told.sort(key=lambda pair: pair[0])
    main = told[0][1]
    return main | ({"also": [one for _after, one in told[1:]]} if len(told) > 1 else {})
