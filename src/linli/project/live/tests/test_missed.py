"""Nothing is missed and nothing comes twice, whatever becomes of the network; and nothing of another street leaks."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from linli.kernel.access import SYSTEM, Actor, Role, looking_as
from linli.kernel.audit.ids import uuid7
from linli.kernel.audit.verbs import append
from linli.kernel.matters.tests.cast import DISTRICT, HOOD, OTHER_HOOD, OTHER_STREET, Cast
from linli.project.live.recent import TOLD
from linli.project.stream import token_for
from linli.project.tests.test_processes import until

from .pages import Page, Start, signed_in
from .wire import Wire

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PLACES = (HOOD, OTHER_HOOD, OTHER_STREET, OTHER_STREET + "001", DISTRICT, "", "99")
TOPICS = ("matter", "thing", "warning", "incident", "shift", "operation", "emergency", "figure", "person")


def happens(cast: Cast, dice: random.Random) -> str:
    """One record of any topic, anywhere, of any unit and person; what it is about."""
    units = dice.sample(list(cast.units.values()), dice.randrange(3))
    people = [actor.person_id for actor in (cast.granny, cast.chen)]
    subject = uuid7()
    with transaction.atomic():
        append(
            by=SYSTEM,
            at=timezone.now(),
            verb="x.y",
            stream=f"{dice.choice(TOPICS)}:{subject}",
            place_code=dice.choice(PLACES),
            unit_ids=[unit.id for unit in units],
            person_ids=[p for p in dice.sample(people, dice.randrange(3)) if p],
        )
    return str(subject)


def theirs(actor: Actor, subjects: list[str]) -> list[str]:
    """Those of them that PostgreSQL shows this actor, in order of their commit: matters and persons by the policy of the
    records, what stands at a place by that of things besides."""
    within = "linli_within(place_code) AND split_part(stream, ':', 1) = ANY (%s)"
    facilities = ["thing"] if actor.role == Role.DATA_KEEPER else ["thing", "warning", "incident"]
    with looking_as(actor), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('linli.sees', '*', false)")
        cursor.execute(
            "SELECT split_part(stream, ':', 2), place_code, unit_ids, person_ids, stream FROM audit_record"
            " WHERE split_part(stream, ':', 2) = ANY (%s) ORDER BY era, tx, seq",
            [subjects],
        )
        rows = cursor.fetchall()
    with looking_as(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])"
            " WITH ORDINALITY r(subject, place_code, units, persons, stream, n)"
            f" WHERE linli_sees(place_code, units::uuid[], persons::uuid[]) OR ({within}) ORDER BY n",
            [
                [row[0] for row in rows],
                [row[1] for row in rows],
                ["{" + ",".join(map(str, row[2])) + "}" for row in rows],
                ["{" + ",".join(map(str, row[3])) + "}" for row in rows],
                [row[4] for row in rows],
                facilities,
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def everybody(cast: Cast) -> dict[str, Actor]:
    """All of the cast, the same roles in another street, and who sees nothing of this."""
    there = {
        f"other {name}": replace(actor, scope=OTHER_STREET, unit_id=cast.units["sanitation"].id)
        for name, actor in cast.actors.items()
        if actor.scope.startswith(HOOD[:9])
    }
    nobody = replace(cast.handler, role=Role.SECURITY_ADMIN)
    return {**cast.actors, **there, "security": nobody, "auditor": replace(nobody, role=Role.AUDIT_ADMIN)}


def opened(address: str, who: dict[str, Actor]) -> dict[str, Page]:
    keys: dict[UUID | None, str] = {}
    pages = {}
    for name, actor in who.items():
        key = keys.get(actor.account_id) or keys.setdefault(actor.account_id, signed_in(actor))
        pages[name] = Page(address, token_for(actor, key))
        pages[name].start()
    until(lambda: all(page.last for page in pages.values()))
    return pages


def settled(pages: dict[str, Page], subjects: list[str], who: dict[str, Actor]) -> None:
    """Everybody was told exactly what is theirs, in order."""
    wanted = {name: theirs(actor, subjects) for name, actor in who.items()}
    until(lambda: all(len(pages[name].told) >= len(wanted[name]) for name in who), 60)
    time.sleep(0.3)  # what should not come would come now
    for page in pages.values():
        page.stop()
    for name in who:
        assert pages[name].told == wanted[name], name


def test_every_role_of_two_streets_hears_exactly_what_row_level_security_shows_it(address: str, cast: Cast) -> None:
    who, dice = everybody(cast), random.Random(4)
    pages = opened(address, who)
    subjects = [happens(cast, dice) for _ in range(300)]
    settled(pages, subjects, who)
    assert pages["other dispatcher"].told and pages["dispatcher"].told
    assert not pages["security"].told and not pages["auditor"].told


def test_a_network_that_is_cut_and_goes_silent_costs_nobody_anything(wire: Wire, cast: Cast) -> None:
    """Cut with a reset, hung without one, mended in any order, while changes go on."""
    who, dice = everybody(cast), random.Random(8)
    pages = opened(wire.url, who)
    subjects: list[str] = []
    for n in range(40):
        subjects += [happens(cast, dice) for _ in range(10)]
        if n % 10 == 2:
            dice.choice([wire.cut, wire.hang])()
        elif n % 10 == 6:
            wire.mend()
        time.sleep(0.15)
    wire.hang()
    subjects += [happens(cast, dice) for _ in range(30)]
    time.sleep(3)
    wire.mend()
    settled(pages, subjects, who)
    assert all(page.opened > 2 for page in pages.values())
    assert not any(page.again for page in pages.values())


def test_who_has_missed_more_than_a_thousand_is_told_to_ask_again_and_hears_on(wire: Wire, cast: Cast) -> None:
    who = {"dispatcher": cast.dispatcher, "granny": cast.granny}
    pages = opened(wire.url, who)
    wire.cut()
    dice = random.Random(1)
    with transaction.atomic():
        for _ in range(TOLD + 1):
            append(by=SYSTEM, at=timezone.now(), verb="x.y", stream=f"matter:{uuid7()}", place_code=HOOD)
    wire.mend()
    until(lambda: bool(pages["dispatcher"].again))
    subjects = [happens(cast, dice) for _ in range(50)]
    settled(pages, subjects, who)
    assert (pages["dispatcher"].again, pages["granny"].again) == (1, 0), (
        "whom none of it concerns is told nothing of it"
    )


def test_a_page_goes_from_one_live_process_to_another_and_back(start: Start, address: str, cast: Cast) -> None:
    """Several behind one address: each hears everything, and a place in the order is the same at all of them."""
    both, dice = (address, start()), random.Random(2)
    who = {"dispatcher": cast.dispatcher, "district": cast.district_duty}
    pages = opened(address, who)
    subjects: list[str] = []
    heard: dict[str, list[str]] = {name: [] for name in who}
    for n in range(1, 7):
        subjects += [happens(cast, dice) for _ in range(20)]
        time.sleep(dice.random() / 2)  # gone at any moment, perhaps before anything was told
        for name, page in pages.items():
            page.stop()
            heard[name] += page.told
            pages[name] = Page(both[n % 2], page.token, last=page.last)
            pages[name].start()
    wanted = {name: theirs(actor, subjects) for name, actor in who.items()}
    until(lambda: all(len(heard[name] + pages[name].told) >= len(wanted[name]) for name in who))
    for name, page in pages.items():
        page.stop()
        assert heard[name] + page.told == wanted[name]
