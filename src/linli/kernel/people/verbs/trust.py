"""What a person agrees to, and whom they name to act for them; both taken back at any time, with no reason asked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, require

from .. import guard
from ..keepers import keepers
from ..models import LONGEST_MANDATE, Consent, Person, Proxy
from ..named import person_named
from .common import act, clean_name, locked_person, record_person


def give_consent(*, by: Actor, at: datetime, person_id: UUID, purpose: str) -> Consent:
    """同意 one declared purpose. Oneself, or at the counter with `people.change`. Twice is once.

    Raises Invalid for a purpose nobody declares.
    """
    if purpose not in keepers.purposes():
        raise Invalid(_("没有这一项。"), fields={"purpose": _("没有这一项。")})
    with act():
        person = _theirs(person_id, by)
        given = person.consents.filter(purpose=purpose, withdrawn_at=None).first()
        if given is None:
            given = Consent.objects.create(person=person, purpose=purpose, given_at=at)
            record_person(by, at, "give_consent", person, after={"consent": purpose})
    return given


def withdraw_consent(*, by: Actor, at: datetime, person_id: UUID, purpose: str) -> None:
    """收回同意: what was done for this purpose ends now (`keepers`). Twice is once."""
    with act():
        person = _theirs(person_id, by)
        if person.consents.filter(purpose=purpose, withdrawn_at=None).update(withdrawn_at=at):
            keepers.withdrawn(person.id, purpose, at)
            record_person(by, at, "withdraw_consent", person, before={"consent": purpose})


def name_proxy(*, by: Actor, at: datetime, person_id: UUID, name: str, phone: str, until: datetime) -> Proxy:
    """代办: a registered person, by full name and phone, may act for this one from now until a day within a year.

    By the person, or at the counter with `people.change`. Raises Invalid (nobody of this name and phone, told
    alike whatever is wrong; oneself; a date past or too far), Conflict (named already), TooMany.
    """
    until = _clean_until(until, at)
    name = clean_name(name)
    limit = guard.NAMING if by.person_id == person_id else guard.FINDING
    guard.spend(limit, str(by.account_id), at, account_id=by.account_id)
    with act():
        person = _theirs(person_id, by)
        agent = person_named(name, phone)
        if agent is None:
            sentence = _("没有姓名和手机号都相符的登记居民。请核对，或者请对方先在手机上登记。")
            raise Invalid(sentence, fields={"phone": sentence})
        if agent.id == person.id:
            sentence = _("代办人不能是自己。")
            raise Invalid(sentence, fields={"name": sentence})
        proxy = _mandate(person, agent, at, until)
        after = {"agent": str(agent.id), "until": until}
        record_person(by, at, "name_proxy", person, after=after, also=[agent.id])
    return proxy


def end_proxy(*, by: Actor, at: datetime, proxy_id: UUID) -> Proxy:
    """撤销代办: by who named, by who was named, or at the counter. It ends now."""
    with act():
        proxy = Proxy.objects.select_for_update().filter(pk=proxy_id, valid__contains=at).first()
        if proxy is None:
            raise NotFound(_("没有这个代办，或者它已经结束。"))
        if by.person_id != proxy.agent_id or not _is_themselves(by):
            _theirs(proxy.person_id, by)
        if at > proxy.valid.lower:
            proxy.valid = DateTimeTZRange(proxy.valid.lower, at)
            proxy.save(update_fields=["valid"])
        else:  # named and taken back in one moment: it never was
            Proxy.objects.filter(pk=proxy.pk).delete()
        person = Person.objects.get(pk=proxy.person_id)
        record_person(by, at, "end_proxy", person, before={"agent": str(proxy.agent_id)}, also=[proxy.agent_id])
    return proxy


def act_for(*, by: Actor, at: datetime, proxy_id: UUID) -> Proxy:
    """Begin to act for somebody who named one; the screen remembers it in the session. The other can read it."""
    with act():
        proxy = Proxy.objects.select_related("person").filter(pk=proxy_id, valid__contains=at).first()
        if proxy is None or by.person_id != proxy.agent_id or not _is_themselves(by):
            raise NotFound(_("没有这个代办，或者它已经结束。"))
        record_person(by, at, "act_for", proxy.person, also=[proxy.agent_id])
    return proxy


def _theirs(person_id: UUID, by: Actor) -> Person:
    """The person, when it is the actor or stands at the actor's counter."""
    person = locked_person(person_id, by)
    if person.id == by.person_id:
        require(by, "people.change_self")
    else:
        require(by, "people.change", person.place_code)
    return person


def _is_themselves(by: Actor) -> bool:
    return by.person_id is not None and not by.on_behalf


def _mandate(person: Person, agent: Person, at: datetime, until: datetime) -> Proxy:
    try:
        with transaction.atomic():
            return Proxy.objects.create(person=person, agent=agent, valid=(at, until))
    except IntegrityError:
        raise Conflict(_("这个人已经是代办人。要改日期，请先撤销再指定。")) from None


def _clean_until(until: datetime, at: datetime) -> datetime:
    if not at < until <= at + LONGEST_MANDATE:
        sentence = _("请选择一年以内、将来的一天。")
        raise Invalid(sentence, fields={"until": sentence})
    return until
