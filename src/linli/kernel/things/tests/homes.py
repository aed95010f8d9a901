"""Who lives where the tests hang personal devices: Grandma Lin with her grandson, a neighbour, a social worker."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from PIL import Image

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.files import verbs as files
from linli.kernel.people.models import Account, Household, Person, Residence
from linli.kernel.places.models import Place
from linli.kernel.things import texts, verbs
from linli.kernel.things.models import Agreement, Signature, Thing

from .cast import ALWAYS, AT, GRID, HOOD, OTHER_HOOD, Cast

_DOWN = (GRID, GRID + "001", GRID + "001001", GRID + "00100101", GRID + "001001010101")
HOME = _DOWN[-1]


@dataclass
class Home:
    cast: Cast
    worker: Actor
    granny: Actor
    son: Actor
    neighbour: Actor
    grandson: UUID

    def thing(self, key: str = "md-1", model: str = "button", place_code: str = HOME, **more: object) -> Thing:
        return self.cast.register(key, model=model, place_code=place_code, **more).thing

    def paper(self) -> UUID:
        return paper(self.worker)

    def signed(self, thing: Thing, *signers: verbs.Signer, at=AT, **more):
        chosen = signers or (verbs.Signer(person_id=self.granny.person_id),)
        return verbs.agree(
            by=self.worker, at=at, thing_id=thing.id, signers=chosen, form="paper", file_id=self.paper(), **more
        )


def paper(by: Actor) -> UUID:
    """A photo of a signed sheet."""
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), "white").save(buffer, "JPEG")
    buffer.seek(0)
    return files.store(by=by, at=AT, upload=buffer, name="同意书.jpg", purpose="agreement").id


def make_home(cast: Cast) -> Home:
    with as_system():
        above = Place.objects.get(code=GRID)
        for code, name in zip(_DOWN[1:], ("柳湾小区", "1号楼", "1单元", "101室"), strict=True):
            above = Place.objects.create(
                code=code, name=name, parent=above, valid_from=AT.date(), lon=121.5, lat=31.2
            )
        account = Account.objects.create(kind="staff", username="worker", name="周社工")
        worker = Actor(role=Role.SOCIAL_WORKER, scope=HOOD, name="周社工", account_id=account.id)
        household = Household.objects.create(place_code=HOME)
        granny = _resident("林阿婆", HOME, 1944, household)
        son = _resident("林大明", HOOD, 1968)
        neighbour = _resident("陈邻居", OTHER_HOOD, 1970)
        child = Person.objects.create(name="林小宝", place_code=HOME, birth_year=2016)
        return Home(cast, worker, granny, son, neighbour, child.id)


def lives_there(person_id: UUID) -> None:
    with as_system():
        home = Household.objects.get(place_code=HOME)
        Residence.objects.create(person_id=person_id, household=home, relation="other", valid=ALWAYS)


def works_agreed(thing: Thing, at: datetime) -> Person:
    """It works, somebody who lives there has agreed to it. Written as rows; with the system's eyes."""
    person = Person.objects.create(name="住户", place_code=thing.place_code, birth_year=1950)
    agreement = Agreement.objects.create(
        thing=thing, text=texts.keep(thing.model, at), offered_at=at, until=at + timedelta(days=365)
    )
    Signature.objects.create(agreement=agreement, person=person, form="own", signed_at=at)
    Agreement.objects.filter(pk=agreement.pk).update(begun_at=at)
    Thing.objects.filter(pk=thing.pk).update(state="working")
    return person


def _resident(name: str, code: str, born: int, household: Household | None = None) -> Actor:
    account = Account.objects.create(kind="resident", username=f"resident:{name}", name=name)
    person = Person.objects.create(name=name, place_code=code, birth_year=born, account=account)
    if household is not None:
        Residence.objects.create(person=person, household=household, relation="head", valid=ALWAYS)
    return Actor(role=Role.RESIDENT, name=name, account_id=account.id, person_id=person.id)
