"""Two registrations turn out to be one person: one stands, the other leads to it; and parted again, exactly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, covers, require
from linli.kernel.places import queries as places
from linli.kernel.sealed import fingerprint, seal, unseal

from .. import following
from ..keepers import keepers
from ..models import MERGED, Account, Consent, Double, Merging, Person
from .common import act, clean_reason, end_sessions, stream_of_person

TAKEN = ("name", "birth_year", "place_code", "phone")
"""What may be taken from the alias though the one who stands has it."""


NEIGHBOURHOOD = 12
"""How much of an alias's address stays in plain: who decided about the pair still finds it there."""


def merge_persons(
    *,
    by: Actor,
    at: datetime,
    standing_id: UUID,
    alias_id: UUID,
    reason: str,
    take: Sequence[str] = (),
) -> Merging:
    """合并: `alias` was `standing` all along. What points at it follows in every room; its card is kept, sealed.

    The one who stands takes over what it had not, and of `take` (`TAKEN`) what it had otherwise. Needs `people.change`
    at both places. Raises NotFound, Invalid, Conflict (two identity numbers, a mind changed about a consent, a post).
    """
    require(by, "people.change")
    reason = clean_reason(reason)
    if unknown := set(take) - set(TAKEN):
        raise Invalid(_("没有这一项。"), fields={name: _("没有这一项。") for name in unknown})
    if standing_id == alias_id:
        raise Invalid(_("这是同一条登记。"))
    with act():
        standing, alias = _both(standing_id, alias_id, by)
        _may_be_one(standing, alias, take)
        merging = Merging(
            alias=alias, standing=standing, at=at, by_account=by.account_id, by_name=by.name, reason=reason,
            kept_sealed=seal(json.dumps(_card(alias), ensure_ascii=False)),
        )  # fmt: skip
        taken = _take(standing, alias, take, at)
        merging.taken_sealed = seal(json.dumps(taken, ensure_ascii=False))
        merging.moved, merging.stayed = following.follow(alias.id, standing.id)
        merging.told = keepers.joined(alias.id, standing.id, at)
        merging.save()
        _settle_pairs(standing, alias, by, at, reason, Double.State.MERGED)
        after = {
            "alias": str(alias.id),
            "standing": str(standing.id),
            "took": sorted(name for name in taken if name != "account"),
            "moved": {name: len(keys) for name, keys in merging.moved.items()},
            "stayed": {name: len(keys) for name, keys in merging.stayed.items()},
        }
        _record_both(by, at, "merge_persons", standing, alias, merging, after, reason)
    return merging


def part_again(*, by: Actor, at: datetime, merging_id: UUID, reason: str) -> Merging:
    """拆开: they are two after all. Everything that followed and is still there goes back; what came since stays.

    Needs `people.change` at both places. Raises NotFound, and Conflict where something makes it impossible, saying what.
    """
    require(by, "people.change")
    reason = clean_reason(reason)
    with act():
        merging = Merging.objects.select_for_update().filter(pk=merging_id).first()
        if merging is None or merging.parted_at is not None:
            raise NotFound(_("没有这次合并，或者已经拆开了。"))
        people = Person.objects.select_for_update().order_by("pk").in_bulk([merging.standing_id, merging.alias_id])
        standing, alias = people[merging.standing_id], people[merging.alias_id]
        if standing.erased_at is None and not covers(by, standing.place_code):
            raise NotFound(_("没有这次合并，或者已经拆开了。"))
        card = _may_part(merging, standing, by)
        _give_back(merging, standing, alias, card)
        try:
            following.back(alias.id, standing.id, merging.moved)
        except IntegrityError as error:
            raise Conflict(
                _("合并以后这两条登记又各自有了同样的内容，不能自动拆开：%(what)s") % {"what": _where(error)}
            ) from None
        keepers.parted(alias.id, standing.id, merging.told, at)
        merging.parted_at, merging.kept_sealed, merging.taken_sealed = at, None, None
        merging.save()
        _settle_pairs(standing, alias, by, at, reason, Double.State.DIFFERENT)
        after = {"alias": str(alias.id), "standing": str(standing.id)}
        _record_both(by, at, "part_persons", standing, alias, merging, after, reason)
    return merging


def keep_apart(*, by: Actor, at: datetime, double_id: UUID, note: str = "") -> Double:
    """不是同一个人: the pair is not asked about again. Needs `people.change` at both places. Raises NotFound, Conflict."""
    require(by, "people.change")
    with act():
        double = Double.objects.select_for_update(of=("self",)).select_related("one", "other").filter(pk=double_id)
        pair = double.first()
        if pair is None or not all(covers(by, person.place_code) for person in (pair.one, pair.other)):
            raise NotFound(_("没有这一对登记，或者不在您的管辖范围内。"))
        if pair.state != Double.State.OPEN:
            raise Conflict(_("%(name)s已经核对过这一对。") % {"name": pair.decided_name})
        _decide(pair, by, at, note, Double.State.DIFFERENT)
        _record_both(by, at, "keep_apart", pair.one, pair.other, None, {"reasons": pair.reasons}, note or None)
    return pair


def standing_of(person_id: UUID) -> UUID:
    """The person an id stands for today: itself, or whom it turned out to be, as far as the eyes see. One query."""
    return Person.objects.filter(pk=person_id).values_list("leads_to", flat=True).first() or person_id


def aliases_of(person_id: UUID) -> list[UUID]:
    """Every registration that leads to this person. An alias never leads to another: what led to it followed."""
    return list(Person.objects.filter(leads_to=person_id).values_list("id", flat=True))


def let_go_of_aliases(aliases: Sequence[UUID]) -> list[UUID]:
    """A person is forgotten: what was kept of their other registrations goes too. Returns accounts put to rest with them."""
    resting: list[UUID] = []
    for merging in Merging.objects.filter(alias__in=aliases, parted_at=None):
        card = json.loads(unseal(merging.kept_sealed)) if merging.kept_sealed else {}
        taken = json.loads(unseal(merging.taken_sealed)) if merging.taken_sealed else {}
        if card.get("account") and "account" not in taken:
            resting.append(UUID(card["account"]))
        merging.kept_sealed = merging.taken_sealed = None
        merging.save(update_fields=["kept_sealed", "taken_sealed"])
    return resting


def _both(standing_id: UUID, alias_id: UUID, by: Actor) -> tuple[Person, Person]:
    """Held in one order, so that two who merge the same pair the other way round wait and do not lock each other."""
    rows = Person.objects.select_for_update().order_by("pk").filter(pk__in=(standing_id, alias_id), erased_at=None)
    found = {person.id: person for person in rows if covers(by, person.place_code)}
    if len(found) < 2:
        raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
    return found[standing_id], found[alias_id]


def _may_be_one(standing: Person, alias: Person, take: Sequence[str]) -> None:
    if standing.identity_print and alias.identity_print:
        raise Conflict(_("两条登记的证件号码不同，是两个人。如果有一个写错了，请先更正那一条。"), code="identity")
    accounts = list(Account.objects.filter(pk__in=filter(None, (standing.account_id, alias.account_id))))
    if any(account.kind != Account.Kind.RESIDENT for account in accounts):
        raise Conflict(_("其中一条登记连着工作人员的账号，不能在这里合并。"), code="account")
    if "phone" in take and standing.account_id:
        raise Conflict(_("保留的登记用手机号登录，号码要由本人在窗口更正。"), code="account")
    _of_one_mind(standing, alias)


def _of_one_mind(standing: Person, alias: Person) -> None:
    """Who agreed in one registration and took it back later in the other is asked, not guessed."""
    said: dict[tuple[UUID, str], Consent] = {}
    for consent in Consent.objects.filter(person__in=(standing, alias)).order_by("given_at", "id"):
        said[consent.person_id, consent.purpose] = consent
    for (person, purpose), consent in said.items():
        other = said.get((alias.id if person == standing.id else standing.id, purpose))
        if other and consent.withdrawn_at is None and other.withdrawn_at and other.withdrawn_at > consent.given_at:
            raise Conflict(_("一条登记里同意、另一条里后来收回了同意，请先问本人并改成一致。"), code="consent")


def _card(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "place_code": person.place_code,
        "birth_year": person.birth_year,
        "phone": unseal(person.phone_sealed) if person.phone_sealed else "",
        "identity": unseal(person.identity_sealed) if person.identity_sealed else "",
        "account": str(person.account_id) if person.account_id else None,
        "was_active": bool(person.account and person.account.is_active),
    }


def _take(standing: Person, alias: Person, take: Sequence[str], at: datetime) -> dict[str, list[Any]]:
    """Fill the one who stands, and empty the alias. Returns what was taken: name → [before, after]."""
    mine, theirs = _card(standing), _card(alias)
    taken = {
        name: [mine[name], theirs[name]]
        for name in (*TAKEN, "identity")
        if theirs[name] not in ("", None, mine[name]) and (mine[name] in ("", None) or name in take)
    }
    if "identity" in taken and theirs["birth_year"] != mine["birth_year"]:
        taken["birth_year"] = [mine["birth_year"], theirs["birth_year"]]  # the number says it
    account, alias.account = alias.account, None
    alias.name, alias.place_code, alias.birth_year = MERGED, alias.place_code[:NEIGHBOURHOOD], None
    alias.phone_print = alias.phone_sealed = alias.identity_print = alias.identity_sealed = None
    alias.leads_to, alias.erased_at = standing, at
    alias.save()
    if account is not None and standing.account_id is None:
        standing.account = account
        taken["account"] = [None, str(account.id)]
    elif account is not None:
        Account.objects.filter(pk=account.id).update(is_active=False)
    if account is not None:  # a session knows whose eyes it has
        end_sessions(account.id)
    for name, (_before, after) in taken.items():
        if name != "account":
            _write(standing, name, after)
    standing.save()
    return taken


def _write(person: Person, name: str, value: Any) -> None:
    if name in ("phone", "identity"):
        setattr(person, f"{name}_print", fingerprint(value) if value else None)
        setattr(person, f"{name}_sealed", seal(value) if value else None)
    else:
        setattr(person, name, value)


def _may_part(merging: Merging, standing: Person, by: Actor) -> dict[str, Any]:
    """The alias's card as it was. Raises Conflict with what stands in the way."""
    if standing.leads_to_id:
        raise Conflict(_("这个人后来又并入了另一条登记，请先拆开那一次。"), code="later")
    if standing.erased_at is not None or merging.kept_sealed is None:
        raise Conflict(_("本人已经注销，没有留下可以拆开的内容。"), code="erased")
    later = Merging.objects.filter(standing=standing, parted_at=None, at__gt=merging.at)
    if later.exists():
        raise Conflict(_("后来还有别的登记并入了这个人，请先拆开后来的那一次。"), code="later")
    card: dict[str, Any] = json.loads(unseal(merging.kept_sealed))
    card["place_code"] = places.now_called(card["place_code"]) or standing.place_code
    require(by, "people.change", card["place_code"])
    if card["identity"]:
        print_ = fingerprint(card["identity"])
        if Person.objects.filter(identity_print=print_).exclude(pk=standing.pk).exists():
            raise Conflict(_("被并入的登记原来的证件号码，现在登记在另一个人名下。"), code="identity")
    return card


def _give_back(merging: Merging, standing: Person, alias: Person, card: dict[str, Any]) -> None:
    """What was taken is given back, unless it was corrected since; then the alias has its card again."""
    taken = json.loads(unseal(merging.taken_sealed)) if merging.taken_sealed else {}
    took, now = frozenset(taken), _card(standing)
    if taken.pop("account", None) and now["account"] == card["account"]:
        standing.account = None
    for name, (before, after) in taken.items():
        if now[name] == after:
            _write(standing, name, before)
    if card["identity"] and now["identity"] == card["identity"]:
        _write(standing, "identity", "")
    standing.save()
    alias.leads_to = alias.erased_at = None
    for name in (*TAKEN, "identity"):
        _write(alias, name, card[name])
    if card["account"] and not Person.objects.filter(account=card["account"]).exists():
        alias.account_id = UUID(card["account"])
        end_sessions(alias.account_id)
        if "account" not in took:  # it was put to rest; nobody signs in with it until now
            Account.objects.filter(pk=alias.account_id).update(is_active=card["was_active"])
    alias.save()


def _settle_pairs(standing: Person, alias: Person, by: Actor, at: datetime, note: str, state: Double.State) -> None:
    """The pair is decided, found or not; what else was asked about the alias is found anew about the one who stands."""
    one, other = sorted((standing.id, alias.id))
    pair = Double.objects.select_for_update().filter(one=one, other=other).first()
    if pair is None:
        pair = Double(one_id=one, other_id=other, confidence=1, found_at=at)
    _decide(pair, by, at, note, state)
    if state == Double.State.MERGED:
        asked = Double.objects.filter(state=Double.State.OPEN)
        (asked.filter(one=alias) | asked.filter(other=alias)).delete()


def _decide(pair: Double, by: Actor, at: datetime, note: str, state: Double.State) -> None:
    pair.state, pair.decided_at, pair.decided_by, pair.decided_name = state, at, by.account_id, by.name[:64]
    pair.note = note[:500]
    pair.save()


def _record_both(
    by: Actor,
    at: datetime,
    verb: str,
    standing: Person,
    alias: Person,
    merging: Merging | None,
    after: dict[str, Any],
    note: str | None,
) -> None:
    """One act, in the history of each of the two: both may read it."""
    said = {**after, **({"merging": str(merging.id)} if merging else {})}
    audit.append_each(
        [
            audit.Entry(
                stream_of_person(person.id),
                person.place_code or standing.place_code,
                person_ids=(standing.id, alias.id),
                after=said,
                note=note,
            )
            for person in (standing, alias)
        ],
        by=by,
        at=at,
        verb=f"people.{verb}",
    )


def _where(error: IntegrityError) -> str:
    found = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return str(found or "")
