"""Blacking out the name and the numbers of somebody who asks for it in what others wrote (PIPL art. 47)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, look_as, require
from linli.kernel.audit import append
from linli.kernel.audit.verbs import erase

from ..mentions import Wanted
from ..models import Matter
from ..words import TEXTS, tables
from .core import locked, needed
from .mentioning import contact_of, wanted_of
from .whom import whom


def redact(*, matter_id: UUID, person_id: UUID, by: Actor, at: datetime, reason: str) -> Matter:
    """Black out a person's name, phone and identity number wherever they stand in one matter; return the matter.

    What else was written stays. Records of its history that say them are erased, which the chain bears; a contact left
    with it that is theirs goes. The record says how many places and why, not what stood there, nor whom it was about.
    Needs `matters.redact` at the matter and `people.erase` at the person. Raises NotFound, Invalid (no reason, or one
    that names them), Conflict when they are not named there.
    """
    require(by, "matters.redact")
    needed(reason=reason)
    with transaction.atomic():
        look_as(by)
        wanted = wanted_of(whom(person_id, by, "people.erase"))
        if wanted.stands_in(reason):
            sentence = _("理由会留在记录里，请不要写姓名和号码。")
            raise Invalid(sentence, fields={"reason": sentence})
        matter = locked(matter_id)
        require(by, "matters.redact", matter.place_code)
        look_as(SYSTEM)
        places = _black_out(matter, wanted)
        records = erase(at=at, streams=[matter.stream], saying=wanted.pattern)
        if not places and not records:
            raise Conflict(_("这件事里没有写到这个人，或者已经隐去。"), code="nothing_to_redact")
        append(
            by=by,
            at=at,
            verb="matters.redact",
            stream=matter.stream,
            place_code=matter.place_code,
            unit_ids=matter.unit_ids,
            person_ids=matter.person_ids,
            after={"places": places, "records": records},
            note=reason.strip(),
        )
        look_as(by)
    return matter


def _black_out(matter: Matter, wanted: Wanted) -> int:
    """How many texts were changed."""
    changed = _change(matter, TEXTS, wanted)
    if wanted.stands_in(contact_of(matter)):
        matter.contact_sealed = None
        changed.append("contact_sealed")
    matter.version += 1
    matter.save(update_fields=[*changed, "version"])
    count = len(changed)
    for model, column, texts in tables():
        if model is Matter:
            continue
        for row in model._default_manager.filter(**{column: matter.id}).select_for_update():
            if fields := _change(row, texts, wanted):
                row.save(update_fields=fields)
                count += len(fields)
    return count


def _change(row: models.Model, texts: tuple[str, ...], wanted: Wanted) -> list[str]:
    """Black out in a row that is not saved yet; the names of what changed."""
    changed = []
    for name in texts:
        text = getattr(row, name)
        if (blacked := wanted.blacked_out(text)) != text:
            setattr(row, name, blacked)
            changed.append(name)
    return changed
