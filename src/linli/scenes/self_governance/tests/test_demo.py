"""The demo: weeks of service, shifts to come, one going on, something contested, something bought,
somebody honoured, somebody who did not come; and the books add up."""

from __future__ import annotations

from linli.kernel.access import as_system
from linli.kernel.clock.now import frozen
from linli.kernel.people.models import Person
from linli.kernel.points.models import Account
from linli.scenes.self_governance import demo
from linli.scenes.self_governance.models import Activity, Charge, Commendation, Deduction, SignUp
from linli.scenes.self_governance.queries import finding, honours

from .cast import HOOD, MONDAY, Neighbours
from .test_spending import give_phone


def test_a_neighbourhood_of_volunteers_is_filled_once(town: Neighbours) -> None:
    with as_system():
        for n in range(12):
            Person.objects.create(name=f"邻居{n}", place_code=HOOD, birth_year=1960 + n)
    give_phone(town, "chen", "13900000002")
    with frozen(MONDAY):
        assert demo.fill(until=MONDAY) and not demo.fill(until=MONDAY)
        assert len(finding.open_shifts(finding.Asked(), at=MONDAY)) == 6
    with as_system():
        states = set(SignUp.objects.values_list("state", flat=True))
        assert states >= {"certified", "appealed", "left", "arrived", "in", "no_show"}
        assert Activity.objects.count() == 15 and Commendation.objects.count() == 4
        assert Deduction.objects.get().decided_at is None
        assert len(honours.board(HOOD, at=MONDAY).named) == 3
        assert list(Charge.objects.values_list("state", flat=True)) == ["paid", "paid"]
        for book in set(Account.objects.values_list("book", flat=True)):
            assert sum(Account.objects.filter(book=book).values_list("balance", flat=True)) == 0
