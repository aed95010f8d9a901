"""To whom a notice goes, against a plain reading of who lives and works where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import as_system
from linli.kernel.matters.tests.cast import ALWAYS, CITY, DISTRICT, HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, STREET
from linli.kernel.notices import audience
from linli.kernel.notices.queries import shown
from linli.kernel.people.models import Account, Person, Post

from .made import published

PLACES = (
    CITY,
    DISTRICT,
    STREET,
    HOOD,
    OTHER_HOOD,
    OTHER_STREET,
    OTHER_STREET + "001",
    HOOD + "001",
    HOOD + "001002",
)
# A code that shares its first digits with another and is not beneath it.
SPARSE = ("9901", "990101001", "99010100100", "990101001001001002003")


@dataclass
class Aim:
    place_code: str
    audience: str = "everyone"
    age_from: int | None = None
    roles: tuple[str, ...] = ()
    level: str = "plain"
    unit_ids: tuple = ()


@dataclass(frozen=True)
class Somebody:
    place: str
    born: int | None
    account: bool
    volunteer: bool


PEOPLE = st.lists(
    st.builds(
        Somebody,
        st.sampled_from([place for place in PLACES if len(place) >= 12]),
        st.sampled_from([None, 1940, 1960, 1966, 1967, 2000]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
)


def settle(people):
    made = []
    with as_system():
        for n, one in enumerate(people):
            account = None
            if one.account:
                account = Account.objects.create(
                    kind="resident", username=f"p{n}-{Account.objects.count()}", name="某人"
                )
                if one.volunteer:
                    Post.objects.create(account=account, role="volunteer", place_code=one.place, valid=ALWAYS)
            Person.objects.create(account=account, name="某人", place_code=one.place, birth_year=one.born)
            made.append(account.id if account else None)
    return made


def plainly(people, made, aim):
    """Who with an account is meant, by reading the list."""
    return {
        account
        for one, account in zip(people, made, strict=True)
        if account is not None
        and one.place.startswith(aim.place_code)
        and (aim.audience != "volunteers" or one.volunteer)
        and (aim.age_from is None or (one.born is not None and MONDAY.year - one.born >= aim.age_from))
    }


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=PEOPLE,
    place=st.sampled_from(PLACES),
    group=st.sampled_from([("residents", None), ("residents", 60), ("volunteers", None), ("everyone", None)]),
    step=st.integers(1, 4),
)
def test_persons_are_picked_by_prefix_age_and_being_a_volunteer(cast, people, place, group, step):
    aim = Aim(place, *group)
    with as_system():
        Post.objects.filter(role="volunteer").delete()
        Person.objects.all().delete()
    made = settle(people)
    with as_system():
        staff = set(Post.objects.exclude(role="volunteer").values_list("account_id", flat=True))
        found = [one.account for one in audience.everybody(aim, MONDAY, step=step)]
    assert len(found) == len(set(found))  # each once, however small the batches
    assert set(found) - staff == plainly(people, made, aim)


@pytest.mark.django_db
def test_staff_are_picked_by_role_and_unit_at_the_place_or_beneath(cast):
    def names(**aim):
        with as_system():
            accounts = [one.account for one in audience.everybody(Aim(**aim), MONDAY)]
            return set(Account.objects.filter(pk__in=accounts).values_list("username", flat=True))

    assert names(place_code=HOOD, audience="staff") == {"grid", "social"}
    assert names(place_code=STREET, audience="staff", roles=("handler",)) == {"handler", "handler2", "sweeper"}
    unit = (cast.units["sanitation"].id,)
    assert names(place_code=STREET, audience="staff", unit_ids=unit) == {"sweeper"}
    assert names(place_code=HOOD, audience="everyone") == {"grid", "social", "granny", "chen"}
    # In an emergency the street that holds the neighbourhood is told as well; district and city are not.
    told = names(place_code=HOOD, audience="everyone", level="emergency")
    assert {"street_duty", "dispatcher", "head"} < told and not {"district_duty", "city_duty", "stranger"} & told


@pytest.mark.django_db
def test_a_screen_shows_what_stands_above_it_and_nothing_beside(cast):
    for n, place in enumerate((HOOD, OTHER_HOOD)):
        published(cast, "street_duty", place_code=place, at=MONDAY + timedelta(minutes=n))
    for at in PLACES:
        seen = {one.place_code for one in shown.on("board", place_code=at, at=MONDAY + timedelta(hours=1))}
        assert seen == {place for place in (HOOD, OTHER_HOOD) if at.startswith(place)}
