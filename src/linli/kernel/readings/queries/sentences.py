"""What a warning says, in the reader's language: "烟雾浓度 0.62（限值 0.5）已持续 30 秒".

Made of the rule's declared words and of what the rule's machine said (`says`): `how` (above, below, on, off, rises,
falls, silent, unusual, unwell), quantity, value, limit, seconds (how long it has been so), repeats, within, before, usual,
after (of silence), ways (unwell: each with way, n, of, since), things (how many at one place), late (how much later it came), also (further conditions, each with the same keys), flapping. An
unknown or missing key takes nothing away but itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from linli.kernel.catalogue.language import language
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Quantity

_CLOSE = frozenset({"%", "°"})


class Warned(Protocol):
    """What a sentence needs of a warning."""

    @property
    def rule(self) -> str: ...

    @property
    def says(self) -> Mapping[str, Any]: ...


def sentence(warning: Warned) -> str:
    """What was found: the measured value beside its limit, and for how long; the rule's name when nothing is known."""
    return say(warning.rule, warning.says)


def say(rule: str, says: Mapping[str, Any]) -> str:
    """As `sentence`, from the rule's name and what its machine said."""
    if says.get("ended") == "agreement":
        return _("同意已结束，设备停用，读数已消除")
    # The gravest first: the same value over a lower limit as well is no news.
    apart = {(one.get("how"), one.get("quantity")): one for one in [*reversed(says.get("also") or ()), says]}
    said = _("；").join(filter(None, (_what(rule, one) for one in reversed(apart.values()))))
    if not said:
        return word("rule", rule)
    if things := _number(says, "things"):
        said = _("同一处 %(n)d 台设备：") % {"n": int(things)} + said
    if (repeats := _number(says, "repeats")) and repeats > 1:
        said += _("，反复了 %(n)d 次") % {"n": int(repeats)}
    elif (seconds := _number(says, "seconds")) and says.get("quantity"):
        said += _("，已持续 %(span)s") % {"span": span(seconds)}
    if says.get("flapping"):
        said += _("，时有时无")
    if late := _number(says, "late"):
        said += _("，晚了 %(span)s 才收到") % {"span": span(late)}
    return said


def title(rule: str, name: str) -> str:
    """The title of what a warning opens: "烟雾报警：三楼走廊烟感"."""
    return _("%(rule)s：%(name)s") % {"rule": word("rule", rule), "name": name} if name else word("rule", rule)


def value_of(rule: str, quantity: str, value: float | None) -> str:
    """ "0.62 %/m": a value with the digits worth showing and its unit; a switch as yes or no."""
    if value is None:
        return "—"
    declared = _quantity(rule, quantity)
    if declared and declared.switch:
        return state_word(quantity, bool(value))
    shown = f"{value:.{declared.digits if declared else 2}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    # What differs from its limit only in digits that are not shown would read as if it did not.
    if declared and float(shown) != value and abs(value) < 1:
        shown = f"{value:.2g}"
    return shown + unit_after(declared) if declared else shown


def unit_after(declared: Quantity) -> str:
    """The unit as it stands behind a number, with the space that belongs there."""
    return declared.unit if declared.unit in _CLOSE else f" {declared.unit}".rstrip()


def span(seconds: float) -> str:
    """How long, in the one or two units a person would say: "30 秒", "5 分钟", "2 小时 10 分钟"."""
    whole = round(seconds)
    if whole < 120:
        return _("%(n)d 秒") % {"n": whole}
    minutes = round(whole / 60)
    if minutes < 120:
        return _("%(n)d 分钟") % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        said = _("%(n)d 小时") % {"n": hours}
        return " ".join((said, _("%(n)d 分钟") % {"n": rest})) if rest else said
    days = round(hours / 24)
    return _("%(n)d 天") % {"n": days}


def since(says: Mapping[str, Any], otherwise: datetime) -> datetime:
    """The instant of the last change: when it came back, where it did."""
    at = _number(says, "at")
    return datetime.fromtimestamp(at / 1000, UTC) if at else otherwise


def moment(at: datetime) -> str:
    """ "11月23日 15:30", in the place's time."""
    return str(format_date(timezone.localtime(at), _("n月j日 H:i")))


def word(noun: str, name: str) -> str:
    """A declared word in the reader's language."""
    return catalogue().word(noun, name, language())


def state_word(quantity: str, on: bool) -> str:
    """What a scene calls the two states of a switch, else yes and no."""
    return catalogue().word("quantity", quantity, language(), "on" if on else "off") or (_("是") if on else _("否"))


def _what(rule: str, says: Mapping[str, Any]) -> str:
    """One condition: what is so, beside what it is measured by."""
    quantity, how = str(says.get("quantity") or ""), says.get("how")
    if how == "unwell":
        return _("；").join(filter(None, map(_unwell, says.get("ways") or ())))
    if not quantity:
        silent = _number(says, "after") or _number(says, "seconds")
        return _("已有 %(span)s没有收到数据") % {"span": span(silent)} if silent else ""
    value, limit, declared = _number(says, "value"), _number(says, "limit"), _quantity(rule, quantity)
    names = {"what": word("quantity", quantity), "value": value_of(rule, quantity, value)}
    if how in ("on", "off") or (declared and declared.switch):
        if names["value"].casefold() == names["what"].casefold():
            return names["what"]
        return _("%(what)s：%(value)s") % names
    if how in ("rises", "falls"):
        return _changed(rule, quantity, says, names)
    if (usual := _number(says, "usual")) is not None:
        return _("%(what)s %(value)s（平时约 %(usual)s）") % {**names, "usual": value_of(rule, quantity, usual)}
    if limit is not None and how != "unusual":
        return _("%(what)s %(value)s（限值 %(limit)s）") % {**names, "limit": value_of(rule, quantity, limit)}
    return _("%(what)s %(value)s") % names


def _unwell(way: Mapping[str, Any]) -> str:
    """What ails a device, and since when."""
    begun = datetime.fromtimestamp((_number(way, "since") or 0) / 1000, UTC)
    values = {
        "n": int(_number(way, "n") or 0),
        "of": int(_number(way, "of") or 0),
        "day": str(format_date(timezone.localtime(begun), _("n月j日"))),
        "since": moment(begun),
    }
    match way.get("way"):
        case "clock":
            return _("时间不对：近 7 天有 %(n)d 条读数，自 %(day)s起") % values
        case "dead":
            return _("近 7 天有 %(n)d 条读不懂，自 %(day)s起") % values
        case "few":
            return _("%(day)s只到了 %(n)d 条读数，应到 %(of)d 条") % values
        case "unheard":
            return _("装好以后一直没有收到能读懂的数据，自 %(since)s 起") % values
    return ""


def _changed(rule: str, quantity: str, says: Mapping[str, Any], names: dict[str, str]) -> str:
    value, before = _number(says, "value"), _number(says, "before")
    by = abs(value - before) if value is not None and before is not None else _number(says, "limit")
    told = {**names, "by": value_of(rule, quantity, by), "within": span(_number(says, "within") or 0)}
    if says.get("how") == "falls":
        return _("%(what)s在 %(within)s内下降了 %(by)s，现在 %(value)s") % told
    return _("%(what)s在 %(within)s内上升了 %(by)s，现在 %(value)s") % told


def _quantity(rule: str, name: str) -> Quantity | None:
    declared = catalogue().rules.get(rule)
    for model in declared.of if declared else ():
        device = catalogue().devices.get(model)
        if device and (found := device.quantity(name)):
            return found
    return None


def _number(says: Mapping[str, Any], name: str) -> float | None:
    value = says.get(name)
    return float(value) if isinstance(value, int | float) else None
