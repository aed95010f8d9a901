"""A report as PDF: set by Typst, with a Chinese font that comes along as a package, so that it needs nothing of the system.

Charts are our own SVG, drawn into the page as lines and text, not as pictures. The PDF is tagged for screen readers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from .parts import Contents

PACKAGE = "pylopdf_fonts_zh_cn"
"""A package that holds Noto Sans SC and Noto Serif SC (SIL OFL 1.1), and nothing else."""
_OWN = {"sans": "Noto Sans SC", "serif": "Noto Serif SC"}
_SYSTEM = (
    ("Noto Sans CJK SC", "Noto Serif CJK SC"),
    ("Source Han Sans SC", "Source Han Serif SC"),
    ("WenQuanYi Micro Hei",) * 2,
)


class NoFont(Exception):
    """No font with Chinese characters: a report would be empty boxes. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Fonts:
    paths: Sequence[Path]
    names: dict[str, str]
    of_system: bool


def fonts() -> Fonts:
    """The package's fonts; without it, those of the system. Raises NoFont."""
    spec = find_spec(PACKAGE)
    if spec is not None and spec.submodule_search_locations:
        return Fonts([Path(next(iter(spec.submodule_search_locations)))], dict(_OWN), of_system=False)
    known = set(typst.Fonts(include_system_fonts=True).families())
    for sans, serif in _SYSTEM:
        if sans in known:
            return Fonts([], {"sans": sans, "serif": serif if serif in known else sans}, of_system=True)
    raise NoFont(
        _(
            "没有中文字体，做不出月报。请重新安装邻里的依赖（make，或 pip install pylopdf-fonts-zh-cn），在 Debian 上也可以执行 apt install fonts-noto-cjk。"
        )
    )


def set_pdf(contents: Contents) -> bytes:
    """The report as PDF. Raises NoFont."""
    return typeset(Path(__file__).with_name("report.typ"), asdict(contents))


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """A Typst file as PDF: it finds what it says in `sys.inputs`, as JSON, `data` and the names of its `fonts`. Raises NoFont."""
    found = fonts()
    return bytes(
        typst.compile(
            template,
            format="pdf",
            font_paths=list(found.paths),
            ignore_system_fonts=not found.of_system,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False), "fonts": json.dumps(found.names)},
        )
    )
