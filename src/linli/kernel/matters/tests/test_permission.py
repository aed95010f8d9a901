"""Who may do what: role × verb × inside or outside the scope, and the database's own lock behind it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection, transaction

from linli.kernel.access import (
    PERMISSIONS,
    SYSTEM,
    Actor,
    Level,
    NotAllowed,
    Role,
    Sees,
    as_system,
    look_as,
    looking_as,
)
from linli.kernel.matters import flow, verbs
from linli.kernel.matters.facts import Facts
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries.counts import counts
from linli.kernel.matters.queries.filters import Filter
from linli.kernel.matters.queries.queue import queue
from linli.kernel.matters.queries.scope import branches

from .cast import CITY, DISTRICT, HOOD, MONDAY, OTHER_STREET, STREET, Cast

STAFF = [
    Role.GRID_WORKER,
    Role.SOCIAL_WORKER,
    Role.DISPATCHER,
    Role.HANDLER,
    Role.UNIT_HEAD,
    Role.DUTY_OFFICER,
    Role.LEADER,
]
LEVELS = {Level.NEIGHBOURHOOD: HOOD, Level.STREET: STREET, Level.DISTRICT: DISTRICT, Level.CITY: CITY}

# What each role may do to a matter in its scope, in a state and relation that stands against nothing.
MAY = {
    Role.RESIDENT: "answer rate reopen withdraw",
    Role.PROXY: "answer rate reopen withdraw",
    Role.GRID_WORKER: "go arrive found take hand_over give_back finish_part ask pause resume ask_extension ask_write_off report_done"
    " verify comment reply_order",
    Role.SOCIAL_WORKER: "accept decline reclassify move assign go arrive found take hand_over give_back finish_part ask pause resume"
    " ask_extension ask_write_off report_done verify close reopen merge unmerge split link comment reply_order publish",
    Role.DISPATCHER: "accept decline reclassify move assign ask verify close reopen merge unmerge split link comment"
    " publish",
    Role.HANDLER: "go arrive found take hand_over give_back finish_part ask pause resume ask_extension ask_write_off report_done"
    " comment reply_order",
    Role.UNIT_HEAD: "go arrive found take hand_over give_back finish_part ask pause resume ask_extension ask_write_off report_done"
    " comment reply_order pass_order",
    Role.DUTY_OFFICER: "accept decline reclassify move assign ask pause resume decide_extension decide_write_off"
    " verify close reopen merge unmerge split link comment supervise settle_order return_order withdraw_order urge_order pass_order reply_order publish",
    Role.LEADER: "pause resume decide_extension decide_write_off comment supervise settle_order return_order withdraw_order urge_order"
    " pass_order reply_order",
    Role.DATA_KEEPER: "",
    Role.SYSTEM_ADMIN: "",
    Role.SECURITY_ADMIN: "",
    Role.AUDIT_ADMIN: "",
    Role.PARTNER: "",
    Role.ANONYMOUS: "",
}


@pytest.mark.parametrize("verb", flow.VERBS)
@pytest.mark.parametrize("role", MAY)
def test_the_table_of_permissions(role: Role, verb: str):
    assert (f"matters.{verb}" in PERMISSIONS[role]) is (verb in MAY[role].split())


@pytest.mark.parametrize("verb", flow.VERBS)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("role", STAFF)
def test_outside_the_scope_every_verb_is_refused(role: Role, level: Level, verb: str):
    """At every level: whatever the state and the relation, a place outside refuses, and says it is the place."""
    scope = LEVELS[level]
    outside = Matter(place_code="98" + HOOD[2:], state=flow.VERBS[verb].states[0])
    inside = Matter(place_code=HOOD, state=flow.VERBS[verb].states[0])
    actor = Actor(role=role, scope=scope, unit_id=uuid4(), account_id=uuid4())
    refused = flow.refusal(verb, outside, Facts(), actor)
    assert refused is not None and refused.status == 403
    if verb in MAY[role].split():
        assert refused.code == "scope"
        here = flow.refusal(verb, inside, Facts(), actor)
        assert here is None or here.code != "scope"


@pytest.mark.parametrize("verb", flow.VERBS)
def test_from_a_state_that_does_not_allow_it_every_verb_conflicts(verb: str):
    wrong = next((s for s in Matter._meta.get_field("state").choices if s[0] not in flow.VERBS[verb].states), None)
    if wrong is None:
        return
    actor = replace(SYSTEM)
    refused = flow.refusal(
        verb, Matter(place_code=HOOD, state=wrong[0], source=flow.VERBS[verb].source), Facts(), actor
    )
    assert refused is not None and refused.status == 409 and refused.code == "state"


def test_supervision_comes_only_from_above():
    matter = Matter(place_code=HOOD, state="assigned")
    for handling, orderer, may in (
        (HOOD, STREET, True),
        (STREET, STREET, False),
        (STREET, DISTRICT, True),
        (DISTRICT, STREET, False),
        (DISTRICT, CITY, True),
    ):
        actor = Actor(role=Role.DUTY_OFFICER, scope=orderer)
        refused = flow.refusal("supervise", matter, Facts(lead_place=handling), actor)
        assert (refused is None) is may


# The second lock: below, no query of ours and no permission of ours is asked, only PostgreSQL.


def _raw(actor: Actor, query: str) -> list[tuple]:
    look_as(actor)
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


TABLES = [
    "matters_matter",
    "matters_assignment",
    "matters_question",
    "matters_order",
    "matters_attachment",
    "audit_record",
]


def test_raw_sql_sees_only_what_row_level_security_lets_through(cast: Cast):
    m = cast.assigned(files=[cast.photo("granny")])
    verbs.ask(matter_id=m.id, by=cast.handler, at=MONDAY, text="几点？")
    verbs.supervise(matter_id=m.id, by=cast.district_duty, at=MONDAY, text="抓紧")
    everyone = {
        "reporter": (cast.granny, True),
        "other resident": (cast.chen, False),
        "own street": (cast.dispatcher, True),
        "other street": (cast.stranger, False),
        "city": (cast.city_duty, True),
        "the unit": (cast.handler, True),
        "another unit": (cast.sweeper, False),
        "the unit's name at another place": (replace(cast.handler, scope=OTHER_STREET), False),
        "system administrator": (Actor(role=Role.SYSTEM_ADMIN), False),
        "security administrator": (Actor(role=Role.SECURITY_ADMIN), False),
        "a scope of nothing": (Actor(role=Role.DUTY_OFFICER, scope=""), False),
        "anonymous": (Actor(role=Role.ANONYMOUS), False),
    }
    for who, (actor, sees) in everyone.items():
        for table in TABLES:
            if table == "audit_record":
                query = f"SELECT 1 FROM audit_record WHERE stream = '{m.stream}'"
            else:
                query = f"SELECT 1 FROM {table}"
            assert bool(_raw(actor, query)) is sees, (who, table)


def test_the_audit_administrator_sees_the_records_and_no_matter(cast: Cast):
    m = cast.report()
    auditor = Actor(role=Role.AUDIT_ADMIN)
    assert auditor.sees is Sees.AUDIT
    assert _raw(auditor, f"SELECT 1 FROM audit_record WHERE stream = '{m.stream}'")
    assert not _raw(auditor, "SELECT 1 FROM matters_matter")


def test_a_connection_nobody_set_sees_nothing_and_changes_nothing(cast: Cast):
    m = cast.report()
    with connection.cursor() as cursor:
        cursor.execute("RESET ALL")
        cursor.execute("SELECT count(*) FROM matters_matter")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE matters_matter SET title = 'x'")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM matters_matter")
        assert cursor.rowcount == 0
    with as_system():
        assert Matter.objects.get(id=m.id).title == m.title


def test_the_role_is_bound_by_the_policies(db: None):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_history_cannot_be_rewritten(cast: Cast):
    m = cast.report()
    for statement in (
        f"UPDATE audit_record SET verb = 'x' WHERE stream = '{m.stream}'",
        f"DELETE FROM audit_record WHERE stream = '{m.stream}'",
        "TRUNCATE audit_record",
        f"UPDATE audit_head SET hash = sha256('x') WHERE stream = '{m.stream}'",
    ):
        look_as(SYSTEM)
        with pytest.raises(Exception, match=r"append-only|only moves on"), transaction.atomic():
            _raw(SYSTEM, statement + " RETURNING 1" if "TRUNCATE" not in statement else statement)


def test_who_keeps_registers_sees_no_matter(cast: Cast):
    """Their eyes see devices within their place: no matter, whoever asks and how."""
    cast.report()
    with looking_as(cast.keeper):
        assert not Matter.objects.exists()
        for ask in (lambda: queue(cast.keeper, Filter()), lambda: counts(cast.keeper)):
            with pytest.raises(NotAllowed):
                ask()
    assert branches(cast.keeper, Filter()) == []
