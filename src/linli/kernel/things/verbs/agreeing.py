"""Agreements: asked for and signed. A personal device works from the moment everybody it is about has signed.

Whoever asks stands before the person, at home or at the counter (`agreements.record`), and reads the text with them.
Written is what the person confirms in their own account, or what they sign on paper, of which the photo is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, require
from linli.kernel.declare import Agreement as Declared
from linli.kernel.declare import Whose, seconds
from linli.kernel.files import verbs as files
from linli.kernel.files.kinds import Family
from linli.kernel.people.models import Person

from .. import texts
from ..models import Agreement, Signature, State, Thing, Why
from . import common, ending
from .said import told_to, told_to_each
from .signed import PERMISSION, facts, nobody, one_s_own
from .signers import Signer, chosen_for

RENEWED = timedelta(days=60)
"""So long before it ends an agreement may be signed anew."""
ON_PAPER = (Signature.Form.PAPER, Signature.Form.COUNTER)


def ask(
    *, by: Actor, at: datetime, thing_id: UUID, signers: Sequence[Signer], until: datetime | None = None
) -> Agreement:
    """Put the text before everybody it is about: each (or their guardian) confirms it in their own account (`sign`).

    Needs `agreements.record` at the device's place, and the persons registered where the actor works. Holds until
    `until`, at most as long as declared. What was asked before and is not signed yet is replaced. Raises Invalid (who must
    sign is missing, or needs a guardian; until), Conflict (it asks for none, is retired, one is in force).
    """
    with common.act():
        thing, declared = _asking(thing_id, by)
        _none_stands(thing, at)
        chosen = chosen_for(thing, declared, signers, by, at)
        for _person, guardian in chosen:
            if (guardian or _person).account_id is None:
                sentence = _("“%(name)s”没有在手机上登记过，请用纸质同意书。") % {
                    "name": (guardian or _person).name
                }
                raise Invalid(sentence, fields={"form": sentence})
        agreement = _offer(thing, declared, by, at, until)
        for person, guardian in chosen:
            Signature.objects.create(agreement=agreement, person=person, guardian=guardian)
        _record(by, at, "ask_agreement", thing, agreement, [p for p, _g in chosen])
    return agreement


def agree(
    *,
    by: Actor,
    at: datetime,
    thing_id: UUID,
    signers: Sequence[Signer],
    form: str,
    file_id: UUID,
    until: datetime | None = None,
) -> Agreement:
    """They have signed on paper, at home (`paper`) or at the counter (`counter`); `file_id` is its photo, sent by the actor.

    Needs what `ask` needs. A device that hangs where it shall works from now on. In the last sixty days of an agreement
    it may be signed anew by the same persons; nothing is erased then. What was asked for on the phone is settled by this.
    """
    if form not in ON_PAPER:
        sentence = _("请选择同意书是怎样签的。")
        raise Invalid(sentence, fields={"form": sentence})
    with common.act():
        thing, declared = _asking(thing_id, by)
        chosen = chosen_for(thing, declared, signers, by, at)
        since = _replace(thing, declared, {person.id for person, _guardian in chosen}, by, at)
        agreement = ending.standing(thing) if declared.whose is Whose.EACH else None
        agreement = agreement or _offer(thing, declared, by, at, until)
        _not_twice(agreement, [person for person, _guardian in chosen])
        for person, guardian in chosen:
            Signature.objects.create(
                agreement=agreement, person=person, guardian=guardian, form=form, file=file_id, signed_at=at
            )
        _attach(agreement, thing, file_id, by, at)
        begin(thing, agreement, at, since)
        _record(by, at, "agree", thing, agreement, [p for p, _g in chosen], form=form)
    return agreement


def sign(*, by: Actor, at: datetime, signature_id: UUID, digest: str) -> Agreement:
    """I agree: in one's own account, by the person or the guardian who was named. `digest` is of the text that was shown.

    Needs `people.change_self`; a proxy cannot (rights.md 9). With the last of them the device works. Raises NotFound,
    Conflict (the text has changed since, it is signed or over already).
    """
    require(by, "people.change_self")
    with common.act():
        signature, agreement, thing = one_s_own(signature_id, by)
        if signature.signed_at is not None or agreement.ended_at is not None or agreement.until <= at:
            raise Conflict(_("这份同意书已经签过，或者已经结束。"), code="settled")
        if digest != agreement.text_id:
            raise Conflict(_("同意书的内容有了变化，请重新读一遍。"), code="text")
        if agreement.text_id != texts.digest_of(thing.model):
            raise Conflict(_("同意书更新过了，请社工再发一份给您看。"), code="text")
        signature.form, signature.signed_at = Signature.Form.OWN, at
        signature.save(update_fields=["form", "signed_at"])
        if not agreement.signatures.filter(signed_at=None).exists():
            begin(thing, agreement, at)
        told_to(signature, by, at, "sign", thing)
        common.record(by=nobody(by), at=at, verb="sign", thing=thing, after=facts(thing, agreement, form="own"))
    return agreement


def _asking(thing_id: UUID, by: Actor) -> tuple[Thing, Declared]:
    thing = common.locked(thing_id, by, PERMISSION)
    common.must_be_in_use(thing)
    declared = texts.declared_of(thing.model)
    if declared is None:
        raise Conflict(_("这种设备不涉及个人，不需要同意书。"), code="not_personal")
    return thing, declared


def _none_stands(thing: Thing, at: datetime) -> None:
    """Asked once more, with today's words or other people: what was asked before is over."""
    standing = ending.standing(thing)
    if standing is None:
        return
    if standing.begun_at is not None:
        raise Conflict(_("这台设备已有同意书。"), code="has_one")
    ending.end(thing, standing, Why.CHANGED, at)


def _replace(thing: Thing, declared: Declared, persons: set[UUID], by: Actor, at: datetime) -> datetime | None:
    """What stands makes room for the paper: what was only asked for, or what ends soon and is signed by the same. Returns
    since when what the device says is taken, where the new one follows on it."""
    standing = ending.standing(thing)
    if standing is None:
        return None
    if standing.begun_at is None:
        ending.end(thing, standing, Why.CHANGED, at)
        return None
    if declared.whose is Whose.EACH:
        return None
    same = set(standing.signatures.values_list("person_id", flat=True)) == persons
    if not same or standing.until - at > RENEWED:
        raise Conflict(_("这台设备已有同意书。"), code="has_one")
    ending.make_room(thing, standing, at)
    return standing.since or standing.begun_at


def _attach(agreement: Agreement, thing: Thing, file_id: UUID, by: Actor, at: datetime) -> None:
    """The paper: a photo of it, or a scan."""
    [file] = files.attach(
        by=by, at=at, file_ids=[file_id], subject_type="agreement", subject_id=agreement.id,
        place_code=thing.place_code,
    )  # fmt: skip
    if file.blob.family != Family.PHOTO and file.blob.media_type != "application/pdf":
        sentence = _("同意书要一张照片，或者扫描的 PDF。")
        raise Invalid(sentence, fields={"files": sentence, "photos": sentence})


def _not_twice(agreement: Agreement, persons: Sequence[Person]) -> None:
    """Of a device each agrees to alone, somebody may have agreed already."""
    if agreement.signatures.filter(person__in=persons, withdrawn_at=None).exists():
        sentence = _("这个人已经同意过了。")
        raise Conflict(sentence, code="has_one", fields={"name": sentence})


def _offer(thing: Thing, declared: Declared, by: Actor, at: datetime, until: datetime | None) -> Agreement:
    longest = at + timedelta(seconds=seconds(declared.longest))
    if until is not None and not at < until <= longest:
        sentence = _("请选择将来的一天，最晚 %(date)s。") % {"date": longest.date().isoformat()}
        raise Invalid(sentence, fields={"until": sentence})
    return Agreement.objects.create(
        thing=thing,
        text=texts.keep(thing.model, at),
        shared=declared.whose is Whose.EACH,
        offered_at=at,
        offered_by=by.account_id,
        until=until or longest,
    )


def begin(thing: Thing, agreement: Agreement, at: datetime, since: datetime | None = None) -> None:
    """In force; what hangs where it shall is listened to from now on. `since`: it follows on one that began then."""
    if agreement.begun_at is None:
        agreement.begun_at, agreement.since = at, since
        agreement.save(update_fields=["begun_at", "since"])
    if thing.state == State.ASKING:
        thing.state = State.WORKING
        thing.installed_at = thing.installed_at or at
        common.save(thing, "state", "installed_at")
        common.let_in([thing.key], at, "agreement")


def _record(
    by: Actor,
    at: datetime,
    verb: str,
    thing: Thing,
    agreement: Agreement,
    persons: Sequence[Person],
    form: str = "",
) -> None:
    """In the thing's history that it was done, in each person's that it was done with them."""
    common.record(by, at, verb, thing, after=facts(thing, agreement, form=form))
    told_to_each(list(agreement.signatures.filter(person__in=persons)), by, at, verb, thing)
