"""Evidence in words: what was counted, from when to when, and what is usual there and elsewhere."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from linli.kernel.catalogue.language import language
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level

from .evidence import Said
from .models import State


def sign_word(name: str, part: str = "name") -> str:
    return catalogue().word("sign", name, language(), part)


def indication_word(name: str, part: str = "name") -> str:
    return catalogue().word("indication", name, language(), part)


def state_word(state: str) -> str:
    words = {
        State.OPEN: _("待研判"),
        State.INSPECTING: _("核查中"),
        State.CONFIRMED: _("属实"),
        State.NOT_FOUND: _("未发现"),
        State.UNSETTLED: _("没有结论"),
        State.DISMISSED: _("不采纳"),
        State.FADED: _("已消退"),
    }
    return words[State(state)]


def kind_word(name: str) -> str:
    return catalogue().word("matter", name, language())


def address(code: str) -> str:
    """Where somebody has to go, as it is said: "临江路92弄1号楼603室"; the neighbourhood and the grid for what has no house."""
    said = places.address(code)
    if said and len(code) == Level.HOME.digits:
        return said + places.names([code]).get(code, "")
    return said or places.label(code, Level.NEIGHBOURHOOD)


def number(value: float) -> str:
    """A whole number as it is, else one decimal."""
    return f"{value:.0f}" if abs(value - round(value)) < 0.05 else f"{value:.1f}"


def period(said: Said) -> str:
    """The stretch it counts: a month, or days from and until, and at which hours."""
    if said.monthly:
        return _("%(year)d 年 %(month)d 月") % {"year": said.first.year, "month": said.first.month}
    words = _("%(first)s 至 %(last)s") % {"first": _day(said.first), "last": _day(said.last)}
    if said.hours:
        return _("%(days)s每天 %(from)d–%(until)d 时") % {
            "days": words, "from": said.hours[0], "until": said.hours[1],
        }  # fmt: skip
    return words


def sentence(sign: str, said: Said) -> str:
    """One indication with all its numbers, as a sentence."""
    values = {
        "what": indication_word(said.name),
        "period": period(said),
        "now": number(said.now),
        "unit": indication_word(said.name, "unit"),
        "own": number(said.own.middle),
        "n": said.own.n,
        "alike": number(said.alike.middle),
        "m": said.alike.n,
        "area": places.label(said.area),
    }
    text = _(
        "%(what)s：%(period)s，%(now)s%(unit)s；这里以往 %(n)d 个同样长的时段中位 %(own)s，%(area)s同类的 %(m)d 处同期中位 %(alike)s。"
    )
    words = text % values
    declared = catalogue().signs.get(sign)
    one = declared.indication(said.name) if declared else None
    return words + _("（设备在楼门口，全楼门共用，只作旁证。）") if one and one.around else words


def silence(said: Said) -> str:
    """Why an indication adds nothing."""
    if said.own.n < 3:
        return _("以往的记录太少，不计。")
    if said.alike.n < 8:
        return _("同类地点太少，没法比较，不计。")
    if said.now <= said.own.middle:
        return _("没有比以往多，不计。")
    return _("没有明显超出以往或同类地点，不计。")


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"
