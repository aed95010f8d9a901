"""A street full of everything that lies under its code, merged into its neighbour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from linli.kernel.access import SYSTEM, Actor, Moves, Role, as_system, look_as
from linli.kernel.audit.models import Record
from linli.kernel.clock import verbs as clock
from linli.kernel.datasets.models import Doubt, Forecast, Share
from linli.kernel.datasets.tests.addresses import row, take_in, water
from linli.kernel.displays import verbs as displays
from linli.kernel.duty import verbs as duty
from linli.kernel.emergencies import verbs as emergencies
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.figures import verbs as figures
from linli.kernel.figures.measures import MEASURES
from linli.kernel.figures.models import Report, Weights
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries.filters import Filter
from linli.kernel.matters.tests.cast import (
    DISTRICT,
    HOOD,
    MONDAY,
    OTHER_HOOD,
    OTHER_STREET,
    STREET,
    Cast,
)
from linli.kernel.notices import verbs as notices
from linli.kernel.operations import verbs as operations
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Account, Household, Post
from linli.kernel.people.queries import actor_in
from linli.kernel.places import verbs as places
from linli.kernel.places.models import Recoding
from linli.kernel.points import verbs as points
from linli.kernel.points.tests import ground as ledgers
from linli.kernel.readings.models import DeadLetter, Incident, RuleNumber, Warning
from linli.kernel.registers import verbs as registers
from linli.kernel.registers.models import Fact
from linli.kernel.reports import verbs as reports
from linli.kernel.reports.columns import AGE, Column, Cond, Kind, Op, Table
from linli.kernel.signs.models import Setting, Suggestion
from linli.kernel.things.models import PlaceUpkeep, Thing
from linli.kernel.things.shards import shard_of
from linli.kernel.triage import verbs as triage
from linli.kernel.triage.models import Decision, TopicSheet
from linli.project import recoding
from linli.scenes.party_building import models as party
from linli.scenes.self_governance import verbs as volunteers
from linli.scenes.self_governance.models import Card, Certificate, Charge, Deduction, Settlement, Shop, SignUp
from linli.scenes.self_governance.models import Request as HelpRequest
from linli.screens.desk.verbs import save_filter

HOUR = timedelta(hours=1)
NEW_HOOD, NEW_OTHER_HOOD = OTHER_STREET + "002", OTHER_STREET + "003"
AFTER = MONDAY + 3 * HOUR
"""When the streets are merged; a minute later the follower may begin."""
READY = AFTER + timedelta(minutes=1)
KEEPER = Actor(role=Role.DATA_KEEPER, scope="9901", name="区数据员")
STATES = (
    "reported", "accepted", "assigned", "done", "verified", "closed", "declined", "written_off", "merged", "withdrawn",
)  # fmt: skip


def merge() -> Record:
    """The street becomes part of the one beside it."""
    places.merge_places(by=KEEPER, at=AFTER, codes_from=[STREET], into=OTHER_STREET)
    return act_of(Recoding.objects.get())


def act_of(row: Recoding) -> Record:
    with as_system():
        return Record.objects.get(id=row.record)


def moves() -> Moves:
    return Moves.of_json(Recoding.objects.get().moves)


def carry_all(record: Record, at: datetime = READY, most: int = 1_000_000) -> Iterator[int]:
    """Batch after batch, until the follower is through."""
    for _round in range(10_000):
        look_as(SYSTEM)
        done = recoding.carry(record, at, most=most)
        if done is None:
            return
        assert done, "it stands still"
        yield done
    raise AssertionError("it comes to no end")


@dataclass
class Street:
    cast: Cast
    matters: dict[str, Matter]
    household: Household
    things: dict[str, Thing] = field(default_factory=dict)

    def actor(self, name: str, at: datetime) -> Actor:
        """A colleague in the post they hold at that time, as a fresh request finds them."""
        with as_system():
            account = Account.objects.get(username=name)
            post = Post.objects.filter(account=account, valid__contains=at).order_by("place_code").first()
            return actor_in(account, post)


def populate(cast: Cast) -> Street:
    """Matters in every state, and at least one row in every table that has a place's code."""
    street = Street(cast, _matters(cast), _living(cast))
    _rules()
    _keys(cast)
    save_filter(by=cast.dispatcher, at=MONDAY, name="一居", asked=Filter(place=HOOD))
    save_filter(by=cast.dispatcher, at=MONDAY, name="别处", asked=Filter(place="990101"))
    _devices(street)
    _duty(cast)
    _volunteers(cast)
    with as_system():
        _party(cast)
    _data(cast)
    with as_system():
        for matter in street.matters.values():
            Decision.objects.create(
                matter_id=matter.id, kind=matter.kind, place_code=matter.place_code, decided_at=MONDAY
            )
        TopicSheet.objects.create(place_code=STREET, days=28)
    _figures(cast)
    _books(cast)
    _points(cast)
    return street


def _party(cast: Cast) -> None:
    """An organisation of the neighbourhood, who reported to it, what it asks, offers and owes, a wish, a station, and owners it
    supports."""
    committee = party.Organisation.objects.create(
        kind="committee", name="一居党委", unit=cast.units["committee"], place_code=HOOD, founded_on=MONDAY.date()
    )
    day = {"since": MONDAY.date()}
    party.Cadence.objects.create(place_code=HOOD, kind="lecture", every="half", times=1, **day)
    party.Reported.objects.create(place_code=HOOD, organisation=committee, **day)
    party.Task.objects.create(
        organisation=committee, place_code=HOOD, title="送餐", wanted=1, starts_at=MONDAY, ends_at=MONDAY + HOUR,
        made_at=MONDAY,
    )  # fmt: skip
    party.Listing.objects.create(
        side="need", what="venue", organisation=committee, place_code=HOOD, title="活动室", until=MONDAY.date(),
        made_at=MONDAY, **day,
    )  # fmt: skip
    party.Wish.objects.create(place_code=HOOD, kind="goods", asked_at=MONDAY)
    party.Station.objects.create(
        organisation=committee, name="柳湾站", place_code=HOOD, address="柳湾路 1 号", services=["代收包裹"]
    )
    party.Owners.objects.create(organisation=committee, name="柳湾小区", place_code=HOOD, begun_at=MONDAY)


def _points(cast: Cast) -> None:
    """An account with something on it in the books there, and an appeal about what caps held back."""
    ledgers.declare(lambda known, name, value: known.__setitem__(name, value))
    for number in range(3):
        done = points.award(
            by=SYSTEM, at=MONDAY, key=f"swept:{number}", rule="swept", person_id=cast.granny.person_id
        )
    points.appeal(by=cast.granny, at=MONDAY, transfer_id=done.id, text="第三次是前一天的")
    points.deduct(
        by=SYSTEM, at=MONDAY, key="littered", rule="littered", person_id=cast.granny.person_id,
        evidence=[points.Evidence("photo", "p-1")], took_part=[cast.grid.account_id],
    )  # fmt: skip


def _books(cast: Cast) -> None:
    """An own element and form, something known of a person and of a place, two that wrote past each other, a contest, a visit."""
    granny = cast.granny.person_id
    assert granny is not None
    shape = {"type": "yes_no", "purpose": "发卡", "basis": "街道通知", "keep_days": 365, "owner": "柳湾一居"}
    forms = {}
    for about in ("person", "place"):
        own = registers.add_element(
            by=cast.social, at=MONDAY, place_code=HOOD, label="已登记", about=about, sensitivity="personal", **shape
        )
        form = registers.save_form(
            by=cast.social, at=MONDAY, place_code=HOOD, label="登记", about=about, visit=True,
            layout=[{"label": "", "asks": [{"element": own.name}]}],
        )  # fmt: skip
        forms[about] = (form.name, own.name)
    for about, subject in (("person", granny), ("place", HOOD)):
        form, element = forms[about]
        registers.enter(by=cast.grid, at=MONDAY, form=form, subject=subject, values={element: "yes"}, seen={})
    form, element = forms["person"]
    registers.enter(by=cast.social, at=MONDAY + HOUR, form=form, subject=granny, values={element: "no"}, seen={})
    with as_system():
        wrong = Fact.objects.get(subject=granny, state="in_force")
    registers.contest(by=cast.granny, at=MONDAY + HOUR, fact_id=wrong.id, reason="还没有登记")
    registers.plan_visits(by=cast.social, at=MONDAY, form=form, subjects=[granny], due_on=MONDAY.date())


def _data(cast: Cast) -> None:
    """A data set with a table taken in, a doubt about it, somebody it is shared with; a forecast; an emergency."""
    kept = water(cast)
    take_in(cast, kept, [row()])
    with as_system():
        Doubt.objects.create(
            dataset=kept, place_code=STREET, subject="place", said="临江路", said_print=b"1", asked_at=MONDAY
        )
        Share.objects.create(
            dataset=kept, unit=cast.units["committee"], place_code=HOOD, purpose="走访", asked=["used"],
            asked_until=MONDAY + timedelta(days=90), asked_at=MONDAY, asked_by=cast.social.account_id,
            asked_name="王芳",
        )  # fmt: skip
        Forecast.objects.create(
            place_code=STREET, kind="", week=MONDAY.date(), made_at=MONDAY, method="last", points=[], past=[],
            mase={}, mae={}, beaten=False, held=0.9, trials=1,
        )  # fmt: skip
    _signs()
    _asked(cast)
    cut = emergencies.declare(by=cast.street_duty, at=MONDAY, event="停电", zone=Wanted(place_code=HOOD))
    emergencies.answer(emergency_id=cut.id, by=cast.granny, at=MONDAY, kind="help")


def _asked(cast: Cast) -> None:
    """A table that the street asks its neighbourhoods for."""
    old = Cond(AGE, Op.LEAST, ("80",))
    reports.ask_report(
        by=cast.street_duty, at=MONDAY, title="独居老人", reason="夏季送水", due_at=MONDAY + timedelta(days=7),
        begins_on=MONDAY.date(), ends_on=MONDAY.date(), to=[STREET],
        table=Table("person", False, (), (Column("八十岁以上", Kind.COUNT, when=(old,)),)),
    )  # fmt: skip


def _signs() -> None:
    """A suggestion about a place, and a sign that is switched off there."""
    with as_system():
        Suggestion.objects.create(
            sign="stall-sign", place_code=HOOD + "001", weight=2, raises=1, made_at=MONDAY, looked_at=MONDAY,
            evidence=[{"name": "stall-complaints", "strength": 1.0, "now": 4}],
        )  # fmt: skip
        Setting.objects.create(
            sign="stall-sign", place_code=HOOD, off=True, reason="菜场改造", set_at=MONDAY, set_name="吴值班"
        )


def _figures(cast: Cast) -> None:
    figures.recompute(by=SYSTEM, at=MONDAY)
    with as_system():
        Weights.objects.create(place_code=STREET, version=1, weights={"finish": 100}, least=30, set_at=MONDAY)
        Report.objects.create(
            place_code=STREET, month=date(2026, 8, 1), language="zh", asked_at=MONDAY, made_at=MONDAY,
            figures_at=MONDAY, definitions=1,
        )  # fmt: skip
        Report.objects.create(place_code=HOOD, month=date(2026, 8, 1), language="zh", asked_at=MONDAY)


def _matters(cast: Cast) -> dict[str, Matter]:
    c, found = cast, {}
    found["reported"] = c.report()
    found["street"] = c.report(place_code=STREET)
    found["accepted"] = verbs.accept(matter_id=c.report().id, by=c.dispatcher, at=MONDAY)
    found["assigned"] = c.assigned(place_code=OTHER_HOOD)
    found["paused"] = verbs.pause(matter_id=c.assigned().id, by=c.handler, at=MONDAY, reason="weather", words="雨")
    found["helped"] = verbs.assign(
        matter_id=c.report().id,
        by=c.dispatcher,
        at=MONDAY,
        unit_id=c.units["enforcement"].id,
        helpers=[(c.units["sanitation"].id, "清扫", MONDAY + 5 * HOUR)],
    )
    found["ordered"] = c.assigned()
    verbs.supervise(matter_id=found["ordered"].id, by=c.district_duty, at=MONDAY, text="请抓紧")
    found["done"] = c.done(kind="illegal-building")
    found["verified"] = verbs.verify(
        matter_id=c.done(kind="illegal-building").id, by=c.grid, at=MONDAY, passed=True, words="已拆", how="visit",
        files=[c.photo("grid")],
    )  # fmt: skip
    found["closed"] = verbs.close(matter_id=c.done().id, by=c.dispatcher, at=MONDAY, reply="已解决")
    found["declined"] = verbs.decline(
        matter_id=c.report().id, by=c.dispatcher, at=MONDAY, outcome="not-ours", reply="不归本平台管"
    )
    off = c.assigned()
    verbs.ask_write_off(matter_id=off.id, by=c.handler, at=MONDAY, reason="产权不明，无法处置")
    found["written_off"] = verbs.decide_write_off(
        matter_id=off.id, by=c.street_leader, at=MONDAY, granted=True, decision="同意"
    )
    found["merged"] = verbs.merge(
        matter_id=c.report("chen").id, by=c.dispatcher, at=MONDAY, into_id=found["assigned"].id
    )
    found["withdrawn"] = verbs.withdraw(matter_id=c.report().id, by=c.granny, at=MONDAY, reason="弄错了")
    found["elsewhere"] = c.report("stranger", place_code=OTHER_STREET + "001")
    return found


def _living(cast: Cast) -> Household:
    person = people.register_person(
        by=SYSTEM, at=MONDAY, name="周阿公", place_code=HOOD, birth_year=1950, new_household=True
    )
    assert person.place_code == HOOD
    with as_system():
        return Household.objects.get()


def _rules() -> None:
    morning = [(time(9), time(12))]
    clock.set_day(by=KEEPER, at=MONDAY, place_code=STREET, date=date(2026, 9, 9), working=False, name="街道停电")
    clock.set_day(by=KEEPER, at=MONDAY, place_code=HOOD, date=date(2026, 9, 9), working=True, name="照常")
    clock.set_hours(by=KEEPER, at=MONDAY, place_code=STREET, hours=morning, valid_from=date(2026, 1, 1))
    clock.set_hours(
        by=KEEPER, at=MONDAY, place_code=OTHER_HOOD, hours=[(time(8), time(16))], valid_from=date(2026, 5, 1)
    )
    clock.set_day(
        by=KEEPER, at=MONDAY, place_code=OTHER_STREET, date=date(2026, 9, 10), working=False, name="桥头休"
    )
    set_numbers = verbs.set_numbers
    set_numbers(
        by=KEEPER, at=MONDAY, kind="unlicensed-stall", place_code=STREET, finish="7 working_day", climb="2 day"
    )
    set_numbers(by=KEEPER, at=MONDAY, kind="unlicensed-stall", place_code=HOOD, finish="9 working_day")
    set_numbers(by=KEEPER, at=MONDAY, kind="inquiry", place_code=STREET, off=True)
    set_numbers(by=KEEPER, at=MONDAY, kind="inquiry", place_code=OTHER_STREET, answer="1 working_hour")
    triage.switch(by=KEEPER, at=MONDAY, on=False, place_code=HOOD)


def _keys(cast: Cast) -> None:
    people.issue_key(by=SYSTEM, at=MONDAY, name="物业平台", place_code=HOOD)
    told = displays.show_code(by=SYSTEM, at=MONDAY, kind="board")
    displays.confirm_board(by=SYSTEM, at=MONDAY, code=told.code, place_code=HOOD, name="一居门口")
    aim = notices.Aim(place_code=HOOD, channels=["board"])
    notices.write(by=cast.social, at=MONDAY, text=notices.Text(title="停水", body="周三停水。"), aim=aim)
    with as_system():
        Post.objects.create(  # until a day, and one that has not begun
            account_id=cast.sweeper.account_id, role="grid_worker", unit=cast.units["committee"], place_code=HOOD,
            valid=DateTimeTZRange(MONDAY - HOUR, MONDAY + timedelta(days=90)), title="代班网格员",
        )  # fmt: skip
        Post.objects.create(
            account_id=cast.grid.account_id, role="dispatcher", unit=cast.units["street"], place_code=STREET,
            valid=DateTimeTZRange(MONDAY + timedelta(days=30), None),
        )  # fmt: skip
    people.appoint(
        by=Actor(role=Role.SYSTEM_ADMIN, scope="99", account_id=cast.city_duty.account_id),
        at=MONDAY,
        account_id=cast.head.account_id,
        role="leader",
        place_code=STREET,
    )


def _duty(cast: Cast) -> None:
    """A roster with somebody on duty who shares their position, and somebody who asked to be away."""
    unit = cast.units["enforcement"].id
    roster = duty.add_roster(by=cast.street_duty, at=MONDAY, unit_id=unit, name="值班表")
    shift = duty.add_shift(
        by=cast.street_duty, at=MONDAY, roster_id=roster.id, day=MONDAY.date(), begins=time(10), ends=time(18),
        account_id=cast.handler.account_id,
    )  # fmt: skip
    duty.publish(by=cast.street_duty, at=MONDAY, roster_id=roster.id, month=MONDAY.date())
    duty.check_in(by=cast.handler, at=MONDAY, shift_id=shift.id)
    duty.share(by=cast.handler, at=MONDAY, shift_id=shift.id)
    duty.tell_position(by=cast.handler, at=MONDAY, shift_id=shift.id, lon=121.5, lat=31.2)
    operations.draft_operation(
        by=cast.street_duty, at=MONDAY, title="联合整治", purpose="恢复通行", place_code=STREET,
        starts_at=MONDAY + HOUR, ends_at=MONDAY + 2 * HOUR, lead_id=cast.head.account_id,
        unit_ids=[cast.units["sanitation"].id], spots=[HOOD],
    )  # fmt: skip
    operations.draft_operation(
        by=cast.district_duty, at=MONDAY, title="区里的联合检查", purpose="消防检查", place_code=DISTRICT,
        starts_at=MONDAY + HOUR, ends_at=MONDAY + 2 * HOUR, lead_id=cast.district_duty.account_id,
        unit_ids=[cast.units["street"].id], spots=[OTHER_HOOD, HOOD],
    )  # fmt: skip
    duty.ask_leave(
        by=cast.handler,
        at=MONDAY,
        starts=MONDAY + timedelta(days=3),
        ends=MONDAY + timedelta(days=4),
        kind="annual",
    )


def _volunteers(cast: Cast) -> None:
    """An activity with a time, and somebody who signed up."""
    activity = volunteers.plan_activity(
        by=cast.social, at=MONDAY, title="楼道清洁", what="带手套", kind="environment", place_code=HOOD
    )
    shift = volunteers.add_shift(
        by=cast.social,
        at=MONDAY,
        activity_id=activity.id,
        starts_at=MONDAY + HOUR,
        ends_at=MONDAY + 2 * HOUR,
        seats=2,
    )
    volunteers.publish_activity(by=cast.social, at=MONDAY, activity_id=activity.id)
    volunteers.join(by=cast.granny, at=MONDAY, shift_id=shift.id)
    whose = {"by": cast.social, "at": MONDAY, "person_id": cast.granny.person_id}
    volunteers.record_training(**whose, title="急救", held_on=MONDAY.date(), minutes=60)
    volunteers.record_commendation(**whose, title="好邻居", what="三年清洁", given_on=MONDAY.date())
    with as_system():
        _of_points(cast)


def _of_points(cast: Cast) -> None:
    """What hangs on points, of which no scene of these tests declares any: a certificate, a card, a shop, help asked for."""
    granny, unit = cast.granny.person_id, cast.units["committee"]
    owned = {"person_id": granny, "place_code": HOOD}
    Certificate.objects.create(
        **owned, number="ZY2026-00000001", unit=unit, issued_at=MONDAY, since=MONDAY.date(), until=MONDAY.date(), minutes=60,
        contents={}, hash="0" * 64,
    )  # fmt: skip
    Card.objects.create(**owned, since=MONDAY)
    shop = Shop.objects.create(unit=unit, place_code=HOOD, offers="馄饨", single=60, daily=60, opened_at=MONDAY)
    Charge.objects.create(
        **owned, shop=shop, amount=5, what="馄饨", nonce="1", scanned_at=MONDAY, asked_at=MONDAY, lapses_at=MONDAY + HOUR,
        transfer=uuid4(),
    )  # fmt: skip
    Settlement.objects.create(
        shop=shop, place_code=HOOD, month=date(2026, 8, 1), points=0, charges=0, made_at=MONDAY,
        made_by_id=cast.social.account_id,
    )  # fmt: skip
    Deduction.objects.create(
        **owned, sign_up=SignUp.objects.get(person=granny), reason="电话核实", proposed_at=MONDAY,
        proposed_by_id=cast.social.account_id,
    )  # fmt: skip
    HelpRequest.objects.create(
        **owned, kind="elders", what="陪诊", minutes=30, asked_at=MONDAY, lasts=(MONDAY + HOUR, MONDAY + 2 * HOUR)
    )


def _devices(street: Street) -> None:
    """Things in every state, what was found of them and of their places, and numbers that places set for rules."""
    with as_system():
        for name, code, state in (
            ("working", HOOD, "working"),
            ("waiting", STREET, "waiting"),
            ("retired", OTHER_HOOD, "retired"),
            ("elsewhere", OTHER_STREET + "001", "working"),
        ):
            street.things[name] = Thing.objects.create(
                key=f"d-{name}", model="smoke-detector", name=name, state=state, place_code=code,
                shard=shard_of(code), registered_at=MONDAY, retired_at=MONDAY if state == "retired" else None,
            )  # fmt: skip
        _warned(street.things["working"], str(street.things["working"].no), HOOD)
        _warned(None, HOOD, HOOD)
        Incident.objects.create(rule="smoke", place_code=HOOD, severity=3, opened_at=MONDAY, last_at=MONDAY)
        DeadLetter.objects.create(at=MONDAY, key="d-working", place_code=HOOD, via="mqtt", why="unreadable", size=1)
        for code, value in ((STREET, 0.4), (HOOD, 0.3), (OTHER_STREET, 0.6)):
            RuleNumber.objects.create(rule="smoke", place_code=code, name="limit", value=value, set_at=MONDAY)
        RuleNumber.objects.create(
            rule="smoke", thing=street.things["working"], name="limit", value=0.2, set_at=MONDAY
        )
        for code in (HOOD, OTHER_HOOD):
            PlaceUpkeep.objects.create(
                place_code=code, lasts=(MONDAY, MONDAY + timedelta(days=9)), note="演练", set_at=MONDAY
            )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO readings_state (rule, subject, shard, state) VALUES ('crowd', %s, %s, 's'), ('smoke', %s, %s, 's')",
                [HOOD, shard_of(HOOD), str(street.things["working"].no), shard_of(HOOD)],
            )


def _warned(thing: Thing | None, subject: str, code: str) -> Warning:
    return Warning.objects.create(
        rule="smoke", thing=thing, subject=subject, place_code=code, severity=3, highest=3, raised_at=MONDAY,
        recorded_at=MONDAY,
    )  # fmt: skip


def dead_rows() -> dict[str, int]:
    """In every table of this database that has places' codes: how many rows lie under the old street.

    What is history stays where it was: audit records, places, posts that ended, keys revoked, what was published. Of
    counts, where they count something; figures follow the records of matters, and are let follow first.
    """
    past = {
        "figures_cell": " + ".join(MEASURES) + " <> 0",
        "people_post": "NOT isempty(valid) AND (upper(valid) IS NULL OR upper(valid) > %(at)s)",
        "people_appointment": "decided_at IS NULL",
    }
    found: dict[str, int] = {}
    look_as(SYSTEM)
    figures.follow(list(Record.objects.filter(verb="matters.recode")))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_name)"
            " WHERE c.column_name = 'place_code' AND t.table_type = 'BASE TABLE' AND c.table_schema = 'public'"
            " AND c.table_name NOT LIKE 'audit_record%%' AND c.table_name <> 'datasets_publication' ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            where = past.get(table, "true")
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE starts_with(place_code, %(old)s) AND {where}",
                {"old": STREET, "at": READY + timedelta(days=20)},
            )
            found[table] = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM desk_savedfilter WHERE params->'place'->>0 LIKE %s", [f"{STREET}%"])
        found["desk_savedfilter"] = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('linli.search', '{}', true)")
        cursor.execute("SELECT count(*) FROM matters_search WHERE %s = ANY(places)", [STREET])
        found["matters_search"] = cursor.fetchone()[0]
    return found


def row_of(matter: Matter) -> dict[str, Any]:
    """Everything a matter says, but for where it lies."""
    with as_system():
        row = Matter.objects.filter(id=matter.id).values().get()
    return {key: value for key, value in row.items() if key not in ("place_code", "p4", "p6", "p9", "p12")}
