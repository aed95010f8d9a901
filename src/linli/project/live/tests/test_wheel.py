"""One clock for all: each connection has its turn once a round, and who has left has none."""

from __future__ import annotations

from linli.project.live.wheel import Wheel


class One:
    def __init__(self) -> None:
        self.slot, self.turns = -1, 0

    def turn(self) -> None:
        self.turns += 1


def test_each_has_its_turn_once_a_round_counted_from_when_it_came() -> None:
    wheel, early, late, soon = Wheel(5), One(), One(), One()
    wheel.add(early)
    for second in range(1, 13):
        if second == 3:
            wheel.add(late)
            wheel.add(soon, 2)
        wheel.tick()
        assert early.turns == second // 5
        assert late.turns == (second - 2) // 5 if second >= 3 else late.turns == 0
        assert soon.turns == ((second - 4) // 5 + 1 if second >= 4 else 0)


def test_who_has_left_has_no_turn_even_when_another_turn_sends_it_away() -> None:
    wheel, gone, stays = Wheel(2), One(), One()
    wheel.add(gone)
    wheel.add(stays)
    wheel.remove(gone)
    wheel.remove(gone)
    for _ in range(4):
        wheel.tick()
    assert (gone.turns, stays.turns) == (0, 2)
