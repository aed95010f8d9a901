"""What volunteers do and what they can: plain values. `saves`: hours of this kind may be saved in the time bank."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy as _in


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    word: Promise
    saves: bool = False


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("elders", _in("volunteering", "为老服务"), saves=True),
        Kind("disabled", _in("volunteering", "助残服务"), saves=True),
        Kind("children", _in("volunteering", "助学陪伴"), saves=True),
        Kind("environment", _in("volunteering", "环境清洁")),
        Kind("order", _in("volunteering", "文明引导")),
        Kind("patrol", _in("volunteering", "平安巡防")),
        Kind("culture", _in("volunteering", "文体活动")),
        Kind("deliberation", _in("volunteering", "议事协商")),
        Kind("emergency", _in("volunteering", "应急支援")),
        Kind("other", _in("volunteering", "其他")),
    )
}

SKILLS: dict[str, Promise] = {
    "first-aid": _in("skill", "急救"),
    "nursing": _in("skill", "护理"),
    "haircut": _in("skill", "理发"),
    "repair": _in("skill", "维修"),
    "computer": _in("skill", "手机电脑"),
    "driving": _in("skill", "驾驶"),
    "law": _in("skill", "法律"),
    "counselling": _in("skill", "心理疏导"),
    "teaching": _in("skill", "辅导"),
    "cooking": _in("skill", "做饭"),
    "english": _in("skill", "英语"),
    "sign-language": _in("skill", "手语"),
}


def kind_word(name: str) -> str:
    return str(KINDS[name].word) if name in KINDS else name


def skill_word(name: str) -> str:
    return str(SKILLS.get(name, name))
