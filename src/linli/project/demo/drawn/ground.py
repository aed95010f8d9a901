"""The paper of the drawings, and the places they show: a street by day or night, a road from above, a stairwell."""

from __future__ import annotations

import random
from typing import Self

from PIL import Image, ImageDraw

SIZE = (1280, 960)  # twice what is kept: halving makes the edges smooth
HORIZON = 560
Box = tuple[float, float, float, float]

DAYS = (("#cfe0ea", "#d9d4c7", "#c4bfb2"), ("#e6e3da", "#cfd3cf", "#b9beba"), ("#bcd3e0", "#e0d3c0", "#c8b9a4"))


class Sheet:
    """One drawing: an image, a pen, and dice of its own."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.image = Image.new("RGB", SIZE, "#e6e3da")
        self.pen = ImageDraw.Draw(self.image)

    @classmethod
    def over(cls, image: Image.Image) -> Self:
        sheet = cls.__new__(cls)
        sheet.rng, sheet.image, sheet.pen = random.Random(0), image, ImageDraw.Draw(image)
        return sheet

    def box(self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> None:
        corners = (x, y, x + width, y + height)
        if radius:
            self.pen.rounded_rectangle(corners, radius, fill=fill)
        else:
            self.pen.rectangle(corners, fill=fill)

    def disc(self, x: float, y: float, across: float, upward: float, fill: str) -> None:
        self.pen.ellipse((x - across, y - upward, x + across, y + upward), fill=fill)

    def blob(self, x: float, y: float, across: float, upward: float, fill: str) -> None:
        """An uneven round thing: a heap, a puddle, the crown of a tree."""
        for _ in range(9):
            dx, dy = self.rng.uniform(-0.55, 0.55) * across, self.rng.uniform(-0.45, 0.45) * upward
            self.disc(x + dx, y + dy, across * 0.55, upward * 0.6, fill)

    def shade(self, box: Box, colour: str, strength: float) -> None:
        """A veil over a part: night, shadow."""
        area = tuple(int(value) for value in box)
        part = self.image.crop(area)
        self.image.paste(Image.blend(part, Image.new("RGB", part.size, colour), strength), area[:2])

    # -- places ------------------------------------------------------------------------------------------

    def street(self) -> None:
        """Houses behind a pavement with its tactile strip, a road in front."""
        sky, house, other = self.rng.choice(DAYS)
        self.box(0, 0, *SIZE, sky)
        x = -self.rng.uniform(0, 120)
        while x < SIZE[0]:
            width, top = self.rng.uniform(220, 380), self.rng.uniform(60, 240)
            self._house(x, top, width, self.rng.choice((house, other)))
            x += width
        self.box(0, HORIZON, SIZE[0], 190, "#c9c4b8")
        for column in range(0, SIZE[0], 80):
            self.pen.line((column, HORIZON, column - 60, HORIZON + 190), fill="#b9b3a6", width=2)
        self.pen.line((0, HORIZON + 95, SIZE[0], HORIZON + 95), fill="#b9b3a6", width=2)
        self.box(0, HORIZON + 118, SIZE[0], 34, "#d8b548")
        for column in range(0, SIZE[0], 26):
            self.box(column, HORIZON + 128, 14, 12, "#c4a033", 6)
        self.box(0, HORIZON + 190, SIZE[0], 16, "#a9a59b")
        self.box(0, HORIZON + 206, SIZE[0], 200, "#6d7076")
        for column in range(30, SIZE[0], 260):
            self.box(column, HORIZON + 300, 130, 12, "#d9d8d2")

    def _house(self, x: float, top: float, width: float, fill: str) -> None:
        self.box(x, top, width, HORIZON - top, fill)
        across = max(2, int(width // 90))
        gap = width / across
        for row in range(int((HORIZON - top - 150) // 90)):
            for column in range(across):
                glass = self.rng.choice(("#8fa6b5", "#9db1bd", "#7f97a8"))
                self.box(x + column * gap + gap * 0.25, top + 30 + row * 90, gap * 0.5, 52, glass, 3)
        self.box(x, HORIZON - 104, width, 104, self.rng.choice(("#8b7f70", "#70807c", "#7b7482")))
        self.box(x + 16, HORIZON - 84, width - 32, 84, "#5d646b", 4)

    def road(self) -> None:
        """Asphalt seen from where one stands."""
        self.box(0, 0, *SIZE, "#74777c")
        for _ in range(1400):
            x, y = self.rng.uniform(0, SIZE[0]), self.rng.uniform(0, SIZE[1])
            self.box(x, y, 5, 4, self.rng.choice(("#6a6d72", "#7f8287", "#62656a")))
        self.box(0, 0, SIZE[0], 90, "#c9c4b8")
        self.box(0, 90, SIZE[0], 26, "#a9a59b")

    def stairwell(self) -> None:
        self.box(0, 0, *SIZE, "#dedacf")
        self.box(0, 620, SIZE[0], 340, "#b7b1a3")
        self.box(0, 430, 700, 190, "#9db0a6")
        for step in range(7):
            self.box(700 + step * 84, 620 - (step + 1) * 62, SIZE[0], 62, "#a69f90" if step % 2 else "#b4ad9e")
        self.pen.line((660, 520, 1250, 70), fill="#5d646b", width=16)
        for post in range(6):
            self.pen.line(
                (690 + post * 100, 500 - post * 76, 690 + post * 100, 630 - post * 76), fill="#5d646b", width=8
            )
        self.box(120, 130, 240, 170, "#8fa6b5", 6)
        self.pen.line((240, 130, 240, 300), fill="#dedacf", width=8)

    def night(self) -> None:
        self.shade((0, 0, *SIZE), "#10182a", 0.66)
