from datetime import timedelta

import pytest

from linli.kernel.access import SYSTEM, Invalid, NotAllowed, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.matters import verbs as matters
from linli.kernel.matters.tests.cast import HOOD, MONDAY, STREET, Cast
from linli.kernel.triage import queries, verbs
from linli.kernel.triage.learning import DECIDES, note_decisions
from linli.kernel.triage.models import Decision, ModelVersion

from .decided import decide_many

HONEST = {"inquiry": "inquiry", "illegal-building": "illegal-building"}
CROSSED = {"inquiry": "illegal-building", "illegal-building": "inquiry"}
DAY = timedelta(days=1)
ASKED = ("", "听说今年有紫色风筝")


def first_kind() -> str:
    return queries.suggest(*ASKED)[0].kind


def test_before_any_decision_hints_and_words_of_the_catalogue_suggest(cast: Cast) -> None:
    best = queries.suggest("", "楼顶有人违章搭建")[0]
    assert (best.kind, best.word, best.department_word) == ("illegal-building", "违章搭建", "城管执法")
    assert 0 < best.confidence < 1
    assert "违章搭建" in "".join(best.words)
    assert queries.suggest("", "  ") == ()


def test_learning_from_decisions_changes_suggestions(cast: Cast) -> None:
    before = queries.suggest(*ASKED)
    sure = next((s.confidence for s in before if s.kind == "illegal-building"), 0.0)
    decide_many(cast, CROSSED, 22)
    made = verbs.learn(by=SYSTEM, at=MONDAY + DAY)
    assert made.in_force
    assert (made.examples, made.held_out) == (44, 20)
    assert made.accuracy > made.before
    after = queries.suggest(*ASKED)[0]
    assert after.kind == "illegal-building"
    assert after.confidence > sure + 0.2
    assert after.words and all(word in ASKED[1] for word in after.words)


def test_a_worse_model_is_kept_out_of_force(cast: Cast) -> None:
    decide_many(cast, CROSSED, 22)
    good = verbs.learn(by=SYSTEM, at=MONDAY + DAY)
    # A confused month, and then decisions as they were: who learned the month is wrong about what came after it.
    decide_many(cast, HONEST, 40, at=MONDAY + 2 * DAY, start=100)
    decide_many(cast, CROSSED, 12, at=MONDAY + 3 * DAY, start=200)
    worse = verbs.learn(by=SYSTEM, at=MONDAY + 4 * DAY)
    assert worse.accuracy < worse.before
    assert not worse.in_force and bytes(worse.content) == b""
    assert ModelVersion.objects.get(in_force=True).id == good.id
    assert first_kind() == "illegal-building"


def test_the_same_decisions_give_the_same_model(cast: Cast) -> None:
    decide_many(cast, CROSSED, 22)
    first = verbs.learn(by=SYSTEM, at=MONDAY + DAY)
    content = bytes(first.content)
    ModelVersion.objects.all().delete()
    assert bytes(verbs.learn(by=SYSTEM, at=MONDAY + DAY).content) == content


def test_too_few_decisions_are_a_sentence_and_nothing_changes(cast: Cast) -> None:
    decide_many(cast, HONEST, 2)
    with pytest.raises(Invalid, match="40"):
        verbs.learn(by=SYSTEM, at=MONDAY + DAY)
    assert not ModelVersion.objects.exists()
    with pytest.raises(NotAllowed):
        verbs.learn(by=cast.dispatcher, at=MONDAY)


def test_the_follower_keeps_the_first_suggestion_and_the_last_kind(cast: Cast) -> None:
    decide_many(cast, {"inquiry": "inquiry"}, 1)
    with as_system():
        row = Decision.objects.get()
    assert row.kind == "inquiry" and row.suggested and row.confidence
    matters.reclassify(
        matter_id=row.matter_id, by=cast.dispatcher, at=MONDAY + DAY, kind="illegal-building", note=""
    )
    with as_system():
        note_decisions(list(Record.objects.filter(verb__in=DECIDES).order_by("seq")))
        again = Decision.objects.get()
    assert (again.kind, again.suggested, again.confidence) == ("illegal-building", row.suggested, row.confidence)


def test_what_only_a_resident_did_is_no_decision(cast: Cast) -> None:
    cast.report()
    with as_system():
        note_decisions(list(Record.objects.filter(verb__in=DECIDES).order_by("seq")))
        assert not Decision.objects.exists()


def test_switched_off_at_a_place_it_is_silent_there(cast: Cast) -> None:
    verbs.switch(by=cast.keeper, at=MONDAY, on=False, place_code=STREET)
    assert queries.suggest("", "违章搭建", place_code=HOOD) == ()
    assert queries.suggest("", "违章搭建")
    verbs.switch(by=SYSTEM, at=MONDAY, on=False)
    assert queries.suggest("", "违章搭建") == ()
    verbs.switch(by=cast.keeper, at=MONDAY, on=True, place_code=STREET)
    assert queries.suggest("", "违章搭建", place_code=HOOD)
    with pytest.raises(NotAllowed):
        verbs.switch(by=cast.keeper, at=MONDAY, on=True)


def test_figures_by_kind_and_street_for_who_sees_the_place(cast: Cast) -> None:
    decide_many(cast, {"inquiry": "inquiry"}, 3)
    with as_system():
        Decision.objects.filter(pk=Decision.objects.first().pk).update(suggested="inquiry")
        Decision.objects.exclude(suggested="inquiry").update(suggested="illegal-building")
        right = Decision.objects.filter(suggested="inquiry").count()
    with looking_as(cast.dispatcher):
        seen = queries.figures(cast.dispatcher)
    assert (seen.whole.decided, seen.whole.right) == (3, right)
    assert [(s.name, s.decided) for s in seen.kinds] == [("inquiry", 3)]
    assert [(s.name, s.decided) for s in seen.streets] == [(STREET, 3)]
    with looking_as(cast.stranger):
        assert queries.figures(cast.stranger).whole.decided == 0


def test_the_second_lock_hides_decisions_and_lets_nobody_write_them(cast: Cast) -> None:
    decide_many(cast, {"inquiry": "inquiry"}, 1)
    with looking_as(cast.stranger):
        assert not Decision.objects.exists()
    with looking_as(cast.dispatcher):
        assert Decision.objects.count() == 1
        assert Decision.objects.update(kind="other") == 0
        assert Decision.objects.all().delete()[0] == 0


def test_a_suggestion_asks_the_database_twice(cast: Cast, django_assert_num_queries) -> None:
    queries.suggest(*ASKED)
    with django_assert_num_queries(2):
        queries.suggest(*ASKED)
