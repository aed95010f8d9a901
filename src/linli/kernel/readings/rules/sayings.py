"""What a warning's sentence is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .leaves import Leaf

_REFERENCES = {"unusual": "usual", "together": "who"}


def says(leaves: Sequence[Leaf], said: Sequence[Any], first: int) -> dict[str, Any]:
    """Of the first leaf that was so: how (above, below, on, off, rises, falls, silent, unusual, together), quantity,
    value, limit …; of the others the same, under `also`. Leaves in the mask `first` come before others."""
    told: list[tuple[bool, dict[str, Any]]] = []
    for n in range(0, len(said), 3):
        nth, value, reference = said[n : n + 3]
        leaf = leaves[nth]
        one: dict[str, Any] = {"how": leaf.how, **leaf.says}
        if leaf.quantity:
            one["quantity"] = leaf.quantity
        if value is not None:
            one["value"] = value
        if reference is not None:
            one[_REFERENCES.get(leaf.how, "before")] = reference
        told.append((not first >> nth & 1, one))
    if not told:
        return {}
    told.sort(key=lambda pair: pair[0])
    main = told[0][1]
    return main | ({"also": [one for _after, one in told[1:]]} if len(told) > 1 else {})
