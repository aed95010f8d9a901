"""Which quantity stands where in a reading's values."""

from __future__ import annotations

from collections.abc import Iterable

from linli.kernel.things.models import Slot


def of(models: Iterable[str]) -> dict[str, dict[str, int]]:
    """Model → quantity → slot, in one query."""
    found: dict[str, dict[str, int]] = {model: {} for model in models}
    for model, quantity, slot in Slot.objects.filter(model__in=found).values_list("model", "quantity", "slot"):
        found[model][quantity] = slot
    return found
