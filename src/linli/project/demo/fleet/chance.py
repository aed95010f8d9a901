"""Chance that is the same whenever it is asked: numbers from a seed and a place in time. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_MASK = (1 << 64) - 1


def seed_of(text: str) -> int:
    """A seed of 64 bits from words, alike in every process (FNV-1a)."""
    seed = 0xCBF29CE484222325
    for byte in text.encode():
        seed = (seed ^ byte) * 0x100000001B3 & _MASK
    return seed


def chance(seed: int, number: int) -> float:
    """Uniform from 0 to 1, of a seed and a whole number (splitmix64)."""
    z = (seed + number * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & _MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & _MASK
    return ((z ^ (z >> 31)) >> 11) / (1 << 53)


def chances(seed: int, numbers: Any) -> Array:
    """`chance` of many numbers at once."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + (np.asarray(numbers, dtype=np.int64).astype(np.uint64) + np.uint64(1)) * np.uint64(
            0x9E3779B97F4A7C15
        )
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def wander(seed: int, times: Array, period: float) -> Array:
    """A value from -1 to 1 that goes smoothly to another within `period` seconds."""
    step = times / period
    bucket = np.floor(step)
    along = step - bucket
    along = along * along * (3 - 2 * along)
    numbers = bucket.astype(np.int64)
    return 2 * (chances(seed, numbers) * (1 - along) + chances(seed, numbers + 1) * along) - 1


def rough(seed: int, times: Array) -> Array:
    """A value from -1 to 1 of its own at every second."""
    return 2 * chances(seed, np.floor(times).astype(np.int64)) - 1


def episode(seed: int, at: float, period: float, share: float, least: float, most: float) -> float | None:
    """How long something has been going on that happens in this `share` of the periods and lasts from `least` to `most`
    seconds (shorter than the period); None while it does not."""
    for bucket in (int(at // period), int(at // period) - 1):
        if chance(seed, bucket * 3) < share:
            begun = bucket * period + chance(seed, bucket * 3 + 1) * period
            lasts = least + chance(seed, bucket * 3 + 2) * (most - least)
            if begun <= at < begun + lasts:
                return at - begun
    return None
