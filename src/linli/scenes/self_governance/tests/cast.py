"""The cast of matters, with more neighbours, and the steps of an activity in one word each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.matters.tests.cast import ALWAYS, HOOD, MONDAY, Cast, make_cast
from linli.kernel.people.models import Account, Household, Person, Residence
from linli.scenes.self_governance import codes, verbs
from linli.scenes.self_governance.models import Activity, Shift, SignUp
from linli.scenes.self_governance.verbs import Position
from linli.scenes.self_governance.verbs.attending import COMING, LEAVING, about, key

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
HERE = Position(121.5, 31.2, 10)
STARTS = MONDAY + 24 * HOUR


@dataclass
class Neighbours:
    """`cast` with a family (`father`, `boy` of fifteen), and two more neighbours."""

    cast: Cast

    def __getattr__(self, name: str) -> Actor:
        return getattr(self.__dict__["cast"], name)

    def activity(self, *, publish: bool = True, at: datetime = MONDAY, **changes: Any) -> Activity:
        given: dict[str, Any] = {
            "by": self.social, "title": "陪独居老人去医院", "what": "陪同挂号、候诊、取药。", "kind": "elders",
            "place_code": HOOD, "meet": "居委会门口", **changes,
        }  # fmt: skip
        activity = verbs.plan_activity(at=at, **given)
        if publish:
            verbs.add_shift(
                by=self.social, at=at, activity_id=activity.id, starts_at=STARTS, ends_at=STARTS + 3 * HOUR, seats=2
            )
            verbs.publish_activity(by=self.social, at=at, activity_id=activity.id)
        return activity

    def shift(self, activity: Activity | None = None, starts: datetime | None = None, **changes: Any) -> Shift:
        activity = activity or self.activity()
        if starts is None:
            with as_system():
                return Shift.objects.filter(activity=activity).earliest("lasts")
        given: dict[str, Any] = {"ends_at": starts + 3 * HOUR, "seats": 2, **changes}
        return verbs.add_shift(by=self.social, at=MONDAY, activity_id=activity.id, starts_at=starts, **given)

    def join(self, who: str, shift: Shift, at: datetime = MONDAY, **given: Any) -> SignUp:
        return verbs.join(by=getattr(self, who), at=at, shift_id=shift.id, **given)

    def served(self, who: str, shift: Shift, minutes: int = 120) -> SignUp:
        """Joined, came at the beginning, left so many minutes later."""
        one = self.join(who, shift)
        begins = shift.starts_at
        verbs.check_in(
            by=getattr(self, who), at=begins, sign_up_id=one.id, code=coming(shift, begins), position=HERE
        )
        out = begins + minutes * MINUTE
        return verbs.check_out(
            by=getattr(self, who), at=out, sign_up_id=one.id, code=leaving(shift, out), position=HERE
        )


def coming(shift: Shift, at: datetime) -> str:
    return codes.scanned(key(), about(shift.id, COMING), at)


def leaving(shift: Shift, at: datetime) -> str:
    return codes.scanned(key(), about(shift.id, LEAVING), at)


def fresh(one: SignUp | UUID) -> SignUp:
    with as_system():
        return SignUp.objects.select_related("shift", "person").get(pk=getattr(one, "id", one))


def neighbours() -> Neighbours:
    cast = make_cast()
    with as_system():
        home = Household.objects.create(place_code=HOOD)
        for key_, name, year, lives in (
            ("father", "何平", 1980, True),
            ("boy", "何小宝", 2011, True),
            ("zhang", "张姐", 1990, False),
            ("old_li", "李大爷", 1944, False),
        ):
            account = Account.objects.create(kind="resident", username=key_, name=name)
            person = Person.objects.create(account=account, name=name, place_code=HOOD, birth_year=year)
            if lives:
                Residence.objects.create(person=person, household=home, relation="other", valid=ALWAYS)
            cast.actors[key_] = Actor(role=Role.RESIDENT, name=name, account_id=account.id, person_id=person.id)
    return Neighbours(cast)


NEW_YEAR = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
"""Eleven in the evening in Shanghai."""
