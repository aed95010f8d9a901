"""Reading what is known about a subject is an act: it is written down, and who it is about can read it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotFound, require
from linli.kernel.places import queries as places
from linli.kernel.sealed import unseal

from ..defined import Defined, DefinedForm
from ..defined import elements as defined
from ..defined import form as form_named
from ..models import Conflict, Fact, State
from ..subjects import Key, Subject, found
from ..told import tell_unmasked
from ..values import masked, shown
from .common import READS, act, record, require_at, text_of


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as staff read it: sensitive ones masked. `value` is None where it is sealed."""

    fact_id: UUID
    text: str
    value: Any
    sealed: bool
    state: str
    source: str
    source_name: str
    author: str
    form: str
    observed_at: datetime
    seen_at: datetime
    recorded_at: datetime
    keep_until: date
    contested: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One element of a subject: what is in force, what stands beside (the latest first), and why somebody should look."""

    name: str
    one: Defined | None
    said: Said | None
    beside: Sequence[Said] = ()
    conflict: UUID | None = None
    why: str = ""

    @property
    def label(self) -> str:
        return self.one.label if self.one else self.name


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known about a subject, as it was read. `form` where a form was asked for."""

    subject: Subject
    lines: Sequence[Line]
    form: DefinedForm | None = None
    read_at: datetime | None = None
    by_name: dict[str, Line] = field(default_factory=dict)

    def line(self, name: str) -> Line | None:
        return self.by_name.get(name)


def read_facts(
    *,
    by: Actor,
    at: datetime,
    about: str,
    subject: Key,
    purpose: str,
    form: str = "",
    elements: Collection[str] | None = None,
) -> Sheet:
    """What is known about a subject: of the elements named, of those a form asks, or all; and the record that it was read,
    in the history of everybody it is about.

    `purpose` is a short sentence of the screen ("走访", "填写出租房检查"). Sensitive values are masked (`unmask`). Needs
    `registers.read` at the place. Raises NotFound, Invalid.
    """
    require(by, READS)
    why = text_of(purpose, 200, "purpose")
    asked = form_named(form) if form else None
    if form and asked is None:
        raise NotFound(_("没有这个表单。"))
    with act():
        target = found(about, subject, at)
        require_at(by, READS, target)
        names = list(asked.form.elements) if asked else None if elements is None else list(elements)
        lines = lines_of(target, names)
        told = [line.name for line in lines if line.said is not None]
        after: dict[str, Any] = {"purpose": why, "elements": told}
        if form:
            after["form"] = form
        record(by, at, "read_facts", target, after=after)
    return Sheet(target, lines, asked, at, {line.name: line for line in lines})


def unmask(*, by: Actor, at: datetime, fact_id: UUID, reason: str) -> str:
    """One sensitive value, in plain, once. The record says which element and why, not the value.

    Needs `registers.read` and `people.unmask` at the place. Raises NotFound, Invalid (no reason, nothing masked).
    """
    require(by, READS)
    require(by, "people.unmask")
    why = text_of(reason, 200, "reason")
    with act():
        fact = Fact.objects.filter(pk=fact_id).exclude(state=State.ERASED).first()
        if fact is None:
            raise NotFound(_("没有这条记录，或者它已经消除。"))
        target = found(fact.about, fact.subject, at)
        require_at(by, READS, target)
        require_at(by, "people.unmask", target)
        if fact.sealed is None:
            raise Invalid(_("这一项没有遮盖。"))
        record(by, at, "unmask", target, after={"elements": [fact.element]}, note=why)
        tell_unmasked(fact, target, why, by=by, at=at)
        return plain(fact, defined([fact.element]).get(fact.element))


def lines_of(target: Subject, names: Sequence[str] | None, *, whole: bool = False) -> list[Line]:
    """A line for each element named, or for each that anything is known of; four queries. For verbs that write it down.
    `whole`: nothing masked, for the person it is about."""
    rows = Fact.objects.filter(subject=target.id).exclude(state=State.ERASED).select_related("author", "entry")
    if names is not None:
        rows = rows.filter(element__in=names)
    facts: dict[str, list[Fact]] = {name: [] for name in names or ()}
    for fact in rows.order_by("element", "-seen_at", "-recorded_at", "-id"):
        facts.setdefault(fact.element, []).append(fact)
    known = defined(facts)
    open_ones = {
        row.element: row for row in Conflict.objects.filter(subject=target.id, element__in=list(facts), end="")
    }
    labels = places.labels(
        str(fact.value) for group in facts.values() for fact in group if _is_place(known.get(fact.element), fact)
    )
    lines = []
    for name, group in facts.items():
        one = known.get(name)
        told = [_said(fact, one, labels, whole) for fact in group]
        conflict = open_ones.get(name)
        lines.append(
            Line(
                name=name,
                one=one,
                said=next((said for said in told if said.state == State.IN_FORCE), None),
                beside=[said for said in told if said.state != State.IN_FORCE],
                conflict=conflict.id if conflict else None,
                why=conflict.why if conflict else "",
            )
        )
    return lines


def plain(fact: Fact, one: Defined | None) -> str:
    """What a fact says, for whoever may read all of it."""
    value = json.loads(unseal(fact.sealed)) if fact.sealed is not None else fact.value
    return shown(one.element, value, one.choices) if one else str(value)


def _said(fact: Fact, one: Defined | None, labels: dict[str, str], whole: bool) -> Said:
    if one is None:
        text = "＊＊＊" if fact.sealed is not None else str(fact.value)
    elif fact.sealed is not None and whole:
        text = plain(fact, one)
    elif fact.sealed is not None:
        text = masked(one.element, json.loads(unseal(fact.sealed)))
    else:
        text = shown(one.element, fact.value, one.choices, labels.get(str(fact.value), ""))
    return Said(
        fact_id=fact.id,
        text=text,
        value=fact.value,
        sealed=fact.sealed is not None,
        state=fact.state,
        source=fact.source,
        source_name=fact.entry.source_name if fact.entry else "",
        author=fact.author.name if fact.author else "",
        form=fact.entry.form if fact.entry else "",
        observed_at=fact.observed_at,
        seen_at=fact.seen_at,
        recorded_at=fact.recorded_at,
        keep_until=fact.keep_until,
        contested=fact.contested,
    )


def _is_place(one: Defined | None, fact: Fact) -> bool:
    return one is not None and one.element.type == "place" and fact.value is not None
