"""The month in a few paragraphs, and how numbers and shares are said where small ones must not be given away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.catalogue.language import in_chinese
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places

from .. import sentences
from ..definitions import BY_NAME, Value
from ..measures import Counts
from ..queries import Group, Period, Standing
from .small import SMALL, share_shown

COMPARED = 30
"""Fewest cases of a share, in both periods, for saying that it rose or fell: of a dozen, one more or less is chance."""


def names_of(group: Group, keys: Mapping[str, Counts]) -> dict[str, str]:
    if group is Group.KIND:
        language, known = "zh" if in_chinese() else "en", catalogue()
        return {key: known.word("matter", key, language) if key in known.kinds else key for key in keys}
    if group is Group.UNIT:
        ids = [UUID(key) for key in keys if key != "-"]
        found = {str(key): name for key, name in Unit.objects.filter(id__in=ids).values_list("id", "name")}
        return {**found, "-": _("未派遣")}
    return places.names(keys)


def lead(
    whole: Counts,
    before: Counts,
    stands: Standing,
    month: Period,
    end: datetime,
    found: Mapping[Group, Mapping[str, Counts]],
    names: Mapping[Group, Mapping[str, str]],
) -> list[str]:
    """The month in a few paragraphs."""
    said = {
        "month": sentences.period_word(month),
        "reported": number_said(whole.reported),
        "closed": number_said(whole.closed),
        "reported_change": change_said("reported", whole, before),
        "closed_change": change_said("closed", whole, before),
    }
    if not whole.reported and not whole.ended:
        return [_("%(month)s没有上报，也没有办结的事项。") % said]
    flow = [_("%(month)s上报 %(reported)s 件%(reported_change)s，办结 %(closed)s 件%(closed_change)s。") % said]
    large = {key: c.reported for key, c in found[Group.KIND].items() if c.reported >= SMALL}
    if kinds := sentences.most_of(large, names[Group.KIND]):
        flow.append(_("上报最多的是%(kinds)s。") % {"kinds": kinds})
    stood = {"open": _spaced(stands.open), "overdue": _spaced(stands.overdue)}
    day = sentences.day_word(timezone.localtime(end).date())
    flow.append(_("%(day)s在办%(open)s件，其中逾期%(overdue)s件。") % {"day": day, **stood})
    dates = [_share(name, whole, before) for name in ("finished", "answered")]
    rest = [_share(name, whole, before) for name in ("reopened", "satisfied", "heard", "returned")]
    return [paragraph for part in (flow, dates, rest) if (paragraph := _together(part))]


def _together(said: Sequence[str]) -> str:
    return ("" if in_chinese() else " ").join(sentence for sentence in said if sentence)


def change_said(name: str, whole: Counts, before: Counts) -> str:
    d = BY_NAME[name]
    said = sentences.change(d, *values) if comparable(*(values := (d.value(whole), d.value(before)))) else ""
    return _("（%(change)s）") % {"change": said} if said else ""


def comparable(now: Value, before: Value) -> bool:
    """Whether how a figure stands to the period before may and can be said: it would give small numbers away, and of a
    few cases it says nothing."""
    if now.bottom is None or before.bottom is None:
        return not (0 < now.top < SMALL or 0 < before.top < SMALL)
    exact = all(share_shown(v.top, v.bottom or 0)[0] == "exact" for v in (now, before))
    return exact and now.bottom >= COMPARED and before.bottom >= COMPARED


def share_said(value: Value, digits: int) -> str:
    """A share as it may be published: "88.2%", "不足 3%", "超过 92%", or "样本不足"."""
    how, bound = share_shown(value.top, value.bottom or 0)
    if how == "exact":
        return sentences.percent(value.share, digits)
    words = {"below": _("不足 %(n)d%%"), "above": _("超过 %(n)d%%"), "few": _("样本不足")}[how]
    return words % {"n": bound} if how != "few" else words


def _spaced(number: int) -> str:
    """A number in a sentence: with the space Chinese leaves around figures, not around words."""
    return (
        f" {number_said(number)} "
        if number == 0 or number >= SMALL or not in_chinese()
        else f"{number_said(number)} "
    )


def _share(name: str, whole: Counts, before: Counts) -> str:
    """ "按时办结率 88.2%（841 / 953 件），比上期高 1.9 个百分点。"; nothing where the cases are too few to publish."""
    d = BY_NAME[name]
    value = d.value(whole)
    how, _bound = share_shown(value.top, value.bottom or 0)
    if how == "few":
        return ""
    said = {
        "figure": d.word,
        "share": share_said(value, 1),
        "top": f"{value.top:,}",
        "bottom": f"{value.bottom:,}",
    }
    if how != "exact":
        return _("%(figure)s%(share)s（共 %(bottom)s 件）。") % said
    change = sentences.change(d, value, d.value(before)) if comparable(value, d.value(before)) else ""
    if not change:
        return _("%(figure)s %(share)s（%(top)s / %(bottom)s 件）。") % said
    return _("%(figure)s %(share)s（%(top)s / %(bottom)s 件），%(change)s。") % {**said, "change": change}


def number_said(number: int) -> str:
    return _("少于 %(n)d") % {"n": SMALL} if 0 < number < SMALL else f"{number:,}"
