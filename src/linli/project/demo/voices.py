"""What people write: sentences from the templates in texts/, put together in the tone of who speaks."""

from __future__ import annotations

import random
import re
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
    kind: str

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
                return self._landmark()
            case "near":
                return self._near()
            case "shop":
                return rng.choice(_SHOPS_OF.get(self.kind, names.SHOPS))
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

    def _landmark(self) -> str:
        if self.kind == "park-facility":
            parks = [mark.name for mark in self.grid.landmarks if mark.kind in ("park", "square")]
            return parks[0] if parks else self.rng.choice(("临江步道", "滨江口袋公园", "渡口绿地"))
        marks = self.grid.landmarks
        return self.rng.choice(marks).name if marks else f"{self.fill('{road}')}菜场"

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


_SHOPS_OF = {
    "cooking-fumes": names.EATERIES,
    "food-safety": names.EATERIES,
    "commercial-noise": names.LOUD_SHOPS,
    "prepaid-card": names.CARD_SHOPS,
}


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
    parts, rng = texts()[kind], scene.rng
    what = scene.pick(parts.get("patrol", parts["whats"]) if voice == "patrol" else parts["whats"])
    title = _title(scene, kind, what)
    if voice == "patrol":
        return title, _patrol_opener(scene) + what + scene.pick(common()["patrol_wishes"])
    effect = scene.pick(parts["effects"]) if rng.random() < (0.5 if voice == "operator" else 0.7) else ""
    return title, told(scene, voice, what, effect, plain=kind in _PLAIN)


_APPEALS = frozenset({"inquiry", "help-request", "suggestion", "complaint", "whistleblowing"})
_PLAIN = frozenset({"inquiry", "suggestion"})


def told(scene: Scene, voice: str, what: str, effect: str, *, plain: bool = False) -> str:
    """What and its effect in the tone of the voice; plain speech complains of nothing."""
    tones, rng = common(), scene.rng
    if voice == "operator":
        return scene.pick(tones["operator_openers"]) + what + effect + scene.pick(tones["operator_wishes"])
    since = scene.pick(tones["since"]) + "。" if not plain and rng.random() < 0.35 else ""
    anger = scene.pick(tones["anger"]) if not plain and rng.random() < 0.18 else ""
    known = scene.compound is not None and scene.compound.name in what  # nobody says twice where they live
    openers = [o for o in tones["openers"] if not (known and "{compound}" in o)]
    return scene.pick(openers) + what + since + effect + anger + scene.pick(tones["wishes"])


def _title(scene: Scene, kind: str, what: str) -> str:
    """A short title: the beginning of what is said (always for appeals, where it is the matter), or a template."""
    first = re.split("[，。？！；]", what, maxsplit=1)[0].removeprefix("请问")
    if kind in _APPEALS or (6 <= len(first) <= 24 and scene.rng.random() < 0.45):
        prefix = {"inquiry": "咨询：", "suggestion": "建议：" if not first.startswith("建议") else ""}.get(kind, "")
        return prefix + first
    return scene.pick(texts()[kind]["titles"])


def _patrol_opener(scene: Scene) -> str:
    hour = scene.at.hour
    part = "上午" if 6 <= hour < 12 else "下午" if 12 <= hour < 18 else "夜间"
    fitting = [o for o in common()["patrol_openers"] if o[:2] not in ("上午", "下午", "夜间") or o.startswith(part)]
    return scene.pick(fitting)


def result(scene: Scene, kind: str) -> str:
    return scene.pick(texts()[kind]["results"])
