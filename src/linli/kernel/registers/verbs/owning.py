"""Somebody says something about themselves, on their own phone: what forms mark as theirs to say (`declare.Ask.own`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed, NotFound, as_system, require
from linli.kernel.declare import About, Source
from linli.kernel.people.models import Person

from ..defined import DefinedForm, form, forms_at, own_part
from ..subjects import Subject, found
from .common import CONTESTS, act
from .entering import Entered, Filling, digest_of, fill_in, form_in_use
from .reading import Sheet, lines_of


def own_forms(by: Actor) -> list[DefinedForm]:
    """What the actor may fill in about themselves where they live: forms with nothing but what is theirs to say."""
    require(by, CONTESTS)
    if by.person_id is None:
        return []
    with as_system():
        home = Person.objects.filter(pk=by.person_id, erased_at=None).values_list("place_code", flat=True).first()
        if not home:
            return []
        forms = forms_at(home, about=About.PERSON)
    return [part for one in forms if (part := own_part(one)) is not None]


def own_sheet(*, by: Actor, at: datetime, form: str) -> Sheet:
    """A form about oneself with what is known already, in plain: nobody else reads it. Raises NotFound."""
    require(by, CONTESTS)
    with act():
        target = _oneself(by, at, held=False)
        asked = _own(form, target)
        lines = lines_of(target, list(asked.form.elements), whole=True)
    return Sheet(target, lines, asked, at, {line.name: line for line in lines})


def fill_own(
    *,
    by: Actor,
    at: datetime,
    form: str,
    values: Mapping[str, object],
    confirms: Collection[str] = (),
    seen: Mapping[str, UUID | None] | None = None,
    version: int | None = None,
    key: UUID | None = None,
) -> Entered:
    """Write down what somebody says about themselves; as `enter`, with the source RESIDENT and the rank each element gives it.

    Only what the form marks as their own is taken. Needs `registers.contest`, and to be oneself: nobody's proxy. Raises
    Invalid by element, NotFound, Conflict.
    """
    require(by, CONTESTS)
    asked = form_in_use(form)
    digest = digest_of(form, str(by.person_id), values, confirms, None)
    with act():
        target = _oneself(by, at, held=True)
        own = _own(asked.name, target)
        return fill_in(
            own, target, Filling(values, confirms, seen, version, Source.RESIDENT, "", at, "", key, digest), by, at
        )


def _oneself(by: Actor, at: datetime, *, held: bool) -> Subject:
    if by.person_id is None or by.on_behalf:
        raise NotAllowed(_("自己的情况由本人填写，或到窗口请工作人员登记。"), code="own")
    return found(About.PERSON, by.person_id, at, held=held)


def _own(name: str, target: Subject) -> DefinedForm:
    asked = form(name)
    part = own_part(asked) if asked is not None and asked.retired_at is None else None
    if part is None or not target.place_code.startswith(part.place_code):
        raise NotFound(_("没有这个表单。"))
    return part
