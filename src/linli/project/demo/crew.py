"""The people of the demo as actors: who does what to a matter, in which unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.kernel.access import SYSTEM, Actor, Role, Via
from linli.kernel.people import queries, verbs
from linli.kernel.people.models import Account, Post, Unit

from . import staff
from .acts import Life


@dataclass(slots=True)
class Crew:
    """Units by key, actors by (unit key, role)."""

    units: dict[str, Unit] = field(default_factory=dict)
    actors: dict[tuple[str, Role], Actor] = field(default_factory=dict)

    def lead(self, department: str, code: str) -> Unit:
        """The unit of a department nearest to a place."""
        street, district = f"{department}:{code[:9]}", f"{department}:{staff.DISTRICT}"
        if department == "operations-centre":
            return self.units[f"street:{code[:9]}"]
        return self.units.get(street) or self.units[district]

    def handler(self, unit: Unit) -> Actor:
        return self.actors[_key(unit), Role.HANDLER]

    def head(self, unit: Unit) -> Actor:
        return self.actors[_key(unit), Role.UNIT_HEAD]

    def of_street(self, role: Role, code: str) -> Actor:
        return self.actors[f"street:{code[:9]}", role]

    def of_hood(self, role: Role, code: str) -> Actor:
        return self.actors[f"committee:{code[:12]}", role]

    def actor(self, who: str, life: Life, lead: Unit, people: list[UUID], names_of: list[str]) -> Actor:
        """Who does an act of a planned life."""
        code = life.place_code
        match who:
            case "reporter":
                if life.reporter is None:
                    return self.of_street(Role.DISPATCHER, code)
                return resident(people[life.reporter], names_of[life.reporter])
            case "grid":
                return self.of_hood(Role.GRID_WORKER, code)
            case "social":
                return self.of_hood(Role.SOCIAL_WORKER, code)
            case "operator":
                return self.actors["district", Role.DISPATCHER]
            case "dispatcher":
                return self.of_street(Role.DISPATCHER, code)
            case "handler":
                return self.handler(lead)
            case "head":
                return self.of_street(Role.DUTY_OFFICER, code)
            case "district" | "city":
                return self.actors[who, Role.DUTY_OFFICER]
            case "above":
                wide = len(lead.place_code) <= 6
                return self.actors["city" if wide else "district", Role.DUTY_OFFICER]
            case "clock":
                return SYSTEM
        raise KeyError(who)


def resident(person_id: UUID, name: str, account_id: UUID | None = None) -> Actor:
    return Actor(role=Role.RESIDENT, name=name, person_id=person_id, account_id=account_id, via=Via.WEB)


def _key(unit: Unit) -> str:
    if unit.kind == Unit.Kind.DEPARTMENT:
        return f"{unit.department}:{unit.place_code}"
    return f"street:{unit.place_code}"


def hire(*, since: datetime) -> Crew:
    """Make the units, the demo accounts and everybody behind them, in office since `since`."""
    crew = Crew()
    for number, new in enumerate(staff.units()):
        crew.units[new.key] = verbs.add_unit(
            by=SYSTEM, at=since, name=new.name, kind=new.kind, place_code=new.place_code, department=new.department,
            phone=f"0000-600{number:02d}" if new.kind in ("committee", "centre") else "",  # no area has this code
        )  # fmt: skip
    hired: dict[UUID, tuple[Account, staff.Colleague]] = {}
    for colleague in (*staff.shown(), *staff.behind()):
        unit = crew.units[colleague.unit] if colleague.unit else None
        post: dict[str, Any] = {
            "role": colleague.role,
            "place_code": colleague.place_code,
            "unit_id": unit.id if unit else None,
            "title": colleague.title,
        }
        password = staff.PASSWORD if colleague.told else None
        account = verbs.demo_account(colleague.username, colleague.name, password, [post], at=since)
        if unit is not None:
            hired[account.id] = account, colleague
    for post in Post.objects.filter(account__in=hired, valid__contains=since):
        account, colleague = hired[post.account_id]
        crew.actors[colleague.unit, colleague.role] = queries.actor_in(account, post)
    return crew


def at_work(at: datetime) -> Crew:
    """Those who were hired, as they are in the database: who has left or whose place has another code is not among
    them."""
    crew = Crew()
    there = {(u.kind, u.place_code, u.department): u for u in Unit.objects.filter(valid__contains=at)}
    for new in staff.units():
        if unit := there.get((new.kind, new.place_code, new.department)):
            crew.units[new.key] = unit
    everybody = {c.username: c for c in (*staff.shown(), *staff.behind()) if c.unit in crew.units}
    posts = Post.objects.filter(account__username__in=everybody, valid__contains=at).select_related("account")
    for post in posts:
        colleague = everybody[post.account.username]
        if post.role == colleague.role and post.place_code == colleague.place_code:
            crew.actors[colleague.unit, colleague.role] = queries.actor_in(post.account, post)
    return crew


def welcome_residents(*, at: datetime, homes: Iterable[str]) -> list[Actor]:
    """The two residents of the start page: in the register, alone in a home that stood empty, then on their phones."""
    made = []
    for (name, phone, born, _told), home in zip(staff.RESIDENTS, homes, strict=False):
        verbs.register_person(
            by=SYSTEM, at=at, name=name, phone=phone, birth_year=born, place_code=home, new_household=True,
            relation="head",
        )  # fmt: skip
        account = verbs.register_resident(by=SYSTEM, at=at, phone=phone, name=name, place_code=home)
        made.append(queries.actor_in(account, None))
    return made
