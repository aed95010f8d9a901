"""What people write: sentences from the templates in texts/, put together in the tone of who speaks."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Formatter

from . import names
from .geography import Compound, Grid

_TEXTS = Path(__file__).parent / "texts"
_COMMON = "common"


@cache
def texts() -> dict[str, dict[str, list[str]]]:
    """Kind → part → templates."""
    files = [path for path in sorted(_TEXTS.glob("*.toml")) if path.stem != _COMMON]
    return {kind: parts for path in files for kind, parts in tomllib.loads(path.read_text("utf-8")).items()}


@cache
def common() -> dict[str, list[str]]:
    return tomllib.loads((_TEXTS / f"{_COMMON}.toml").read_text("utf-8"))


@cache
def _fields(template: str) -> tuple[str, ...]:
    return tuple(name for _text, name, _spec, _conversion in Formatter().parse(template) if name)


@dataclass(slots=True)
class Scene:
    """Where and when something happens; the same blank of a template is always filled with the same word."""

    rng: random.Random
    grid: Grid
    compound: Compound | None
    at: datetime  # local time
    said: dict[str, str]

    def fill(self, template: str) -> str:
        for name in _fields(template):
            if name not in self.said:
                self.said[name] = self._word(name)
        return template.format_map(self.said)

    def pick(self, templates: list[str]) -> str:
        return self.fill(self.rng.choice(templates))

    def _word(self, name: str) -> str:
        rng = self.rng
        match name:
            case "road":
                return rng.choice(self.grid.roads)
            case "street":
                return names.STREETS[self.grid.street][1]
            case "compound":
                return self.compound.name if self.compound else f"{self.fill('{road}')}沿线"
            case "building":
                return f"{rng.randint(1, len(self.compound.buildings) if self.compound else 6)}号楼"
            case "room":
                return f"{rng.randint(1, 6)}0{rng.randint(1, 4)}室"
            case "landmark":
                return rng.choice(self.grid.landmarks).name if self.grid.landmarks else f"{self.fill('{road}')}菜场"
            case "near":
                return self._near()
            case "shop":
                return rng.choice(names.SHOPS)
            case "clock":
                return _hour_in_words(self.at)
            case "days":
                return rng.choice(("两天", "三天", "四五天", "一个星期", "十来天", "半个月", "快一个月"))
            case "since":
                return rng.choice(
                    ("上周", "前天", "昨天晚上", "国庆以后", "搬来以后", "上个月", "装修以后", "下雨以后")
                )
            case "years":
                return str(rng.choice((2, 3, 5, 8, 10, 12, 20, 30)))
            case "months":
                return str(rng.choice((3, 4, 6, 8, 10, 14)))
            case "n":
                return str(rng.choice((2, 2, 3, 3, 4, 5, 6)))
            case "big":
                return str(rng.choice((10, 12, 15, 18, 20, 20, 24, 30, 36, 40, 50)))
        raise KeyError(name)

    def _near(self) -> str:
        rng, roads = self.rng, self.grid.roads
        road = self.fill("{road}")
        cross = next((r for r in rng.sample(roads, len(roads)) if r != road), "")
        ways = [
            f"{road}与{cross}路口" if cross else road,
            f"{road}{rng.randrange(10, 900, 2)}号门口",
            f"{road}中段",
        ]
        if self.grid.landmarks:
            ways += [f"{self.fill('{landmark}')}{rng.choice(('门口', '对面', '旁边', '后门'))}"] * 2
        if self.compound:
            gate = rng.choice(("北门", "南门", "门口", "东侧围墙外", "旁边"))
            ways += [f"{self.compound.name}{gate}"] * 2
        return rng.choice(ways)


def _hour_in_words(at: datetime) -> str:
    hour = at.hour
    part = ("半夜", "清早", "上午", "中午", "下午", "傍晚", "晚上")[
        0
        if hour < 5
        else 1
        if hour < 8
        else 2
        if hour < 11
        else 3
        if hour < 14
        else 4
        if hour < 17
        else 5
        if hour < 19
        else 6
    ]
    clock = "零一二三四五六七八九十"
    of_twelve = hour % 12 or 12
    word = clock[of_twelve] if of_twelve <= 10 else f"十{clock[of_twelve - 10]}"
    return f"{part}{word}点{'多' if at.minute > 20 else ''}".replace("二点", "两点" if of_twelve == 2 else "二点")


def report(scene: Scene, kind: str, voice: str) -> tuple[str, str]:
    """Title and body of a report. Voices: resident (phone), patrol (grid worker), operator (hotline)."""
    parts, tones, rng = texts()[kind], common(), scene.rng
    title = scene.pick(parts["titles"])
    if voice == "patrol":
        what = scene.pick(parts.get("patrol", parts["whats"]))
        return title, scene.pick(tones["patrol_openers"]) + what + scene.pick(tones["patrol_wishes"])
    sentences = [scene.pick(parts["whats"])]
    if voice == "operator":
        if rng.random() < 0.5:
            sentences.append(scene.pick(parts["effects"]))
        return title, scene.pick(tones["operator_openers"]) + "".join(sentences) + scene.pick(
            tones["operator_wishes"]
        )
    if rng.random() < 0.35 and kind not in ("inquiry", "suggestion"):
        sentences.append(scene.pick(tones["since"]) + "。")
    if rng.random() < 0.7:
        sentences.append(scene.pick(parts["effects"]))
    if rng.random() < 0.18 and kind not in ("inquiry", "suggestion"):
        sentences.append(scene.pick(tones["anger"]))
    return title, scene.pick(tones["openers"]) + "".join(sentences) + scene.pick(tones["wishes"])


def result(scene: Scene, kind: str) -> str:
    return scene.pick(texts()[kind]["results"])
