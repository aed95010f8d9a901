"""What can be chosen in a verb's form, and what stands there first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, level_of_scope
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Check, Urgency
from linli.kernel.matters import public
from linli.kernel.matters.facts import READING
from linli.kernel.matters.models import Pause
from linli.kernel.matters.purposes import PUBLIC_WORDS
from linli.kernel.matters.queries.nearby import nearby
from linli.kernel.people.models import Account, Unit
from linli.kernel.people.queries import agrees, unit_for
from linli.kernel.readings.models import Cause
from linli.kernel.readings.words import cause_word
from linli.parts.times import local
from linli.parts.words import urgency_word, word

from .words import level_word, order_text

Option = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: one matter (its detail), or what several have in common."""

    matter: dict[str, Any]
    actor: Actor
    at: datetime

    @property
    def place_code(self) -> str:
        return str(self.matter["place_code"])

    @property
    def nobody_reported(self) -> bool:
        return nobody_reported(self.matter)


def nobody_reported(matter: Mapping[str, Any]) -> bool:
    """Whether a device opened it and no report was merged into it: a closing word then has nobody to go to."""
    return matter.get("source") == READING and not matter.get("duplicates")


def reasons(subject: Subject) -> list[Option]:
    kind = catalogue().kinds.get(subject.matter["kind"])
    return [(reason, word("reason", reason)) for reason in (kind.reasons if kind else ())]


def kinds(subject: Subject) -> list[Option]:
    """(department, kind, word): grouped by who owns it."""
    return sorted(
        (word("department", kind.owner), name, word("matter", name)) for name, kind in catalogue().kinds.items()
    )


def urgencies(subject: Subject) -> list[Option]:
    return [(u.value, urgency_word(u.value)) for u in Urgency]


def units(subject: Subject) -> list[Option]:
    """Units whose place covers the matter's: those of its department first, the nearest before the wider."""
    covering = [subject.place_code[:n] for n in range(2, len(subject.place_code) + 1)]
    found = Unit.objects.filter(place_code__in=covering, valid__contains=subject.at)
    own = subject.matter["department"]
    ranked = sorted(found, key=lambda u: (u.department != own, -len(u.place_code), u.name))
    return [(u.id, u.name) for u in ranked]


def helping_units(subject: Subject) -> list[Option]:
    return [option for option in units(subject) if str(option[0]) != subject.matter.get("lead_unit_id")][:12]


def colleagues(subject: Subject) -> list[Option]:
    lead = subject.matter.get("lead_unit_id")
    if not lead:
        return []
    holding = Account.objects.filter(posts__unit_id=lead, posts__valid__contains=subject.at, is_active=True)
    people = holding.exclude(id=subject.matter.get("lead_account_id")).distinct().order_by("name")
    return [(account.id, account.name) for account in people]


def causes(subject: Subject) -> list[Option]:
    return [(cause, cause_word(cause)) for cause in Cause.values]


def pause_reasons(subject: Subject) -> list[Option]:
    return [(reason.value, _(reason.label)) for reason in Pause.Reason]


def granting(subject: Subject) -> list[Option]:
    return [("yes", _("同意")), ("no", _("不同意"))]


def passing(subject: Subject) -> list[Option]:
    return [("yes", _("通过")), ("no", _("不通过，退回重办"))]


def checks(subject: Subject) -> list[Option]:
    return [(Check.VISIT.value, _("到现场")), (Check.CALL.value, _("电话回访"))]


def units_below(subject: Subject) -> list[Option]:
    """Units an order may go to: of the levels below, whose place covers the matter's; the highest first."""
    covering = [subject.place_code[:n] for n in range(2, len(subject.place_code) + 1)]
    below = [code for code in covering if level_of_scope(code) < subject.actor.level]
    found = Unit.objects.filter(place_code__in=below, valid__contains=subject.at)
    own = subject.matter["department"]
    centre = Unit.Kind.CENTRE
    ranked = sorted(found, key=lambda u: (len(u.place_code), u.kind != centre, u.department != own, u.name))
    return [(u.id, u.name) for u in ranked]


def open_orders(subject: Subject) -> list[Option]:
    """Those this reader's unit must answer first."""
    mine = [o for o in _waiting(subject) if o["unit_id"] == str(subject.actor.unit_id or "")]
    return _options(mine or _waiting(subject))


def replied_orders(subject: Subject) -> list[Option]:
    level = int(subject.actor.level)
    return _options([o for o in _standing(subject) if o["replied_at"] and o["level"] <= level])


def standing_orders(subject: Subject) -> list[Option]:
    level = int(subject.actor.level)
    return _options([o for o in _standing(subject) if o["level"] <= level])


def urged_orders(subject: Subject) -> list[Option]:
    """Those that still wait, of this reader's level or below."""
    level = int(subject.actor.level)
    return _options([o for o in _waiting(subject) if o["level"] <= level])


def likely(subject: Subject) -> list[Option]:
    """The matters nearest to this one, for whoever has no number at hand."""
    m = subject.matter
    if "id" not in m:
        return []
    near = nearby(
        subject.actor,
        place_code=subject.place_code,
        lon=m["lon"],
        lat=m["lat"],
        at=subject.at,
        days=90,
        but=UUID(m["id"]),
    )
    return [(n["number"], f"{n['number']} {n['title']}") for n in near[:8]]


def _standing(subject: Subject) -> list[dict[str, Any]]:
    return [o for o in subject.matter.get("orders", []) if not o["settled_at"]]


def _waiting(subject: Subject) -> list[dict[str, Any]]:
    return [o for o in _standing(subject) if not o["replied_at"]]


def _options(orders: list[dict[str, Any]]) -> list[Option]:
    return [(o["id"], f"{level_word(o['level'])} {local(o['ordered_at'])} {order_text(o)[:40]}") for o in orders]


OPTIONS: dict[str, Callable[[Subject], list[Option]]] = {
    f.__name__: f
    for f in (
        reasons,
        kinds,
        urgencies,
        units,
        helping_units,
        colleagues,
        causes,
        pause_reasons,
        granting,
        passing,
        checks,
        units_below,
        open_orders,
        replied_orders,
        standing_orders,
        urged_orders,
        likely,
    )
}


def _unit(subject: Subject) -> Any:
    found = unit_for(subject.matter["department"], subject.place_code, subject.at)
    return found.id if found else ""


def _check(subject: Subject) -> str:
    kind = catalogue().kinds.get(subject.matter["kind"])
    return Check.VISIT.value if kind is None or kind.check == Check.NONE else kind.check.value


def _public_words(subject: Subject) -> str:
    """What was approved; else the reporter's words without what a rule knows to hide, where the reporter agrees.

    Who telephoned or came by another system was not asked, so staff write in words of their own.
    """
    m = subject.matter
    if m.get("published_at"):
        return str(m["public_words"])
    reporter = m.get("reporter_id")
    if m.get("anonymous") or not reporter or not agrees(UUID(reporter), PUBLIC_WORDS):
        return ""
    return public.words(m.get("body", ""))


def _public_address(subject: Subject) -> str:
    m = subject.matter
    return str(m["public_address"]) if m.get("published_at") else public.address(m.get("address", ""))


def _public_reply(subject: Subject) -> str:
    m = subject.matter
    return str(m["public_reply"]) if m.get("published_at") else public.words(m.get("reply", ""))


def _first(options: Callable[[Subject], list[Option]]) -> Callable[[Subject], Any]:
    def first(subject: Subject) -> Any:
        found = options(subject)
        return found[0][0] if found else ""

    return first


def _passed_reply(subject: Subject) -> str:
    """What those it was passed down to have answered, to answer the level above by."""
    mine = {o["id"] for o in _waiting(subject) if o["unit_id"] == str(subject.actor.unit_id or "")}
    said = [o for o in subject.matter.get("orders", []) if o["passed_from"] in mine and o["replied_at"]]
    return "\n".join(_("%(unit)s：%(reply)s") % {"unit": o["unit"] or "", "reply": o["reply"]} for o in said)


STARTS: dict[str, Callable[[Subject], Any]] = {
    "kind": lambda s: s.matter["kind"],
    "urgency": lambda s: s.matter["urgency"],
    "outcome": lambda s: s.matter.get("outcome") or (reasons(s) or [("",)])[0][0],
    "unit": _unit,
    "check": _check,
    "open_order": _first(open_orders),
    "replied_order": _first(replied_orders),
    "standing_order": _first(standing_orders),
    "urged_order": _first(urged_orders),
    "passed_reply": _passed_reply,
    "public_words": _public_words,
    "public_address": _public_address,
    "public_reply": _public_reply,
}
