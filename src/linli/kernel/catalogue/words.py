"""The words of declared things, kept apart from code in each scene's words.toml:

[matter.noise]
name_zh = "噪声扰民"
name_en = "Noise"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

Words = Mapping[str, Mapping[str, Mapping[str, str]]]


def read_words(path: Path) -> Words:
    """noun → name → word, as the file has them; empty when there is no file."""
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
