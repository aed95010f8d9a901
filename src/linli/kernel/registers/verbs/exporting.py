"""A register is taken away as a table: whoever is in it can read that, by whom and what for. Sensitive values stay masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, require
from linli.kernel.people.models import Person
from linli.kernel.places import queries as places

from ..defined import elements as defined
from ..models import Fact, State
from ..values import masked, shown
from .common import READS, text_of

MOST = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """A subject: what it is called, where, and its values in the order that was asked for."""

    label: str
    place: str
    values: tuple[str, ...]


def export_table(*, by: Actor, at: datetime, about: str, elements: Sequence[str], purpose: str) -> list[Row]:
    """Everybody in the actor's place of whom one of the elements is known, with a record in each history.

    Needs `registers.read`. Raises Invalid (no purpose, no element, more than 20,000).
    """
    require(by, READS)
    why = text_of(purpose, 200, "purpose")
    names = list(dict.fromkeys(elements))
    known = {name: one for name, one in defined(names).items() if one.element.about == about}
    if not names or set(known) != set(names):
        raise Invalid(_("请选择要导出的数据项。"), fields={"elements": _("请选择要导出的数据项。")})
    with transaction.atomic():
        rows = Fact.objects.filter(state=State.IN_FORCE, about=about, element__in=names)
        if by.scope != "*":
            rows = rows.filter(place_code__gte=by.scope, place_code__lt=by.scope + ":")
        said: dict[UUID, dict[str, str]] = {}
        where: dict[UUID, str] = {}
        for subject, element, value, code in rows.values_list(
            "subject", "element", "value", "place_code"
        ).iterator():
            one = known[element]
            said.setdefault(subject, {})[element] = (
                masked(one.element, "") if value is None else shown(one.element, value, one.choices)
            )
            where[subject] = code
            if len(said) > MOST:
                raise Invalid(_("超过 %(n)d 行，请分街镇或居村导出。") % {"n": MOST})
        persons = (
            dict(Person.objects.filter(pk__in=list(said), erased_at=None).values_list("id", "name"))
            if about == "person"
            else {}
        )
        _tell(by, at, persons, where, names, why)
        labels = places.labels(set(where.values()))
    found = [
        Row(persons.get(key, ""), labels.get(where[key], where[key]), tuple(values.get(name, "") for name in names))
        for key, values in said.items()
        if about != "person" or key in persons
    ]
    return sorted(found, key=lambda row: (row.place, row.label))


def _tell(
    by: Actor, at: datetime, persons: dict[UUID, str], where: dict[UUID, str], names: Sequence[str], why: str
) -> None:
    after = {"purpose": why, "elements": list(names)}
    entries = [audit.Entry(f"person:{key}", where[key], person_ids=(key,), after=after) for key in persons]
    if not entries:
        entries = [audit.Entry(f"register:{by.scope}", by.scope if by.scope != "*" else "", after=after, note=why)]
    audit.append_each(entries, by=by, at=at, verb="registers.export")
