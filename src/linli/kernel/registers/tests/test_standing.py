"""The rule itself, case by case and for any order of arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.registers.standing import Candidate, Decided, stand

DAY = datetime(2026, 9, 7, tzinfo=UTC)


def fact(n: int, says: str, rank: int = 0, seen: int = 0, recorded: int | None = None, unaware: int | None = None):
    at = DAY + timedelta(days=seen if recorded is None else recorded)
    unaware_of = None if unaware is None else UUID(int=unaware)
    return Candidate(UUID(int=n), f"source-{rank}", rank, says, DAY + timedelta(days=seen), at, unaware_of)


def chosen(n: int, day: int) -> Decided:
    return Decided(UUID(int=n), DAY + timedelta(days=day))


def n_of(key: UUID | None) -> int | None:
    return key.int if key else None


def test_nothing_is_in_force_where_nothing_is_known():
    assert stand([]).in_force is None


def test_the_stronger_source_wins_and_the_later_word_of_a_weaker_one_is_to_be_looked_at():
    standing = stand([fact(1, "no", rank=0, seen=0), fact(2, "yes", rank=1, seen=5)])
    assert (n_of(standing.in_force), standing.why, [a.int for a in standing.against]) == (1, "later", [2])


def test_what_a_weaker_source_said_before_is_history():
    standing = stand([fact(1, "no", rank=0, seen=5), fact(2, "yes", rank=1, seen=0)])
    assert (n_of(standing.in_force), standing.why) == (1, "")


def test_among_equals_the_later_observation_wins_whenever_it_arrives():
    facts = [fact(1, "a", seen=3, recorded=3), fact(2, "b", seen=1, recorded=9), fact(3, "c", seen=4, recorded=5)]
    for order in permutations(facts):
        assert n_of(stand(order).in_force) == 3


def test_who_wrote_past_each_other_is_a_conflict_until_somebody_who_knew_both_has_looked():
    facts = [fact(1, "a", seen=1), fact(2, "b", seen=2, recorded=3, unaware=1)]
    assert stand(facts).why == "unaware"
    assert stand([*facts, fact(3, "a", seen=4)]).why == ""
    assert stand([fact(1, "a", seen=1), fact(2, "a", seen=2, unaware=1)]).why == "", "they say the same"


def test_to_confirm_what_is_in_force_settles_it_too():
    one, two = fact(1, "a", seen=1), fact(2, "b", seen=2, recorded=3, unaware=1)
    early, late = DAY + timedelta(days=2.5), DAY + timedelta(days=4)
    assert stand([one, replace(two, looked_at=late)]).why == ""
    assert stand([one, replace(two, looked_at=early)]).why == "unaware", "before the other was there"
    assert stand([replace(one, looked_at=late), two]).why == "unaware", "of what is not in force nobody is sure"


def test_a_decision_holds_over_what_was_known_and_gives_way_to_what_is_seen_later():
    known = [fact(1, "no", rank=0, seen=0), fact(2, "yes", rank=1, seen=5)]
    assert stand(known, chosen(2, 6)).in_force == UUID(int=2) and stand(known, chosen(2, 6)).why == ""
    assert n_of(stand([*known, fact(3, "maybe", rank=1, seen=7)], chosen(2, 6)).in_force) == 3


def test_a_source_that_repeats_what_was_decided_against_does_not_win_but_is_to_be_looked_at():
    known = [fact(1, "no", rank=0, seen=0), fact(2, "yes", rank=1, seen=5), fact(3, "no", rank=0, seen=9)]
    standing = stand(known, chosen(2, 6))
    assert (n_of(standing.in_force), standing.why) == (2, "later")


def test_what_arrives_after_a_decision_and_was_seen_before_it_does_not_undo_it():
    known = [fact(1, "a", seen=1), fact(2, "b", seen=2), fact(3, "c", seen=4, recorded=8)]
    assert n_of(stand(known, chosen(1, 5)).in_force) == 1
    told = [*known[:2], fact(3, "c", seen=4, recorded=8, unaware=1)]
    assert stand(told, chosen(1, 5)).why == "unaware", "and somebody is told, when its author could not know"


def test_a_decision_for_a_fact_that_is_gone_does_not_hold():
    assert n_of(stand([fact(1, "a", seen=1), fact(2, "b", seen=2)], chosen(9, 5)).in_force) == 2


facts = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.integers(0, 9), st.integers(0, 5)),
    min_size=1,
    max_size=7,
)


@given(facts, st.randoms())
def test_the_order_of_arrival_in_the_list_never_matters(drawn, dice):
    known = [fact(n, says, rank, seen, seen + late) for n, (says, rank, seen, late) in enumerate(drawn, 1)]
    shuffled = list(known)
    dice.shuffle(shuffled)
    assert stand(known) == stand(shuffled)
    best = min(c.rank for c in known)
    first = next(c for c in known if c.id == stand(known).in_force)
    assert first.rank == best
    assert all(c.seen_at <= first.seen_at for c in known if c.rank == best)
