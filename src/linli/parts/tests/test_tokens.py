"""The colours people must read: every pair of text and ground passes WCAG 2.2 AA, in light and in dark."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[1] / "static/parts/tokens.css").read_text()
LIGHT, DARK_BY_SYSTEM, DARK_BY_CHOICE = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in (
        TOKENS.split(":root {")[1].split("\n}")[0],
        TOKENS.split(':root:not([data-theme="light"]) {')[1].split("\n  }")[0],
        TOKENS.split(':root[data-theme="dark"] {')[1].split("\n  }")[0],
    )
)
PAIRS = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "sheet", "sunk")],
    *[(ink, ground) for ink in ("accent", "accent-strong") for ground in ("paper", "sheet", "accent-weak")],
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-accent-weak", "accent-weak"),
    *[("ink", f"{s}-weak") for s in ("accent", "warned", "supervised", "paused", "done")],
    *[
        (stage, ground)
        for stage in ("warned", "reminded", "supervised", "done", "paused")
        for ground in ("paper", "sheet", f"{stage}-weak")
    ],
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
def test_edges_of_controls_are_visible(theme: dict[str, str]) -> None:
    assert contrast(theme["line-strong"], theme["sheet"]) >= 3


def test_dark_is_dark_whoever_chose_it() -> None:
    assert DARK_BY_SYSTEM == DARK_BY_CHOICE
    assert DARK_BY_CHOICE.keys() <= LIGHT.keys()
