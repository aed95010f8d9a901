"""The register of the demo district: what is known of its people, homes and shops; visits made and due; a few that differ.

Most of it came as tables, as it does in a real district; what a neighbourhood wrote itself goes through the verbs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from linli.kernel.access import SYSTEM, Actor, Role
from linli.kernel.declare import About, Source
from linli.kernel.people.models import Household
from linli.kernel.registers import verbs
from linli.kernel.registers.subjects import found
from linli.kernel.registers.verbs import NewFact

from . import names
from .crew import Crew
from .residents import Resident

DISTRICT = names.DISTRICT[0]
SHOWN = names.STREETS[0][0] + "001"
"""The neighbourhood whose social worker stands on the start page."""
VISITED, SEEN_TODAY = 26, 6


def keep(
    crew: Crew,
    visitors: Sequence[Actor],
    everybody: Sequence[Resident],
    people: Sequence[UUID],
    until: datetime,
    seed: int,
) -> None:
    """Fill the register, ending now."""
    rng = random.Random(f"books {seed}")
    year = until.year
    alone = _alone(everybody)
    tables = ((Source.DEPARTMENT, "区民政局 养老服务名册", 40), (Source.IMPORT, "人口普查登记表", 200))
    for (source, name, ago), rows in zip(
        tables, (_elders(rng, everybody, people, alone, year), _basics(rng, everybody, people, year)), strict=True
    ):
        when = until - timedelta(days=ago)
        verbs.bulk_facts(
            by=SYSTEM, at=when, about=About.PERSON, form="import", source=source, source_name=name,
            place_code=DISTRICT, observed_at=when, rows=rows,
        )  # fmt: skip
    _households(rng, everybody, until)
    _visits(rng, crew, [people[n] for n in alone if everybody[n].place_code.startswith(SHOWN)], until)
    _differ(crew, [people[n] for n in alone if everybody[n].place_code.startswith(SHOWN)][:VISITED], until)
    _own(crew, until)
    _homes(rng, crew, everybody, until)
    _visitors(crew, visitors, until)


def _alone(everybody: Sequence[Resident]) -> list[int]:
    """Old people who are the only ones at their home."""
    homes: dict[str, int] = {}
    for one in everybody:
        homes[one.place_code] = homes.get(one.place_code, 0) + 1
    return [n for n, one in enumerate(everybody) if homes[one.place_code] == 1 and one.birth_year < 1962]


def _elders(
    rng: random.Random, everybody: Sequence[Resident], people: Sequence[UUID], alone: list[int], year: int
) -> Iterator[NewFact]:
    lonely = set(alone)
    for number, one in enumerate(everybody):
        if year - one.birth_year < 65:
            continue
        said: list[tuple[str, str | bool]] = [("lives-alone", number in lonely)]
        if rng.random() < 0.3 or number in lonely:
            said.append(("meal-service", rng.random() < 0.35))
        if number in lonely:
            said.append(("call-button", rng.random() < 0.4))
            said.append(("low-income", rng.random() < 0.06))
        for element, value in said:
            yield NewFact(people[number], one.place_code, element, value)


def _basics(
    rng: random.Random, everybody: Sequence[Resident], people: Sequence[UUID], year: int
) -> Iterator[NewFact]:
    for number, one in enumerate(everybody):
        if rng.random() < 0.5:
            continue
        age = year - one.birth_year
        away = one.relation == "tenant"
        kind = "registered-elsewhere" if away or rng.random() < 0.2 else "registered-here"
        yield NewFact(people[number], one.place_code, "residence-kind", kind)
        if age >= 18:
            work = "retired" if age > 60 else rng.choices(("employed", "self-employed", "seeking"), (80, 14, 6))[0]
            yield NewFact(people[number], one.place_code, "employment", work)


def _households(rng: random.Random, everybody: Sequence[Resident], until: datetime) -> None:
    count: dict[str, int] = {}
    for one in everybody:
        count[one.place_code] = count.get(one.place_code, 0) + 1
    street = names.STREETS[0][0]
    homes = Household.objects.filter(place_code__startswith=street).order_by("id").values_list("id", "place_code")
    when = until - timedelta(days=200)
    verbs.bulk_facts(
        by=SYSTEM, at=when, about=About.HOUSEHOLD, form="import", source=Source.IMPORT, source_name="人口普查登记表",
        place_code=street, observed_at=when,
        rows=(NewFact(key, code, "household-size", count.get(code, 1)) for key, code in homes if rng.random() < 0.6),
    )  # fmt: skip


def _visits(rng: random.Random, crew: Crew, elders: list[UUID], until: datetime) -> None:
    """Visited over the last two weeks; a list for today, some of it done."""
    social, grid = crew.of_hood(Role.SOCIAL_WORKER, SHOWN), crew.of_hood(Role.GRID_WORKER, SHOWN)
    some = elders[:VISITED]
    for number, person in enumerate(some):
        at = until - timedelta(days=7 + number % 6, hours=number % 5 + 1)
        _visit(rng, social if number % 3 else grid, person, at)
    today = until.date()
    verbs.plan_visits(
        by=social, at=until - timedelta(days=1), form="elder-visit", subjects=some[: VISITED - 8], due_on=today
    )
    for number, person in enumerate(some[:SEEN_TODAY]):
        _visit(rng, social, person, until - timedelta(minutes=20 + 25 * number))


def _differ(crew: Crew, elders: list[UUID], until: datetime) -> None:
    """An office says one thing, a visit another: side by side on the desk, until somebody decides."""
    social = crew.of_hood(Role.SOCIAL_WORKER, SHOWN)
    for number, person in enumerate(elders[-3:]):
        verbs.enter(
            by=social, at=until - timedelta(days=2 + number, hours=3), form="resident-card", subject=person,
            source=Source.VISIT, values={"residence-kind": "registered-here", "low-income": "yes"},
        )  # fmt: skip


def _own(crew: Crew, until: datetime) -> None:
    """What the street asks for itself, without code."""
    duty = crew.of_street(Role.DUTY_OFFICER, SHOWN)
    at, street = until - timedelta(days=60), SHOWN[:9]
    card = verbs.add_element(
        by=duty, at=at, place_code=street, label="助餐卡号", about="person", type="text", purpose="核对社区食堂的助餐补贴",
        basis="区民政局社区助餐服务办法（演示）", keep_days=365, sensitivity="personal", owner="槐荫渡街道社区服务办",
    )  # fmt: skip
    asks = [
        {"element": "meal-service", "required": True},
        {"element": card.name, "when": "meal-service", "values": ["yes"]},
        {"element": "emergency-phone"},
    ]
    verbs.save_form(
        by=duty,
        at=at,
        place_code=street,
        label="社区食堂登记",
        about="person",
        layout=[{"label": "助餐", "asks": asks}],
    )


def _visit(rng: random.Random, by: Actor, person: UUID, at: datetime) -> None:
    health = rng.choices(("self", "some-help", "much-help"), (70, 24, 6))[0]
    ill = [name for name in ("pressure", "sugar", "heart", "memory") if rng.random() < 0.25]
    values: dict[str, object] = {
        "condition": rng.choices(("well", "tired", "unwell"), (70, 22, 8))[0],
        "lives-alone": "yes",
        "care-level": health,
        "illnesses": ill,
        "help-wanted": [name for name in ("meals", "shopping", "medicine", "repairs") if rng.random() < 0.2],
        "visit-note": rng.choice(
            ("", "", "阳台堆了纸箱，已劝说清理。", "女儿每周日来。", "电灯开关松了，报了小修。")
        ),
    }
    verbs.enter(by=by, at=at, form="elder-visit", subject=person, source=Source.VISIT, values=values)


def _homes(rng: random.Random, crew: Crew, everybody: Sequence[Resident], until: datetime) -> None:
    """A few let homes checked, and shops of the street."""
    let = sorted(
        {one.place_code for one in everybody if one.relation == "tenant" and one.place_code.startswith(SHOWN)}
    )
    grid = crew.of_hood(Role.GRID_WORKER, SHOWN)
    for number, code in enumerate(let[:10]):
        verbs.enter(
            by=grid, at=until - timedelta(days=30 + number, hours=2), form="rental-check", subject=code,
            source=Source.VISIT,
            values={
                "home-use": "let", "tenants": str(rng.randint(1, 4)), "gas-alarm": rng.choice(("yes", "no")),
                "charging-indoors": "yes" if number == 3 else "no", "extinguisher": rng.choice(("yes", "no")),
            },
        )  # fmt: skip


def _visitors(crew: Crew, visitors: Sequence[Actor], until: datetime) -> None:
    """The residents of the start page: something to read, and one contest that waits for its answer."""
    for number, one in enumerate(visitors):
        if one.person_id is None:
            continue
        home = found("person", one.person_id, until).place_code
        try:
            social = crew.of_hood(Role.SOCIAL_WORKER, home)
        except KeyError:
            continue
        done = verbs.enter(
            by=social, at=until - timedelta(days=12), form="resident-card", subject=one.person_id,
            values={"residence-kind": "registered-here", "employment": "retired" if number == 0 else "seeking",
                    "emergency-contact": "女儿", "emergency-phone": "19900019999"},
        )  # fmt: skip
        if number == 1:
            fact = done.entry.facts.get(element="employment")
            verbs.contest(
                by=one, at=until - timedelta(hours=20), fact_id=fact.id, reason="我上个月已经上班了，在望江台超市。"
            )
