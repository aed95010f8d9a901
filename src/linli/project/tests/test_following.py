"""When two registrations become one, everything in every room that names a person follows, or somebody said why not."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.matters.models import Matter
from linli.kernel.matters.verbs import open_matter
from linli.kernel.people import verbs
from linli.kernel.people.following import pointings
from linli.kernel.things.tests.cast import AT, HOOD, make_cast

pytestmark = pytest.mark.django_db

# What names a person and does not follow, and why.
STAYS = {
    "audit_record.person_ids": "history is append-only; a person reads that of every registration of theirs",
    "audit_record.actor_person": "history is append-only",
    "people_session.person_id": "an account signs in, and its person is looked up again",
    "datasets_row.person_doubt_id": "a question, not a person",
}


def test_no_column_names_persons_that_nobody_spoke_for() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
            " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped"
            " AND a.attname ~ '(person|guardian|resident)' AND a.atttypid IN ('uuid'::regtype, 'uuid[]'::regtype)"
        )
        columns = {row[0] for row in cursor.fetchall()}
    apart = {model._meta.db_table for model in pointings.kept_apart}
    spoken = {pointing.name for pointing in pointings.every()} | set(STAYS)
    assert {column for column in columns if column.split(".")[0] not in apart} - spoken == set()


def test_every_key_to_a_person_can_really_be_pointed_elsewhere() -> None:
    """No trigger of any room stands in the way: the statement itself is tried on every table."""
    with as_system(), connection.cursor() as cursor:
        for pointing in pointings.every():
            cursor.execute(f'SELECT "{pointing.key}", "{pointing.column}" FROM "{pointing.table}" LIMIT 1')
    models = {model._meta.db_table for model in apps.get_models()}
    assert {pointing.table for pointing in pointings.every()} <= models


def test_a_matter_reported_in_a_second_registration_is_followed_by_the_person() -> None:
    make_cast()
    one, two = (
        verbs.register_person(by=SYSTEM, at=AT, name=name, place_code=HOOD) for name in ("林秀珍", "林秀真")
    )
    matter = open_matter(
        by=SYSTEM, at=AT, kind="illegal-parking", title="楼道灯坏了", body="三楼", source="desk", place_code=HOOD,
        reporter_id=two.id,
    )  # fmt: skip
    with as_system():
        before = Matter.objects.get(pk=matter.pk)
    merging = verbs.merge_persons(by=SYSTEM, at=AT, standing_id=one.id, alias_id=two.id, reason="同一个人")
    with as_system():
        found = Matter.objects.get(pk=matter.pk)
        assert found.reporter_id == one.id and one.id in found.person_ids
    verbs.part_again(by=SYSTEM, at=AT, merging_id=merging.id, reason="不是同一个人")
    with as_system():
        found = Matter.objects.get(pk=matter.pk)
        assert (found.reporter_id, found.person_ids) == (two.id, before.person_ids)
