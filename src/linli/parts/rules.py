"""A rule in words: what it waits for, how grave it is, when it is over, and every number it says."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from linli.kernel.catalogue.language import in_chinese
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Hours, Quantity, Rule, Severity
from linli.kernel.declare.conditions import (
    Above,
    AllOf,
    AnyOf,
    Below,
    Changes,
    Condition,
    Is,
    Silent,
    Together,
    Unusual,
    Unwell,
    parts,
)
from linli.kernel.declare.numbers import PERCENT, SECONDS, Number

from .sensing import bare, number, severity_word, switch_word, unit_after
from .words import listed, word


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a rule says: what it is about (begins, worse, ends, hours, calm, then) and the sentence."""

    about: str
    heading: str
    sentence: str


def told(rule: Rule) -> list[Line]:
    """The whole rule, a line for each thing it says, with the numbers the rule holds now (`with_numbers`)."""
    lines = [Line("begins", _("报预警"), _begins(rule))]
    for severity, condition in rule.steps:
        said = _("%(what)s时，升为%(severity)s") % {
            "what": spaced(condition_words(rule, condition)),
            "severity": severity_word(severity),
        }
        lines.append(Line("worse", _("升级"), said))
    lines.append(Line("ends", _("恢复"), _ends(rule)))
    if rule.between:
        lines.append(Line("hours", _("时段"), _hours(rule.between)))
    if rule.calms:
        said = _("%(span)s内报到第三次，先按住不再反复，同样长的时间没有再报才算恢复") % {"span": span(rule.calms)}
        lines.append(Line("calm", _("防抖"), said))
    lines += [Line("then", _("之后"), said) for said in _then(rule)]
    return lines


def sentence(rule: Rule, model: str = "") -> str:
    """When it is raised, in one line: for lists; for one model of device, where it is about one of those."""
    return _begins(replace(rule, of=(model,)) if model in rule.of else rule)


def condition_words(rule: Rule, condition: Condition) -> str:
    """ "烟雾高于 0.25 dB/m，或者温度高于 54 °C"."""
    match condition:
        case AllOf(conditions):
            return _("，并且").join(condition_words(rule, part) for part in conditions)
        case AnyOf(conditions):
            return _("，或者").join(condition_words(rule, part) for part in conditions)
        case Together(inner, things, level):
            return _("%(place)s至少 %(n)d 台设备同时%(what)s") % {
                "place": place_words(level),
                "n": things,
                "what": condition_words(rule, inner),
            }
        case Silent(after):
            return _("%(span)s没有上报") % {"span": span(after) if after else _silences(rule)}
        case Unwell():
            return _unwell(condition)
    return _measured(rule, condition)


def _unwell(unwell: Unwell) -> str:
    values = {
        "often": unwell.often,
        "days": unwell.days,
        "few": plain(unwell.few),
        "unheard": span(unwell.unheard),
    }
    return _("，或者").join(
        [
            _("近 7 天里有 %(days)d 天、一共 %(often)d 条以上读数时间不对") % values,
            _("同样多的读不懂") % values,
            _("昨天的到报率低于 %(few)s%%") % values,
            _("装好 %(unheard)s还没有收到能读懂的数据") % values,
        ]
    )


def _measured(rule: Rule, condition: Condition) -> str:
    quantity = quantity_in(rule, getattr(condition, "quantity", ""))
    what = spaced(word("quantity", quantity.name)) if quantity else ""
    match condition:
        case Above(_name, limit):
            return _("%(what)s高于 %(limit)s") % {"what": what, "limit": with_unit(quantity, limit)}
        case Below(_name, limit):
            return _("%(what)s低于 %(limit)s") % {"what": what, "limit": with_unit(quantity, limit)}
        case Is(name, on):
            return _("%(what)s为“%(state)s”") % {"what": what, "state": switch_word(name, on)}
        case Changes(_name, by, within):
            values = {"what": what, "by": with_unit(quantity, abs(by)), "within": span(within)}
            if by > 0:
                return _("%(what)s在 %(within)s内上升 %(by)s") % values
            return _("%(what)s在 %(within)s内下降 %(by)s") % values
        case Unusual(_name, times, least, up, down):
            side = _("偏离") if up and down else _("高出") if up else _("低于")
            said = _("%(what)s比平时这个时段%(side)s %(times)s 倍标准差以上") % {
                "what": what,
                "side": side,
                "times": plain(times),
            }
            return said + (_("，且至少 %(least)s") % {"least": with_unit(quantity, least)} if least else "")
    return ""


def _begins(rule: Rule) -> str:
    said = condition_words(rule, rule.when)
    if rule.lasts:
        said += _("，持续 %(span)s") % {"span": span(rule.lasts)}
    if rule.repeats > 1:
        said += _("，%(span)s内出现 %(n)d 次") % {"span": span(rule.within), "n": rule.repeats}
    return _("%(what)s，报%(severity)s") % {"what": said, "severity": severity_word(rule.severity)}


def _ends(rule: Rule) -> str:
    if rule.by_days:
        return _("整整一天没有再出现，到报率够了，或者收到能读懂的数据；每小时看一次")
    clears = [_clear(rule, part) for part in parts(rule.when)]
    said = [words for words in clears if words]
    what = _("、").join(dict.fromkeys(said)) if said else _("不再满足条件")
    if rule.clear_after:
        return _("%(what)s，并保持 %(span)s") % {"what": what, "span": span(rule.clear_after)}
    return _("%(what)s时立即恢复") % {"what": what}


def _clear(rule: Rule, part: Condition) -> str:
    if not isinstance(part, Above | Below):
        return ""
    quantity = quantity_in(rule, part.quantity)
    limit = with_unit(quantity, part.limit if part.clears is None else part.clears)
    values = {"what": spaced(word("quantity", part.quantity)), "limit": limit}
    return _("%(what)s降到 %(limit)s") % values if isinstance(part, Above) else _("%(what)s升到 %(limit)s") % values


def _hours(hours: Hours) -> str:
    names = [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]
    values = {"begins": hours.begins, "ends": hours.ends}
    if len(hours.days) == len(names):
        return _("只在每天 %(begins)s 到 %(ends)s 判断") % values
    days = listed(names[day - 1] for day in hours.days)
    return _("只在%(days)s %(begins)s 到 %(ends)s 判断") % {**values, "days": days}


def _then(rule: Rule) -> list[str]:
    said = []
    if rule.opens:
        said.append(_("打开事项“%(kind)s”，派给当地值守的人") % {"kind": word("matter", rule.opens)})
    if rule.gathers and not rule.level:
        said.append(_("%(place)s几分钟内的多条预警并成一起警情，只派一次") % {"place": place_words(rule.gathers)})
    return said or [_("只提示，不派人")]


def quantity_in(rule: Rule, name: str) -> Quantity | None:
    """What the first of the rule's models that measures it declares."""
    devices = catalogue().devices
    found = (devices[model].quantity(name) for model in rule.of if model in devices)
    return next((quantity for quantity in found if quantity), None)


def number_words(rule: Rule, one: Number) -> str:
    """What a number is called in a form: "烟雾 · 限值", "红色 · 恢复值", "持续时间"."""
    names = {
        "limit": _("限值"),
        "clears": _("恢复值"),
        "by": _("变化量"),
        "within": _("时间窗"),
        "after": _("失联时长"),
        "times": _("标准差倍数"),
        "least": _("最小偏差"),
        "things": _("设备数"),
        "often": _("一周至少几条"),
        "days": _("在其中至少几天"),
        "few": _("到报率低于"),
        "unheard": _("装好多久没有数据"),
        "lasts": _("持续时间"),
        "clear-after": _("恢复延时"),
        "repeats": _("次数"),
        "repeats-within": _("计数时间"),
        "calms": _("防抖时间"),
    }
    grade = one.name.split(".")[0]
    said = [severity_word(Severity[grade.upper()])] if grade.upper() in Severity.__members__ else []
    if one.quantity and one.name.count(".") > (1 if said else 0):
        said.append(word("quantity", one.quantity))
    return " · ".join([*said, names.get(one.what, one.what)])


def number_value(rule: Rule, one: Number, value: float | None) -> str:
    """A number of a rule with its unit: "0.25 dB/m", "5 分钟", "3"; what is left open is said so."""
    if value is None:
        return _("跟随型号") if one.what == "after" else _("同限值")
    if one.unit == SECONDS:
        return span(value) if value else _("立即")
    if one.unit == PERCENT:
        return f"{plain(value)}%"
    return with_unit(quantity_in(rule, one.quantity), value) if one.unit is None else plain(value)


def unit_words(rule: Rule, one: Number) -> str:
    """What a number is counted in, behind its field: "dB/m", "秒", "" for a bare number."""
    if one.unit == SECONDS:
        return _("秒")
    if one.unit == PERCENT:
        return PERCENT
    quantity = quantity_in(rule, one.quantity)
    return quantity.unit if one.unit is None and quantity else ""


def range_words(quantity: Quantity | None) -> str:
    """Between which values a quantity can be: "0～10"; "" where nothing is said."""
    if quantity is None or quantity.switch or quantity.low is None or quantity.high is None:
        return ""
    return f"{plain(quantity.low)}～{plain(quantity.high)}"


def with_unit(quantity: Quantity | None, value: float) -> str:
    """A limit with its unit; with more decimals than are shown elsewhere where it has them."""
    if quantity is not None and quantity.switch:
        return bare(quantity, value)
    return plain(value) + unit_after(quantity)


def plain(value: float) -> str:
    """A number as it was set: 0.25, 54, 1.5; never rounded to what is worth showing of a reading."""
    return number(value, next((d for d in range(7) if round(value, d) == value), 6))


def span(seconds: float) -> str:
    """ "30 秒", "5 分钟", "1 小时 30 分钟", "2 天"."""
    whole = round(seconds)
    if whole < 60 or (whole % 60 and whole < 600):
        return _("%(n)d 秒") % {"n": whole}
    days, rest = divmod(whole, 86400)
    hours, left = divmod(rest, 3600)
    said = [
        (days, _("%(n)d 天")),
        (hours, _("%(n)d 小时")),
        (left // 60, _("%(n)d 分钟")),
    ]
    return " ".join(text % {"n": n} for n, text in said if n)


def place_words(level: int) -> str:
    """ "同一楼栋", for how many digits of a place's code several things have in common."""
    known = {
        6: _("同一区"),
        9: _("同一街镇"),
        12: _("同一居村"),
        15: _("同一网格"),
        18: _("同一小区"),
        21: _("同一楼栋"),
        23: _("同一门洞"),
    }
    return next((words for digits, words in sorted(known.items(), reverse=True) if digits <= level), _("同一区"))


def spaced(text: str) -> str:
    """With the space that stands between a Latin word or a unit and the Chinese behind it: "PM10 高于"."""
    return f"{text} " if in_chinese() and text[-1:].isascii() and text[-1:].isalnum() else text


def _silences(rule: Rule) -> str:
    """How long the rule's models may be silent; from the shortest to the longest where they differ."""
    devices = catalogue().devices
    every = sorted({devices[model].silence for model in rule.of if model in devices})
    if not every:
        return ""
    if len(every) == 1:
        return span(every[0])
    return _("%(from)s到 %(to)s（随型号）") % {"from": span(every[0]), "to": span(every[-1])}
