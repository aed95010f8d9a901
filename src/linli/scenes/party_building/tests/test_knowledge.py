"""Documents with versions, found by words of two characters, read and answered."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, Role, as_system, look_as
from linli.kernel.audit.models import Record
from linli.kernel.people.verbs import give_consent
from linli.kernel.points import queries as points
from linli.scenes.party_building import verbs
from linli.scenes.party_building.models import DocumentVersion, Passage, Read, Taken
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


@pytest.fixture
def lin(cast: Cast):
    actor = cast.resident("lin", "林党员", identity(1))
    cast.register(1)
    return actor


def ask(cast: Cast, version: DocumentVersion, *rights: int) -> list[int]:
    given = {"text": "多久一次？", "answers": ["每月", "每季度"], "document_id": version.document_id}
    return [verbs.ask_question(by=cast.street, at=AT, right=right, **given).pk for right in rights]


def test_a_document_without_a_quiz_is_read_when_a_member_says_so(cast: Cast, lin):
    cast.register(2)
    version = put(cast, must_read=True)
    look_as(lin)
    assert [done for _document, done in q.to_read(lin)] == [False]
    row = verbs.read_document(by=lin, at=AT, document_id=version.document_id)
    assert verbs.read_document(by=lin, at=AT, document_id=version.document_id).pk == row.pk
    assert [done for _document, done in q.to_read(lin)] == [True]
    for by, counted in ((cast.first, (1, 2)), (cast.other, (0, 0))):
        look_as(by)
        assert q.readers(by, [version.document]) == {version.document_id: counted}
    assert not Read.objects.exists(), "another branch sees none of ours"
    put(cast, TEXT + "\n新的一条。", must_read=True)
    look_as(lin)
    assert [done for _document, done in q.to_read(lin)] == [False], "another version is read anew"


def test_a_quiz_is_judged_here_and_passing_it_is_reading(cast: Cast, lin):
    version = put(cast, must_read=True)
    first, second = ask(cast, version, 1, 0)
    with pytest.raises(Conflict, match="小测"):
        verbs.read_document(by=lin, at=AT, document_id=version.document_id)
    take = lambda answers: verbs.take_quiz(by=lin, at=AT, version_id=version.id, answers=answers)  # noqa: E731
    with pytest.raises(Invalid, match="没答"):
        take({first: 1})
    judged = take({first: 1, second: 1})
    assert (judged.wrong, judged.taken.right, judged.taken.passed_at) == ((second,), 1, None)
    look_as(lin)
    assert [done for _document, done in q.to_read(lin)] == [False]
    assert take({first: 1, second: 0}).wrong == ()
    look_as(lin)
    told = q.reading(lin, version.document_id)
    assert [done for _document, done in q.to_read(lin)] == [True] and told.taken is not None
    assert take({first: 0, second: 0}).taken.passed_at is not None, "who passed has passed"
    assert not any(hasattr(one, "right") for one in told.quiz), "which is right stays on the server"


def test_nobody_else_sees_what_somebody_answered(cast: Cast, lin):
    version = put(cast)
    (only,) = ask(cast, version, 1)
    verbs.take_quiz(by=lin, at=AT, version_id=version.id, answers={only: 0})
    for by in (cast.first, cast.street, lin, staff(Role.SOCIAL_WORKER)):
        look_as(by)
        assert not Taken.objects.exists()
    with as_system():
        assert not Record.objects.filter(verb__contains="quiz").exists(), "a go that failed is nobody's business"


def test_points_for_a_quiz_come_once_for_each_version_and_only_to_who_agreed(cast: Cast, lin):
    look_as(lin)
    give_consent(by=lin, at=AT, person_id=lin.person_id, purpose="party-points")
    version = put(cast)
    (only,) = ask(cast, version, 1)
    for answer in (0, 1, 0, 1):
        verbs.take_quiz(by=lin, at=AT, version_id=version.id, answers={only: answer})
    look_as(lin)
    assert points.mine(lin, ledger="party-life")[0].account.balance == 3
    again = put(cast, TEXT + "\n新的一条。")
    with pytest.raises(NotFound, match="换了新版"):
        verbs.take_quiz(by=lin, at=AT, version_id=version.id, answers={only: 1})
    with pytest.raises(NotFound, match="没有小测"):
        verbs.take_quiz(by=lin, at=AT, version_id=again.id, answers={})
    (newer,) = ask(cast, again, 0)
    verbs.take_quiz(by=lin, at=AT, version_id=again.id, answers={newer: 0})
    look_as(lin)
    assert points.mine(lin, ledger="party-life")[0].account.balance == 6


def test_who_is_no_member_of_its_branches_neither_finds_nor_answers(cast: Cast, lin):
    version = put(cast)
    ask(cast, version, 0)
    chen = cast.resident("chen", "小陈", identity(77))
    for act in (
        lambda: q.find(chen, "季度"),
        lambda: q.reading(chen, version.document_id),
        lambda: verbs.take_quiz(by=chen, at=AT, version_id=version.id, answers={}),
        lambda: verbs.read_document(by=chen, at=AT, document_id=version.document_id),
    ):
        look_as(chen)
        with pytest.raises(NotFound):
            act()


def test_questions_are_taken_out_by_who_keeps_the_document(cast: Cast):
    version = put(cast)
    (only,) = ask(cast, version, 0)
    with pytest.raises(NotFound):
        verbs.drop_question(by=cast.first, at=AT, question_id=only)
    put(cast, TEXT + "\n新的一条。")
    with pytest.raises(NotFound, match="旧版"):
        verbs.drop_question(by=cast.street, at=AT, question_id=only)


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
