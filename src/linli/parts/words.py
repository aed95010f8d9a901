"""Words for what the kernel knows by name, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from linli.kernel.catalogue.language import in_chinese
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.models import Leg, Stage, State
from linli.kernel.matters.models.matter import Urgency

_TONES = {Stage.WARNED: "warned", Stage.REMINDED: "reminded", Stage.SUPERVISED: "supervised"}


def word(noun: str, name: str, part: str = "name") -> str:
    """A declared thing's word: word("matter", "noise") is "噪声扰民" or "Noise"."""
    return catalogue().word(noun, name, "zh" if in_chinese() else "en", part)


def listed(things: Iterable[object]) -> str:
    """ "井盖、路面" or "cover, road"."""
    return ("、" if in_chinese() else ", ").join(str(thing) for thing in things)


def clauses(sentences: Iterable[object]) -> str:
    """ "相距 30 米；相隔 3 天" or "30 m apart; 3 days apart"."""
    return ("；" if in_chinese() else "; ").join(str(sentence) for sentence in sentences)


def state_word(state: str) -> str:
    return _(State(state).label)


def urgency_word(urgency: str) -> str:
    return _(Urgency(urgency).label)


def leg_word(leg: str) -> str:
    return _(Leg(leg).label)


def stage_word(stage: int) -> str:
    return _(Stage(stage).label)


def stage_tone(stage: int) -> str:
    """The name by which styles and icons know a stage; "" while all is calm."""
    return _TONES.get(Stage(stage), "")
