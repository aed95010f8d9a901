"""Some thirty thousand people in their households: who lives where, with whom, how old, with which phone."""

from __future__ import annotations

import random
from dataclasses import dataclass

from . import names
from .geography import District

EMPTY = 0.10  # share of homes that stand empty
# A mobile number by its form; 199 with a middle block of zeros is the demo's own.
PHONE = "1990000{:04d}"
DEMO_PHONES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    name: str
    place_code: str
    address: str
    birth_year: int
    relation: str
    phone: str = ""

    @property
    def household(self) -> str:
        return self.place_code


# What households are made of: (relation, age from, age to) of each member, and how often, in old, new and mixed.
_COUPLE = (("head", 27, 70), ("spouse", 27, 70))
_FAMILIES: tuple[tuple[tuple[tuple[str, int, int], ...], tuple[int, int, int]], ...] = (
    ((("head", 66, 92),), (16, 3, 10)),
    ((("head", 60, 88), ("spouse", 60, 88)), (22, 7, 16)),
    ((("head", 24, 48),), (8, 12, 10)),
    (_COUPLE, (12, 16, 14)),
    ((("head", 28, 46), ("spouse", 27, 45), ("child", 0, 16)), (16, 30, 20)),
    ((("head", 32, 46), ("spouse", 30, 45), ("child", 3, 17), ("child", 0, 9)), (4, 14, 7)),
    ((("head", 32, 50), ("spouse", 31, 50), ("child", 1, 18), ("parent", 58, 84)), (8, 12, 8)),
    ((("tenant", 20, 38), ("tenant", 20, 38)), (8, 4, 8)),
    ((("tenant", 22, 45), ("tenant", 20, 42), ("tenant", 1, 12)), (6, 2, 7)),
)


def settle(district: District, seed: int, year: int) -> list[Resident]:
    """Everybody, home by home; the same for the same seed and year."""
    rng = random.Random(f"residents {seed}")
    styles = {code: style for code, _name, style, _hoods in names.STREETS}
    column = {"old": 0, "new": 1, "mixed": 2}
    families = [family for family, _weights in _FAMILIES]
    weights = {style: [w[i] for _family, w in _FAMILIES] for style, i in column.items()}
    everybody: list[Resident] = []
    phones = iter(rng.sample(range(DEMO_PHONES), DEMO_PHONES))
    for code, address, _lon, _lat in district.homes:
        if rng.random() < EMPTY:
            continue
        family = rng.choices(families, weights[styles[code[:9]]])[0]
        surname = rng.choice(names.SURNAMES)
        for relation, youngest, oldest in family:
            age = rng.randint(youngest, oldest)
            own = surname if relation in ("head", "child") else rng.choice(names.SURNAMES)
            number = next(phones, None) if relation in ("head", "tenant") and age < 90 else None
            everybody.append(
                Resident(
                    name=own + _given(rng, age),
                    place_code=code,
                    address=address,
                    birth_year=year - age,
                    relation=relation,
                    phone="" if number is None else PHONE.format(number),
                )
            )
    return everybody


def _given(rng: random.Random, age: int) -> str:
    letters = names.GIVEN_OLD if age > 58 else names.GIVEN_MIDDLE if age > 32 else names.GIVEN_YOUNG
    return "".join(rng.choice(letters) for _ in range(1 if rng.random() < 0.28 else 2))
