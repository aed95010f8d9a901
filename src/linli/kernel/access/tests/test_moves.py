"""What a code is called now, what becomes of a scope, and what a scope sees meanwhile."""

from __future__ import annotations

import pytest
from django.db import connection

from linli.kernel.access import SYSTEM, Actor, Moves, Role, also, covers

A, B, D = "310104001", "310104002", "310104003"
# Street A and street D are merged into B, which keeps its own 001.
MERGER = Moves({f"{A}001": f"{B}002", f"{A}002": f"{B}003", f"{D}001": f"{B}004"}, {A: B, D: B}, {})
# A neighbourhood goes from street A to street B; both streets stay.
HANDED_OVER = Moves({f"{A}001": f"{B}005"}, {}, {})
SPLIT = Moves(
    {f"{A}001": "310104011001", f"{A}002": "310104012002"}, {A: "310104011"}, {A: ("310104011", "310104012")}
)

CODES = {
    "merger": (MERGER, {
        f"{A}001": f"{B}002", f"{A}001003017": f"{B}002003017", f"{A}002": f"{B}003", f"{D}001004": f"{B}004004",
        A: B, D: B, f"{A}009": B, f"{A}009001": B, B: B, f"{B}001": f"{B}001", "310104": "310104", "310105001": "310105001",
    }),
    "handed over": (HANDED_OVER, {f"{A}001": f"{B}005", f"{A}001001": f"{B}005001", A: A, f"{A}002": f"{A}002", B: B}),
    "split": (SPLIT, {A: "310104011", f"{A}002007": "310104012002007", f"{A}008": "310104011", B: B}),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", CODES)
def test_a_code_is_called_the_same_in_python_and_in_the_database(name: str):
    moves, codes = CODES[name]
    assert {code: moves.now(code) for code in codes} == codes
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c, linli_recoded(c, %(olds)s, %(news)s, %(wholes)s) FROM unnest(%(codes)s::text[]) c",
            {**moves.arrays(), "codes": list(codes)},
        )
        assert dict(cursor.fetchall()) == codes
    assert Moves.of_json(moves.as_json()) == moves


@pytest.mark.parametrize(
    ("moves", "scope", "becomes"),
    [
        (MERGER, A, (B,)),
        (MERGER, f"{A}001", (f"{B}002",)),
        (MERGER, f"{A}001003", (f"{B}002003",)),
        (MERGER, f"{A}009", ()),  # closed before: to lift it to the whole street would widen it
        (MERGER, B, ()),
        (MERGER, "310104", ()),
        (HANDED_OVER, A, ()),
        (HANDED_OVER, f"{A}001", (f"{B}005",)),
        (SPLIT, A, ("310104011", "310104012")),
    ],
)
def test_a_scope_becomes_what_its_place_became_and_never_more(moves: Moves, scope: str, becomes: tuple[str, ...]):
    assert moves.scopes(scope) == becomes


@pytest.mark.parametrize(
    ("moves", "code", "holds_at"),
    [
        (MERGER, A, (f"{B}002", f"{B}003")),  # in the rest of B it never held
        (MERGER, D, (f"{B}004",)),
        (MERGER, f"{A}002", (f"{B}003",)),
        (MERGER, B, ()),
        (SPLIT, A, ("310104011", "310104012")),
        (HANDED_OVER, f"{A}001001", (f"{B}005001",)),
    ],
)
def test_what_was_set_at_a_code_is_set_where_it_held(moves: Moves, code: str, holds_at: tuple[str, ...]):
    assert moves.rules(code) == holds_at


@pytest.mark.parametrize(
    ("scope", "open_moves", "sees"),
    [
        (B, [MERGER], (A, D)),
        (f"{B}002", [MERGER], (f"{A}001",)),
        (f"{B}002003", [MERGER], (f"{A}001003",)),
        (f"{B}001", [MERGER], ()),
        (f"{A}001", [MERGER], (f"{B}002",)),
        (f"{A}009", [MERGER], ()),
        ("310104", [MERGER], ()),  # it holds all of them under either name
        ("310105", [MERGER], ()),
        (A, [HANDED_OVER], ()),  # that territory has left it
        (B, [HANDED_OVER], (f"{A}001",)),
        (f"{A}001", [HANDED_OVER], (f"{B}005",)),
        (A, [SPLIT], ("310104011", "310104012")),
        ("310104012", [SPLIT], (f"{A}002",)),
        ("310104011", [SPLIT], (A,)),
        ("*", [MERGER], ()),
        ("", [MERGER], ()),
        (B, [], ()),
    ],
)
def test_meanwhile_a_scope_sees_its_places_under_either_name(
    scope: str, open_moves: list[Moves], sees: tuple[str, ...]
):
    assert also(scope, open_moves) == sees


def test_a_scope_that_moved_into_another_sees_both_until_all_is_through():
    assert also(A, [MERGER]) == (B, D), "it is B's from now on"


def test_two_changes_at_once_are_followed_through_both():
    again = Moves({B: "310104021"}, {}, {})
    assert also("310104021", [MERGER, again]) == (A, B, D)
    assert also(f"{A}001", [MERGER, again]) == (f"{B}002", "310104021002")


def test_an_actor_covers_both_names():
    actor = Actor(role=Role.DISPATCHER, scope=B, also=(A,))
    assert covers(actor, f"{A}001") and covers(actor, f"{B}001") and not covers(actor, "310104003")
    assert not covers(Actor(role=Role.RESIDENT), A) and covers(SYSTEM, A)


def test_nothing_moved_concerns_nobody():
    none = Moves({}, {}, {})
    assert not none and none.roots == () and none.now(A) == A and none.arrays()["olds"] == []
