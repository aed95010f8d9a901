"""Single elements are said about a subject, without a form that arranges them: a gap of a report, a row of a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, require
from linli.kernel.declare import Ask, Form, Group, Source

from ..defined import DefinedForm, elements
from ..models import Entry, Fact, State
from ..subjects import Key, found
from .answers import read_answers
from .common import ENTERS, act, put_in_force, record, require_at
from .entering import Entered, observed, take_files, write_down


def supply(
    *,
    by: Actor,
    at: datetime,
    about: str,
    subject: Key,
    values: Mapping[str, object],
    origin: str,
    source: Source = Source.STAFF,
    source_name: str = "",
    observed_at: datetime | None = None,
) -> Entered:
    """Write down what is said of some elements of one subject; `origin` stands where a form's name does ("report").

    As `enter`: what is so already is confirmed. Needs `registers.enter` at the subject's place. Raises Invalid by element,
    NotFound.
    """
    require(by, ENTERS)
    when = observed(observed_at, at)
    with act():
        target = found(about, subject, at, held=True)
        require_at(by, ENTERS, target)
        asked = _as_form(target.about, target.place_code, values, origin)
        facts = Fact.objects.filter(subject=target.id, element__in=list(values), state=State.IN_FORCE)
        known = {fact.element: fact for fact in facts}
        given = read_answers(asked, values, (), known, None)
        entry = Entry.objects.create(
            form=origin, version=1, about=target.about, subject=target.id, place_code=target.place_code, source=source,
            source_name=source_name[:120], author_id=by.account_id, observed_at=when, recorded_at=at,
        )  # fmt: skip
        written, confirmed = write_down(entry, target, asked, given, known, None)
        take_files(written, given, asked, by, at)
        whys = put_in_force(target, [*(fact.element for fact in written), *confirmed], at)
        entered = Entered(entry, tuple(fact.element for fact in written), tuple(confirmed), whys)
        record(
            by, at, "enter", target,
            after={"form": origin, "entry": entry.id, "elements": [*entered.facts, *confirmed], "purpose": source_name[:120]},
        )  # fmt: skip
    return entered


def _as_form(about: str, place_code: str, values: Mapping[str, object], origin: str) -> DefinedForm:
    known = elements(values)
    faults = {}
    for name in values:
        one = known.get(name)
        if one is None or not place_code.startswith(one.place_code):
            faults[name] = _("这张表单没有这一项，可能已经删除。请刷新表单。")
        elif one.element.about != about:
            faults[name] = _("没有这种对象。")
    if faults:
        raise Invalid(next(iter(faults.values())), fields=faults)
    form = Form(origin, known[next(iter(values))].element.about, (Group("asked", tuple(Ask(n) for n in values)),))
    return DefinedForm(form=form, label=origin, groups={}, elements=known)
