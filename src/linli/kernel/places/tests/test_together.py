"""Two people at once, on two connections: what each may do alone must not fit together wrongly."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from linli.kernel.access import SYSTEM, Refused
from linli.kernel.places import verbs
from linli.kernel.places.models import Place

from .conftest import NOW, ROWS, row, square

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Run the acts in parallel; returns what they raised."""
    start, raised = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.fixture(autouse=True)
def registered() -> None:
    verbs.bulk_add(ROWS, by=SYSTEM, at=NOW)


def test_of_two_new_neighbours_that_overlap_one_is_refused() -> None:
    def adding(code: str) -> Callable[[], object]:
        place = row(code, "新街道", boundary=square(121.40, 31.22, 121.44, 31.24))
        return lambda: verbs.add_place(by=SYSTEM, at=NOW, row=place)

    raised = at_once(*(adding(f"31010401{n}") for n in range(4)))
    assert len(raised) == 3 and all(isinstance(e, Refused) and "重叠" in e.sentence for e in raised)


def test_of_two_changes_to_one_version_the_second_is_told() -> None:
    def naming(name: str) -> Callable[[], object]:
        return lambda: verbs.rename_place(by=SYSTEM, at=NOW, code="310104001", name=name, version=1)

    raised = at_once(naming("甲街道"), naming("乙街道"))
    assert [getattr(e, "status", None) for e in raised] == [409]
    assert "刚被别人改过" in str(raised[0])
    assert Place.objects.filter(code="310104001").count() == 2


def test_a_street_merged_twice_at_once_is_merged_once() -> None:
    def merging() -> object:
        return verbs.merge_places(by=SYSTEM, at=NOW, codes_from=["310104002"], into="310104001")

    raised = at_once(merging, merging)
    assert [getattr(e, "status", None) for e in raised] == [404]
    assert Place.objects.filter(parent_code="310104001", valid_to=None).count() == 3
