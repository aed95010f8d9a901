"""Drawn pictures for the demo: what a reporter's photo would show, plainly a drawing and marked as one.

The same kind and number give the same bytes. They are few and small, so that filling the district stays quick.
"""

from __future__ import annotations

import io
import random
from functools import cache

from PIL import ImageFont

from .ground import SIZE, Sheet
from .motifs import MOTIFS, Motif

VARIANTS = 2
MARK = "Linli demo · drawn, not a photo"


def shows(kind: str) -> bool:
    """Whether there is a drawing for a kind of matter."""
    return kind in MOTIFS


def picture(kind: str, number: int) -> bytes:
    """A JPEG of 640 × 480 for a kind of matter; `number` chooses among a few."""
    return _drawn(MOTIFS[kind], number % VARIANTS)


def nothing(number: int) -> bytes:
    """A picture of a place where nothing is the matter."""
    return _drawn(_bare, number % VARIANTS)


def _bare(_sheet: Sheet) -> None:
    pass


@cache
def _drawn(motif: Motif, number: int) -> bytes:
    sheet = Sheet(random.Random(f"drawn {motif.__name__} {number}"))
    motif(sheet)
    small = sheet.image.reduce(2)
    _sign(Sheet.over(small))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=88)
    return out.getvalue()


def _sign(sheet: Sheet) -> None:
    width, height = SIZE[0] // 2, SIZE[1] // 2
    font = ImageFont.load_default(13)
    left = width - sheet.pen.textlength(MARK, font=font) - 16
    sheet.pen.rectangle((left - 8, height - 28, width, height), fill="#1c2430")
    sheet.pen.text((left, height - 22), MARK, font=font, fill="#fbfaf7")
