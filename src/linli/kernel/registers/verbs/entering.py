"""A form is filled in about a subject: facts are written, or confirmed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, Refused, require
from linli.kernel.audit.ids import uuid7
from linli.kernel.declare import Source, Type
from linli.kernel.files.verbs import attach
from linli.kernel.sealed import seal

from ..defined import Defined, DefinedForm
from ..defined import form as form_named
from ..models import Confirmation, Entry, Fact, State
from ..subjects import Key, Subject, found
from ..values import Value, print_of, says
from .answers import read_answers
from .common import ENTERS, LIVE, act, kept_until, put_in_force, record, require_at, text_of
from .rounds import note_met

AHEAD = timedelta(minutes=10)
"""How far a phone's clock may be ahead of ours."""
EARLIEST = datetime.fromisoformat("1950-01-01T00:00:00+00:00")
MOST_SENT = 60_000
"""Characters of everything on one form."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of it. `conflicts` are the elements somebody should look at now, with why ("later", "unaware")."""

    entry: Entry
    facts: tuple[str, ...]
    confirmed: tuple[str, ...]
    conflicts: Mapping[str, str]


def enter(
    *,
    by: Actor,
    at: datetime,
    form: str,
    subject: Key,
    values: Mapping[str, object],
    confirms: Collection[str] = (),
    seen: Mapping[str, UUID | None] | None = None,
    observed_at: datetime | None = None,
    source: Source = Source.STAFF,
    source_name: str = "",
    version: int | None = None,
    note: str = "",
    key: UUID | None = None,
) -> Entered:
    """Write down what a form says about a subject (its id; of a place, its code).

    A value that is in force already, and one named in `confirms` (还是这样), becomes a confirmation of the fact there is;
    what is left empty says nothing. `seen` is, by element, the fact in force that whoever filled it in had before them (None:
    nothing was known): what they had not seen is a conflict where it differs. `version` is that of the form they had.
    `key` is a phone's own: the same again is the same entry. A visit's form ends the visit that was due, and plans the next.

    Needs `registers.enter` at the subject's place. Raises Invalid by element, NotFound, Conflict (the key came with
    something else).
    """
    require(by, ENTERS)
    asked = form_in_use(form)
    when = observed(observed_at, at)
    remark = text_of(note, 500, "note", needed=False)
    digest = digest_of(form, subject, values, confirms, when if observed_at else None)
    with act():
        target = found(asked.form.about, subject, at, held=True)
        require_at(by, ENTERS, target)
        _stands(asked, target)
        said = Filling(values, confirms, seen, version, source, source_name, when, remark, key, digest)
        return fill_in(asked, target, said, by, at)


@dataclass(frozen=True, slots=True)
class Filling:
    """A form as it was filled in, and how it came."""

    values: Mapping[str, object]
    confirms: Collection[str]
    seen: Mapping[str, UUID | None] | None
    version: int | None
    source: Source
    source_name: str
    observed_at: datetime
    note: str = ""
    key: UUID | None = None
    digest: bytes | None = None


def fill_in(asked: DefinedForm, target: Subject, said: Filling, by: Actor, at: datetime) -> Entered:
    """Write an entry down, in the transaction of its verb, which has asked permission and holds the subject."""
    if said.key is not None and (before := Entry.objects.filter(author=by.account_id, key=said.key).first()):
        return _again(before, said.digest)
    facts_known = Fact.objects.filter(subject=target.id, element__in=list(asked.elements), state=State.IN_FORCE)
    known = {fact.element: fact for fact in facts_known}
    given = read_answers(asked, said.values, said.confirms, known, said.version)
    version = asked.form.version
    entry = Entry.objects.create(
        form=asked.name, version=min(said.version or version, version), about=target.about, subject=target.id,
        place_code=target.place_code, source=said.source, source_name=said.source_name[:120], author_id=by.account_id,
        observed_at=said.observed_at, recorded_at=at, note=said.note, key=said.key, digest=said.digest,
    )  # fmt: skip
    facts, confirmed = write_down(entry, target, asked, given, known, said.seen)
    take_files(facts, given, asked, by, at)
    whys = put_in_force(target, [*(fact.element for fact in facts), *confirmed], at)
    if asked.form.visit:
        note_met(entry, asked.form, target)
    entered = Entered(entry, tuple(fact.element for fact in facts), tuple(confirmed), whys)
    after: dict[str, Any] = {"form": asked.name, "entry": entry.id, "elements": list(entered.facts)}
    if confirmed:
        after["confirmed"] = confirmed
    record(by, at, "enter", target, after=after)
    return entered


def take_files(
    facts: Iterable[Fact], given: Mapping[str, Value | None], asked: DefinedForm, by: Actor, at: datetime
) -> None:
    """Files that facts name belong to them from now on. Raises Invalid by element where one is not the author's own."""
    for fact in facts:
        if asked.elements[fact.element].element.type is not Type.FILE:
            continue
        try:
            attach(
                by=by, at=at, file_ids=[UUID(str(given[fact.element]))], subject_type="fact", subject_id=fact.id,
                place_code=fact.place_code,
            )  # fmt: skip
        except Refused as no:
            raise Invalid(no.sentence, fields={fact.element: no.sentence}) from no


def form_in_use(name: str) -> DefinedForm:
    """A form that is filled in still. Raises NotFound, Conflict."""
    asked = form_named(name)
    if asked is None:
        raise NotFound(_("没有这个表单。"))
    if asked.retired_at is not None:
        raise Conflict(_("表单“%(form)s”已经停用，请换一个表单。") % {"form": asked.label}, code="retired")
    return asked


def _stands(asked: DefinedForm, target: Subject) -> None:
    if asked.local and not target.place_code.startswith(asked.place_code):
        raise NotFound(_("没有这个表单。"))


def observed(observed_at: datetime | None, at: datetime) -> datetime:
    """When it was so, never after now. Raises Invalid for a clock that is wrong."""
    when = observed_at or at
    if when > at + AHEAD:
        sentence = _("观察时间在将来。请检查手机的时间。")
        raise Invalid(sentence, fields={"observed_at": sentence})
    if when < EARLIEST:
        sentence = _("观察时间太早。请检查手机的时间。")
        raise Invalid(sentence, fields={"observed_at": sentence})
    return min(when, at)


def digest_of(form: str, subject: Key, values: Mapping[str, object], confirms: Collection[str], when: Any) -> bytes:
    """By which what comes twice is known again. Raises Invalid for more than anybody writes."""
    told = json.dumps([form, str(subject), dict(values), sorted(confirms), when], default=str, sort_keys=True)
    if len(told) > MOST_SENT:
        raise Invalid(_("内容太长。"))
    return hashlib.sha256(told.encode()).digest()


def _again(before: Entry, digest: bytes | None) -> Entered:
    if before.digest is None or bytes(before.digest) != digest:
        raise Conflict(_("这一份已经交过，而且内容不一样。请重新打开表单再填。"), code="key")
    facts = tuple(before.facts.order_by("element").values_list("element", flat=True))
    confirmed = tuple(before.confirmations.order_by("fact__element").values_list("fact__element", flat=True))
    return Entered(before, facts, confirmed, {})


def write_down(
    entry: Entry,
    target: Subject,
    asked: DefinedForm,
    given: Mapping[str, Value | None],
    known: Mapping[str, Fact],
    seen: Mapping[str, UUID | None] | None,
) -> tuple[list[Fact], list[str]]:
    """New facts of an entry, not yet in force, and the elements that were confirmed."""
    facts: list[Fact] = []
    again: list[Fact] = []
    older = _older(target, asked, given, known, seen)
    for name, value in given.items():
        one, before = asked.elements[name], known.get(name)
        unaware = before is not None and seen is not None and seen.get(name) != before.id
        if value is None and name in older:
            # 还是这样 was said of what the phone showed, not of what came meanwhile.
            older[name].unaware_of = before.id if before else None
            again.append(older[name])
        elif before is not None and (value is None or _is_so_already(one, value, before, entry.source)):
            if not unaware:
                before.unaware_of = None  # whoever confirms it has it, and what differs, before them
            again.append(before)
        else:
            assert value is not None
            fact = fact_of(entry, target, one, value)
            fact.unaware_of = before.id if unaware and before is not None else None
            facts.append(fact)
    Fact.objects.bulk_create(facts)
    Confirmation.objects.bulk_create(
        [Confirmation(fact=fact, entry=entry, observed_at=entry.observed_at) for fact in again]
    )
    for fact in again:
        fact.seen_at = max(fact.seen_at, entry.observed_at)
        fact.keep_until = kept_until(asked.elements[fact.element].element, fact.seen_at)
        fact.save(update_fields=["seen_at", "keep_until", "unaware_of"])
    return facts, [fact.element for fact in again]


def _older(
    target: Subject,
    asked: DefinedForm,
    given: Mapping[str, Value | None],
    known: Mapping[str, Fact],
    seen: Mapping[str, UUID | None] | None,
) -> dict[str, Fact]:
    """What was confirmed and was in force on the phone, and is not any more. Raises Conflict where it is gone."""
    told = {
        n: seen[n]
        for n, value in given.items()
        if value is None and seen and seen.get(n) not in (None, known[n].id)
    }
    found = {fact.id: fact for fact in Fact.objects.filter(subject=target.id, pk__in=list(told.values()))}
    for name, key in told.items():
        if key not in found or found[key].state not in LIVE:
            sentence = _("您看到的内容已经更正，请重新打开表单核对“%(element)s”。") % {
                "element": asked.elements[name].label
            }
            raise Conflict(sentence, code="corrected", fields={name: sentence})
    return {name: found[key] for name, key in told.items() if key is not None}


def fact_of(entry: Entry, target: Subject, one: Defined, value: Value) -> Fact:
    """A fact of an entry, sealed where its element is sensitive; not yet in force."""
    element = one.element
    return Fact(
        id=uuid7(),
        about=target.about,
        subject=target.id,
        element=element.name,
        place_code=target.place_code,
        value=None if element.sealed else value,
        sealed=seal(json.dumps(value, ensure_ascii=False)) if element.sealed else None,
        print=print_of(element, value) if element.sealed else None,
        source=entry.source,
        entry=entry,
        author_id=entry.author_id,
        observed_at=entry.observed_at,
        recorded_at=entry.recorded_at,
        seen_at=entry.observed_at,
        keep_until=kept_until(element, entry.observed_at),
    )


def _is_so_already(one: Defined, value: Value, before: Fact, source: str) -> bool:
    """Whether what is said is in force already, by a source that is no weaker: then it is confirmed, not written again."""
    element = one.element
    if element.rank(source) < element.rank(before.source):
        return False
    if before.print is not None:
        return bytes(before.print) == print_of(element, value)
    return says(element, before.value) == says(element, value)
