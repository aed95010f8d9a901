"""Documents with versions, found by words of two characters, read and answered."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, Role, as_system, look_as
from linli.scenes.party_building import verbs
from linli.scenes.party_building.models import DocumentVersion, Passage, Read
from linli.scenes.party_building.queries import knowledge as q

from .cast import AT, Cast, identity, staff

pytestmark = pytest.mark.django_db
TEXT = (
    "第一条 党支部是党的基础组织。\n第十一条 党支部党员大会一般每季度召开一次。\n\n党小组会ＡＢＣ一般每月召开一次。"
)


def put(cast: Cast, text: str = TEXT, title: str = "支部工作条例", **changes: object) -> DocumentVersion:
    given = {
        "by": cast.street,
        "at": AT,
        "organisation_id": cast.organisations["street"].id,
        "title": title,
        "text": text,
    }
    return verbs.put_document(**{**given, **changes})


@pytest.mark.parametrize(
    ("words", "heads"),
    [
        ("季度", ["第十一条"]), ("党员大会", ["第十一条"]), ("召开", ["第十一条", ""]), ("召开 小组", [""]), ("abc", [""]), ("小大", []),
        ("基础组织", ["第一条"]), ("大会会", []),
    ],
)  # fmt: skip
def test_words_of_two_characters_are_found_and_every_word_must_stand_there(
    cast: Cast, words: str, heads: list[str]
):
    put(cast)
    look_as(cast.first)
    assert sorted(f.heading for f in q.find(cast.first, words)) == sorted(heads)


@pytest.mark.parametrize("words", ["", " ", "党", "党员 大"])
def test_a_single_character_finds_too_much(cast: Cast, words: str):
    with pytest.raises(Invalid, match="两个字"):
        q.find(cast.first, words)
    with pytest.raises(NotAllowed):
        q.find(staff(Role.SOCIAL_WORKER), "党员")


def test_only_the_version_that_stands_is_found_and_none_is_changed(cast: Cast):
    first = put(cast)
    assert put(cast).id == first.id, "the same text again is no new version"
    second = put(cast, TEXT.replace("每季度", "每半年"), why="修订")
    assert second.number == 2
    look_as(cast.first)
    assert q.find(cast.first, "季度") == [] and len(q.find(cast.first, "半年")) == 1
    with as_system(), pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        Passage.objects.filter(version=first).update(text="改了")
    verbs.withdraw_document(by=cast.street, at=AT, document_id=second.document_id, reason="废止")
    look_as(cast.first)
    assert q.find(cast.first, "半年") == []


def test_a_member_has_read_it_when_every_question_is_answered_rightly(cast: Cast):
    lin = cast.resident("lin", "林党员", identity(1))
    cast.register(1)
    cast.register(2)
    version = put(cast, must_read=True)
    for right in (1, 0):
        verbs.ask_question(
            by=cast.street,
            at=AT,
            document_id=version.document_id,
            text="多久一次？",
            answers=["每月", "每季度"],
            right=right,
        )
    look_as(lin)
    assert [done for _document, done in q.to_read(lin)] == [False]
    for given, wrong in (((), 2), ((1, 1), 1), ((1,), 1)):
        with pytest.raises(Conflict, match=f"{wrong} 题不对"):
            verbs.read_document(by=lin, at=AT, document_id=version.document_id, answers=given)
    row = verbs.read_document(by=lin, at=AT, document_id=version.document_id, answers=(1, 0))
    assert verbs.read_document(by=lin, at=AT, document_id=version.document_id, answers=(1, 0)).pk == row.pk
    assert [done for _document, done in q.to_read(lin)] == [True]
    look_as(cast.first)
    assert q.readers(cast.first, version.document_id) == (1, 2)
    look_as(cast.other)
    assert q.readers(cast.other, version.document_id) == (0, 0) and not Read.objects.exists()
    put(cast, TEXT + "\n新的一条。", must_read=True)
    look_as(lin)
    assert [done for _document, done in q.to_read(lin)] == [False], "another version is read anew"


def test_only_who_keeps_it_changes_it(cast: Cast):
    version = put(cast)
    with pytest.raises(NotFound):
        verbs.withdraw_document(by=cast.first, at=AT, document_id=version.document_id, reason="不要了")
    with pytest.raises(Invalid):
        put(cast, " ")
    for answers, right in ((["一"], 0), (["一", "一"], 0), (["一", "二"], 2)):
        with pytest.raises(Invalid):
            verbs.ask_question(
                by=cast.street, at=AT, document_id=version.document_id, text="?", answers=answers, right=right
            )
