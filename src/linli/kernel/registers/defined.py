"""What may be asked at a place: the elements and forms that scenes declare, and those a street or a neighbourhood added.

Both are the same values here (`declare.Element`, `declare.Form`) with their words in the reader's language beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import About, Ask, Codes, Element, Form, Group, Sensitivity, Shown, Type, days

from .models import LocalElement, LocalForm


@dataclass(frozen=True, slots=True)
class Defined:
    """An element with its words. `place_code` is where it was added; "" for one a scene declares, which holds everywhere."""

    element: Element
    label: str
    purpose: str
    basis: str
    owner: str
    choices: Mapping[str, str]
    place_code: str = ""
    retired_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.element.name

    @property
    def local(self) -> bool:
        return bool(self.place_code)


@dataclass(frozen=True, slots=True)
class DefinedForm:
    """A form with its words and the elements it asks."""

    form: Form
    label: str
    groups: Mapping[str, str]
    elements: Mapping[str, Defined]
    place_code: str = ""
    retired_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.form.name

    @property
    def local(self) -> bool:
        return bool(self.place_code)


def element(name: str) -> Defined | None:
    """One element by its name, retired ones too."""
    return elements([name]).get(name)


def label_of(name: str) -> str:
    """What an element is called, for a line of a history. A place's own is asked for once: its label is never changed."""
    if name in catalogue().elements:
        return _word("element", name)
    if name not in _labels and (row := LocalElement.objects.filter(name=name).first()):
        _labels[name] = row.label
    return _labels.get(name, name)


_labels: dict[str, str] = {}


def elements(names: Iterable[str]) -> dict[str, Defined]:
    """Elements by name, retired ones too; one query when some of them are a place's own."""
    wanted = list(dict.fromkeys(names))
    known = catalogue().elements
    found = {name: _of_scene(known[name]) for name in wanted if name in known}
    if missing := [name for name in wanted if name not in known]:
        rows = {row.name: _of_row(row) for row in LocalElement.objects.filter(name__in=missing)}
        found |= {name: rows[name] for name in missing if name in rows}
    return found


def elements_at(place_code: str, *, about: str | None = None, retired: bool = False) -> list[Defined]:
    """All that may be asked at a place, the scenes' own first; its own and those of the places it lies in."""
    found = [_of_scene(one) for one in catalogue().elements.values()]
    rows = LocalElement.objects.filter(place_code__in=_above(place_code)).order_by("made_at", "id")
    if not retired:
        rows = rows.filter(retired_at=None)
    found += [_of_row(row) for row in rows]
    return [one for one in found if about is None or one.element.about == about]


def form(name: str) -> DefinedForm | None:
    """A form as it is now, retired ones too."""
    declared = catalogue().forms.get(name)
    if declared is not None:
        return _formed([declared], [])[0]
    rows = LocalForm.objects.filter(name=name, current=True)
    return next(iter(_formed([], rows)), None)


def forms_at(place_code: str, *, about: str | None = None, visit: bool | None = None) -> list[DefinedForm]:
    """Forms that may be filled in at a place, the scenes' own first; two queries at most."""
    rows = LocalForm.objects.filter(place_code__in=_above(place_code), current=True, retired_at=None)
    return [
        one
        for one in _formed(catalogue().forms.values(), rows.order_by("made_at", "id"))
        if (about is None or one.form.about == about) and (visit is None or one.form.visit is visit)
    ]


def own_part(one: DefinedForm) -> DefinedForm | None:
    """What of a form a person may say about themselves, as a form; None where there is nothing."""
    groups = tuple(
        Group(group.name, asks)
        for group in one.form.groups
        if (asks := tuple(ask for ask in group.asks if ask.own))
    )
    return replace(one, form=replace(one.form, groups=groups, visit=False, every=None)) if groups else None


def uses(names: Iterable[str], place_code: str) -> dict[str, list[str]]:
    """In which forms at a place each element is asked: labels by element."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for one in forms_at(place_code):
        for name in one.form.elements:
            if name in found:
                found[name].append(one.label)
    return found


def _above(place_code: str) -> list[str]:
    return [place_code[:length] for length in range(2, len(place_code) + 1)]


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def _word(noun: str, name: str, part: str = "name") -> str:
    return catalogue().word(noun, name, _language(), part)


def _of_scene(one: Element) -> Defined:
    choices = (
        {choice: _word("codes", one.codes.name, choice) or choice for choice in one.codes.choices}
        if one.codes
        else {}
    )
    return Defined(
        element=one,
        label=_word("element", one.name),
        purpose=_word("purpose", one.purpose),
        basis=_word("basis", one.basis),
        owner=_word("department", one.owner),
        choices=choices,
    )


def _of_row(row: LocalElement) -> Defined:
    codes = Codes(row.name, tuple(code for code, _label in row.choices)) if row.choices else None
    one = Element(
        row.name, Type(row.type), About(row.about), purpose=row.purpose, basis=row.basis, keeps=days(row.keep_days),
        owner=row.owner, sensitivity=Sensitivity(row.sensitivity), unit=row.unit, digits=row.digits, codes=codes,
    )  # fmt: skip
    return Defined(
        element=one,
        label=row.label,
        purpose=row.purpose,
        basis=row.basis,
        owner=row.owner,
        choices=dict(row.choices),
        place_code=row.place_code,
        retired_at=row.retired_at,
    )


def _formed(declared: Iterable[Form], rows: Iterable[LocalForm]) -> list[DefinedForm]:
    """Forms with their words, all their elements looked up at once."""
    own = list(declared)
    added = [(row, _laid_out(row)) for row in rows]
    known = elements(name for one in (*own, *(form for _row, form in added)) for name in one.elements)

    def asked(one: Form) -> dict[str, Defined]:
        return {name: known[name] for name in one.elements if name in known}

    found = [
        DefinedForm(one, _word("form", one.name), {g.name: _word("group", g.name) for g in one.groups}, asked(one))
        for one in own
    ]
    for row, one in added:
        labels = {f"g{n}": group["label"] or _("内容") for n, group in enumerate(row.layout)}
        found.append(DefinedForm(one, row.label, labels, asked(one), row.place_code, row.retired_at))
    return found


def _laid_out(row: LocalForm) -> Form:
    groups = tuple(Group(f"g{n}", tuple(map(_ask, group["asks"]))) for n, group in enumerate(row.layout))
    every = days(row.every_days) if row.every_days else None
    return Form(row.name, About(row.about), groups, version=row.version, visit=row.visit, every=every)


def _ask(written: Mapping[str, Any]) -> Ask:
    when = Shown(written["when"], tuple(written["values"])) if written.get("when") else None
    return Ask(written["element"], bool(written.get("required")), when, bool(written.get("own")))
