"""A street's or a neighbourhood's own elements and forms: rows, no code. Why, on what basis and how long are asked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, require
from linli.kernel.declare import About, Sensitivity, Type
from linli.kernel.declare.elements import CHOSEN, MOST_ASKED, MOST_CHOICES, NUMBERS
from linli.kernel.places import queries as places

from ..defined import elements as defined
from ..defined import elements_at
from ..models import LocalElement, LocalForm
from .common import CHANGES, act, text_of

LONGEST_KEPT = 3650
"""Days a place may keep what it asks for itself: ten years."""
Layout = Sequence[Mapping[str, Any]]
"""[{label, asks: [{element, required, when, values, own}]}]"""


def add_element(
    *,
    by: Actor,
    at: datetime,
    place_code: str,
    label: str,
    about: str,
    type: str,
    purpose: str,
    basis: str,
    keep_days: int,
    sensitivity: str,
    owner: str,
    unit: str = "",
    digits: int = 0,
    choices: Sequence[str] = (),
) -> LocalElement:
    """One more element that may be asked at a place and below. What it asks is never changed afterwards.

    One of the same name that may be asked there already is refused: it shall be used, and not asked twice. Needs
    `registers.change` at the place. Raises Invalid by field, Conflict.
    """
    require(by, CHANGES)
    words = {
        "label": text_of(label, 40, "label", needed=True),
        "purpose": text_of(purpose, 200, "purpose"),
        "basis": text_of(basis, 200, "basis"),
        "owner": text_of(owner, 64, "owner"),
    }
    _check_kind(about, type, sensitivity, keep_days)
    named = _check_shape(type, about, sensitivity, unit, digits, choices)
    with act():
        code = _place(place_code, by)
        for one in elements_at(code, about=about):
            if one.label.strip().lower() == words["label"].lower():
                raise Conflict(
                    _("这里已经有数据项“%(label)s”，请直接放进表单，不用另建。") % {"label": one.label},
                    code="there",
                )
        row = LocalElement.objects.create(
            name=f"x-{uuid4().hex[:12]}", place_code=code, about=about, type=type, unit=unit.strip()[:12],
            digits=digits, choices=named, keep_days=keep_days, sensitivity=sensitivity, made_at=at,
            made_by_id=by.account_id, **words,
        )  # fmt: skip
        _record(by, at, "add_element", row.name, code, {**words, "type": type, "keep_days": keep_days})
    return row


def retire_element(*, by: Actor, at: datetime, name: str) -> LocalElement:
    """It is asked no more; what it said stays readable until its time is over. Raises NotFound, Conflict."""
    require(by, CHANGES)
    with act():
        row = LocalElement.objects.select_for_update().filter(name=name).first()
        if row is None:
            raise NotFound(_("没有这个数据项，或者它由系统统一规定。"))
        require(by, CHANGES, row.place_code)
        if row.retired_at is not None:
            raise Conflict(_("这个数据项已经停用。"), code="retired")
        row.retired_at = at
        row.save(update_fields=["retired_at"])
        _record(by, at, "retire_element", row.name, row.place_code, {"label": row.label})
    return row


def save_form(
    *,
    by: Actor,
    at: datetime,
    place_code: str,
    label: str,
    about: str,
    layout: Layout,
    visit: bool = False,
    every_days: int | None = None,
    name: str = "",
    version: int = 0,
) -> LocalForm:
    """A form of a place's own: a new one, or (`name`) the next version of one, made from the `version` one had before.

    Needs `registers.change` at the place. Raises Invalid by field, NotFound, Conflict (somebody changed it meanwhile).
    """
    require(by, CHANGES)
    title = text_of(label, 40, "label")
    if about not in list(About):
        raise Invalid(_("没有这种对象。"), fields={"about": _("没有这种对象。")})
    if every_days is not None and not (visit and 1 <= every_days <= 730):
        sentence = _("走访的间隔应在 1 到 730 天之间。")
        raise Invalid(sentence, fields={"every_days": sentence})
    with act():
        before = _current(name, by, version) if name else None
        code = before.place_code if before else _place(place_code, by)
        if before and before.about != about:
            raise Invalid(
                _("表单的对象不能改，请另建一张。"), fields={"about": _("表单的对象不能改，请另建一张。")}
            )
        asked = _checked(layout, about, code)
        last = LocalForm.objects.filter(name=name).aggregate(last=Max("version"))["last"] if before else 0
        LocalForm.objects.filter(name=name, current=True).update(current=False)
        row = LocalForm.objects.create(
            name=name or f"x-{uuid4().hex[:12]}", version=last + 1, place_code=code, label=title, about=about,
            visit=visit, every_days=every_days, layout=asked, made_at=at, made_by_id=by.account_id,
        )  # fmt: skip
        count = sum(len(group["asks"]) for group in asked)
        _record(by, at, "save_form", row.name, code, {"label": title, "version": row.version, "asks": count})
    return row


def retire_form(*, by: Actor, at: datetime, name: str) -> LocalForm:
    """It is filled in no more. Raises NotFound, Conflict."""
    require(by, CHANGES)
    with act():
        row = _current(name, by, 0)
        row.retired_at = at
        row.save(update_fields=["retired_at"])
        _record(by, at, "retire_form", row.name, row.place_code, {"label": row.label})
    return row


def _current(name: str, by: Actor, version: int) -> LocalForm:
    row = LocalForm.objects.select_for_update().filter(name=name, current=True).first()
    if row is None:
        raise NotFound(_("没有这个表单，或者它由系统统一规定。"))
    require(by, CHANGES, row.place_code)
    if row.retired_at is not None:
        raise Conflict(_("这个表单已经停用。"), code="retired")
    if version and row.version != version:
        raise Conflict(_("有人刚刚改过这个表单，请重新打开再改。"), code="version")
    return row


def _place(place_code: str, by: Actor) -> str:
    code = places.now_called(place_code.strip()) if place_code.strip().isdigit() else None
    if code is None or not 6 <= len(code) <= 12:
        sentence = _("请选择一个区、街道或居村。")
        raise Invalid(sentence, fields={"place_code": sentence})
    require(by, CHANGES, code)
    return code


def _check_kind(about: str, type_: str, sensitivity: str, keep_days: int) -> None:
    if about not in list(About):
        raise Invalid(_("没有这种对象。"), fields={"about": _("没有这种对象。")})
    if type_ not in list(Type):
        raise Invalid(_("没有这种类型。"), fields={"type": _("没有这种类型。")})
    if sensitivity not in list(Sensitivity):
        raise Invalid(_("请选择敏感程度。"), fields={"sensitivity": _("请选择敏感程度。")})
    if not 1 <= keep_days <= LONGEST_KEPT:
        sentence = _("保存时间应在 1 到 %(n)s 天之间。") % {"n": LONGEST_KEPT}
        raise Invalid(sentence, fields={"keep_days": sentence})


def _check_shape(
    type_: str, about: str, sensitivity: str, unit: str, digits: int, choices: Sequence[str]
) -> list[list[str]]:
    if type_ == Type.IDENTITY and sensitivity != Sensitivity.SENSITIVE:
        sentence = _("证件号码是敏感信息，请选“敏感”。")
        raise Invalid(sentence, fields={"sensitivity": sentence})
    if sensitivity == Sensitivity.SENSITIVE and about not in (About.PERSON, About.HOUSEHOLD):
        sentence = _("只有关于人和户的内容才会是敏感的。")
        raise Invalid(sentence, fields={"sensitivity": sentence})
    if unit.strip() and type_ not in NUMBERS:
        raise Invalid(_("只有数字才有单位。"), fields={"unit": _("只有数字才有单位。")})
    if not 0 <= digits <= 6 or (digits and type_ != Type.DECIMAL):
        raise Invalid(_("小数位数应在 0 到 6 之间。"), fields={"digits": _("小数位数应在 0 到 6 之间。")})
    said = list(dict.fromkeys(text_of(one, 40, "choices", needed=False) for one in choices if one.strip()))
    if (type_ in CHOSEN) != (2 <= len(said) <= MOST_CHOICES):
        sentence = _("选择题要有 2 到 %(n)s 个选项，其他类型没有选项。") % {"n": MOST_CHOICES}
        raise Invalid(sentence, fields={"choices": sentence})
    return [[f"c{number}", label] for number, label in enumerate(said, 1)]


def _checked(layout: Layout, about: str, code: str) -> list[dict[str, Any]]:
    """The layout as it is kept. Raises Invalid."""
    names = [str(ask["element"]) for group in layout for ask in group["asks"]]
    allowed = {one.name for one in elements_at(code, about=about)}
    known = defined(names)
    if not 1 <= len(names) <= MOST_ASKED:
        sentence = _("表单要有 1 到 %(n)s 项。") % {"n": MOST_ASKED}
        raise Invalid(sentence, fields={"layout": sentence})
    asked: list[dict[str, Any]] = []
    before: set[str] = set()
    for group in layout:
        asks = []
        for ask in group["asks"]:
            name = str(ask["element"])
            label = known[name].label if name in known else name
            if name not in allowed:
                raise Invalid(
                    _("“%(label)s”已经停用，或者不能在这里使用。") % {"label": label}, fields={"layout": label}
                )
            if name in before:
                raise Invalid(_("“%(label)s”在表单里有两次。") % {"label": label}, fields={"layout": label})
            when, values = str(ask.get("when") or ""), [str(one) for one in ask.get("values", ())]
            if when and (when not in before or not values):
                sentence = _("“%(label)s”要看前面的哪一项才出现？请选前面已有的一项和它的值。") % {"label": label}
                raise Invalid(sentence, fields={"layout": sentence})
            before.add(name)
            own = bool(ask.get("own")) and about == About.PERSON
            asks.append(
                {"element": name, "required": bool(ask.get("required")), "when": when, "values": values, "own": own}
            )
        if asks:
            asked.append({"label": text_of(str(group.get("label", "")), 40, "layout", needed=False), "asks": asks})
    return asked


def _record(by: Actor, at: datetime, verb: str, name: str, code: str, after: Mapping[str, Any]) -> None:
    audit.append(by=by, at=at, verb=f"registers.{verb}", stream=f"catalogue:{name}", place_code=code, after=after)
