"""Charts as SVG, drawn here: the same on the desk and in the report, readable without a script and in print.

A chart says nothing a table beside it does not say as well. Colours come from outside, as words of CSS or as numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours and the font; the desk gives its tokens, the report what ink on paper is."""

    ink: str
    quiet: str
    line: str
    first: str
    second: str
    font: str = ""


DESK = Palette("var(--ink)", "var(--ink-2)", "var(--line)", "var(--accent)", "var(--chart-2)")
PAPER = Palette("#1c2430", "#5b6470", "#d9d6cf", "#1f6f5c", "#c8641b", "Noto Sans SC")


@dataclass(frozen=True, slots=True)
class Series:
    """A name and a value for each label; None where there is none. `says` is what a pointer over it tells."""

    name: str
    values: Sequence[float | None]
    says: Sequence[str] = ()


LEFT, RIGHT, TOP, BOTTOM = 44, 12, 28, 26
_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def columns(
    labels: Sequence[str], series: Sequence[Series], palette: Palette, *, width: int = 720, height: int = 240
) -> str:
    """One or two series as columns side by side, from nought."""
    most = _top(max((value or 0 for one in series for value in one.values), default=0))
    plot = _Plot(len(labels), most, width, height, palette)
    thick = max(1.0, min(18.0, plot.step * 0.76 / max(1, len(series))))
    parts = plot.frame(labels, [f"{tick:,.0f}" for tick in plot.ticks])
    for n, (one, colour) in enumerate(zip(series, (palette.first, palette.second), strict=False)):
        for at, value in enumerate(one.values):
            if value:
                left = plot.x(at) + (n - len(series) / 2) * thick
                top = plot.y(value)
                parts.append(
                    f'<rect x="{left:.1f}" y="{top:.1f}" width="{thick:.1f}" height="{plot.y(0) - top:.1f}" fill="{colour}">'
                    f"{_title(one, at)}</rect>"
                )
    return plot.svg([*parts, *_legend(series, palette)])


def shares(
    labels: Sequence[str], series: Sequence[Series], palette: Palette, *, width: int = 720, height: int = 240
) -> str:
    """One or two shares (0 to 100) as lines; broken where there is nothing to have a share of."""
    known = [value for one in series for value in one.values if value is not None]
    low = min(known, default=0)
    floor = 0 if low < 40 else 40 if low < 70 else 60
    plot = _Plot(len(labels), 100, width, height, palette, floor)
    parts = plot.frame(labels, [f"{tick:.0f}%" for tick in plot.ticks])
    for one, colour, dash in zip(
        series, (palette.first, palette.second), ("", ' stroke-dasharray="6 4"'), strict=False
    ):
        for run in _runs(one.values):
            points = " ".join(f"{plot.x(at):.1f},{plot.y(one.values[at] or 0):.1f}" for at in run)
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash} stroke-linejoin="round"/>'
            )
        for at, value in enumerate(one.values):
            if value is not None:
                radius = 3 if len(labels) <= 32 else 1.6
                parts.append(
                    f'<circle cx="{plot.x(at):.1f}" cy="{plot.y(value):.1f}" r="{radius}" fill="{colour}">{_title(one, at)}</circle>'
                )
    return plot.svg([*parts, *_legend(series, palette)])


def _runs(values: Sequence[float | None]) -> list[list[int]]:
    """Positions that follow each other without a gap."""
    runs: list[list[int]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(at)
    return [run for run in runs if len(run) > 1]


class _Plot:
    """Where things are drawn: `count` places from left to right, from `floor` to `most` upwards."""

    def __init__(
        self, count: int, most: float, width: int, height: int, palette: Palette, floor: float = 0
    ) -> None:
        self.width, self.height, self.most, self.floor, self.palette = width, height, most, floor, palette
        self.step = (width - LEFT - RIGHT) / max(1, count)
        self.ticks = [floor + (most - floor) * n / 4 for n in range(5)]

    def x(self, at: int) -> float:
        return LEFT + (at + 0.5) * self.step

    def y(self, value: float) -> float:
        share = (value - self.floor) / (self.most - self.floor)
        return self.height - BOTTOM - max(0.0, min(1.0, share)) * (self.height - TOP - BOTTOM)

    def frame(self, labels: Sequence[str], ticks: Sequence[str]) -> list[str]:
        parts = []
        for tick, words in zip(self.ticks, ticks, strict=True):
            y = self.y(tick)
            parts.append(
                f'<line x1="{LEFT}" y1="{y:.1f}" x2="{self.width - RIGHT}" y2="{y:.1f}" stroke="{self.palette.line}"/>'
                + self.text(LEFT - 8, y + 4, words, "end")
            )
        every = max(1, -(-len(labels) * 46 // (self.width - LEFT - RIGHT)))
        for at in range(0, len(labels), every):
            parts.append(self.text(self.x(at), self.height - 8, labels[at], "middle"))
        return parts

    def text(self, x: float, y: float, words: str, anchor: str) -> str:
        return (
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12" fill="{self.palette.quiet}"'
            f"{_font(self.palette)}>{escape(words)}</text>"
        )

    def svg(self, parts: Sequence[str]) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" class="chart"'
            f' aria-hidden="true">{"".join(parts)}</svg>'
        )


def _legend(series: Sequence[Series], palette: Palette) -> list[str]:
    """The names of the series above the plot, each with its colour; nothing for a single one, which the title names."""
    if len(series) < 2:
        return []
    parts, x = [], float(LEFT)
    for one, colour in zip(series, (palette.first, palette.second), strict=False):
        parts.append(f'<rect x="{x:.1f}" y="6" width="10" height="10" rx="2" fill="{colour}"/>')
        parts.append(
            f'<text x="{x + 15:.1f}" y="15" font-size="12" fill="{palette.ink}"{_font(palette)}>{escape(one.name)}</text>'
        )
        x += 34 + sum(12 if ord(c) > 0x2E80 else 7 for c in one.name)
    return parts


def _font(palette: Palette) -> str:
    return f" font-family={quoteattr(palette.font)}" if palette.font else ""


def _title(one: Series, at: int) -> str:
    return f"<title>{escape(one.says[at])}</title>" if at < len(one.says) else ""


def _top(most: float) -> float:
    """A round number not below, of which a quarter is round as well."""
    unit = 4.0
    while True:
        for step in _STEPS:
            if unit * step >= most:
                return unit * step
        unit *= 10
