"""A form from elsewhere becomes a form of a place's own: known elements are used, new ones say why and how long first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid
from linli.kernel.declare import Type
from linli.kernel.declare.elements import CHOSEN

from ..defined import Defined, elements_at
from ..defined import elements as defined
from ..incoming import IncomingForm, Question
from ..models import LocalForm
from .local import add_element, save_form

_YES = frozenset({"yes", "y", "1", "true", "是"})


@dataclass(frozen=True, slots=True)
class New:
    """What a new element must say before anybody is asked it."""

    purpose: str
    basis: str
    keep_days: int
    owner: str
    sensitivity: str
    label: str = ""


Choice = str | New | None
"""For each question: the name of an element there is, what a new one says, or None to leave it out."""


def take_form(
    *,
    by: Actor,
    at: datetime,
    place_code: str,
    form: IncomingForm,
    about: str,
    label: str,
    choices: Mapping[str, Choice],
    visit: bool = False,
    every_days: int | None = None,
) -> LocalForm:
    """One form, with the elements it needs, or nothing. Needs `registers.change` at the place.

    Raises Invalid by the question's name (a new one that does not say why, an element of another type), Conflict.
    """
    if form.faults or not form.questions:
        raise Invalid(_("这张表不能导入，请先改好。"))
    with transaction.atomic():
        asked: dict[str, Defined] = {}
        for question in form.questions:
            choice = choices.get(question.name)
            if choice is None:
                continue
            asked[question.name] = _element(by, at, place_code, about, question, choice)
        if not asked:
            raise Invalid(_("请至少留下一个问题。"))
        names = [one.name for one in asked.values()]
        if doubled := next((q for q, one in asked.items() if names.count(one.name) > 1), None):
            raise Invalid(_("有两个问题用了同一个数据项。"), fields={doubled: _("有两个问题用了同一个数据项。")})
        return save_form(
            by=by, at=at, place_code=place_code, label=label, about=about, layout=_layout(form.questions, asked),
            visit=visit, every_days=every_days,
        )  # fmt: skip


def proposals(place_code: str, about: str, form: IncomingForm) -> dict[str, str]:
    """For each question the element that asks the same already, by name or by label, "" for none. Two queries at most."""
    known = elements_at(place_code, about=about)
    by_name = {_plain(one.name): one for one in known}
    by_label = {_plain(one.label): one for one in known}
    found = {}
    for question in form.questions:
        label = _plain(question.label)
        one = by_label.get(label) or by_name.get(_plain(question.name)) or by_name.get(label)
        found[question.name] = one.name if one is not None and fits(question, one) else ""
    return found


def fits(question: Question, one: Defined) -> bool:
    """Whether an element can hold the answers: of the same type, and with the same choices where there are some."""
    type_ = one.element.type
    if type_ != question.type and not (question.type == "text" and type_ is Type.PHONE):
        return False
    if type_ not in CHOSEN:
        return True
    return all(_code(code, words, one) is not None for code, words in question.choices)


def _element(
    by: Actor, at: datetime, place_code: str, about: str, question: Question, choice: str | New
) -> Defined:
    if isinstance(choice, New):
        name = _add(by, at, place_code, about, question, choice)
        return defined([name])[name]
    one = next((one for one in elements_at(place_code, about=about) if one.name == choice), None)
    if one is None or not fits(question, one):
        sentence = _("“%(label)s”的答案放不进这个数据项，请换一个或另建。") % {"label": question.label}
        raise Invalid(sentence, fields={question.name: sentence})
    return one


def _add(by: Actor, at: datetime, place_code: str, about: str, question: Question, new: New) -> str:
    try:
        row = add_element(
            by=by, at=at, place_code=place_code, label=new.label or question.label, about=about, type=question.type,
            purpose=new.purpose, basis=new.basis, keep_days=new.keep_days, sensitivity=new.sensitivity, owner=new.owner,
            digits=2 if question.type == Type.DECIMAL else 0, choices=[words for _code_, words in question.choices],
        )  # fmt: skip
    except Invalid as refused:
        sentence = _("“%(label)s”：%(why)s") % {"label": question.label, "why": refused.sentence}
        raise Invalid(sentence, fields={question.name: sentence}) from None
    return row.name


def _layout(questions: Sequence[Question], asked: Mapping[str, Defined]) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    by_name = {question.name: question for question in questions}
    for question in questions:
        if question.name not in asked:
            continue
        if not groups or groups[-1]["label"] != question.group:
            groups.append({"label": question.group, "asks": []})
        when = asked.get(question.when)
        values = _values(by_name[question.when], when, question.values) if when else []
        groups[-1]["asks"].append(
            {
                "element": asked[question.name].name,
                "required": question.required,
                "when": when.name if when and values else "",
                "values": values,
            }
        )
    return groups


def _values(question: Question, one: Defined, values: Sequence[str]) -> list[str]:
    """Values of a condition as the element keeps them."""
    if one.element.type is Type.YES_NO:
        return ["yes" if value.lower() in _YES else "no" for value in values]
    words = dict(question.choices)
    return [code for value in values if (code := _code(value, words.get(value, value), one))]


def _code(code: str, words: str, one: Defined) -> str | None:
    """The choice of an element that says the same, by its words or its code."""
    by_label = {_plain(label): key for key, label in one.choices.items()}
    return by_label.get(_plain(words)) or next((key for key in one.choices if _plain(key) == _plain(code)), None)


def _plain(text: str) -> str:
    return "".join(ch for ch in text.casefold() if ch.isalnum())
