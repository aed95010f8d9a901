"""What an evaluator knows by heart follows what is changed, a thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from linli.kernel.access import as_system
from linli.kernel.readings.evaluating.book import Book
from linli.kernel.readings.models import RuleNumber
from linli.kernel.things.models import Thing

from .conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy")]


@pytest.fixture
def book(eyes: None, meter: Callable[..., Thing]) -> Book:
    for n in range(5):
        meter(f"m-{n}")
    made = Book()
    assert made.refresh(AT)
    made.fresh.clear()
    return made


@pytest.fixture(autouse=True)
def eyes(db: None) -> Iterator[None]:
    with as_system():
        yield


def test_only_what_changed_is_read_again(book: Book, meter: Callable[..., Thing]) -> None:
    before = dict(book.things)
    moved = Thing.objects.get(key="m-2")
    Thing.objects.filter(pk=moved.pk).update(spot="屋顶")
    new = meter("m-9")
    assert book.refresh(AT)
    assert book.things[moved.no].spot == "屋顶" and book.things[new.no].watched
    assert book.fresh[new.no] is None and book.fresh[moved.no] is before[moved.no]


def test_a_number_that_is_set_concerns_everything(book: Book) -> None:
    one = Thing.objects.get(key="m-1")
    before = book.things[one.no].watched[0].machine
    RuleNumber.objects.create(rule="too-hot", name="limit", thing=one, value=75, set_at=AT)
    assert book.refresh(AT)
    assert book.things[one.no].watched[0].machine is not before
    assert len(book.fresh) == 5
