"""One cast for the tests of this scene: two neighbourhoods of a street, their organisations, who leads and who belongs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from linli.kernel.access import SYSTEM, Actor, Role, as_system
from linli.kernel.people.models import Account, Person, Post
from linli.kernel.places.models import Place
from linli.kernel.sealed import fingerprint, seal
from linli.scenes.party_building import verbs
from linli.scenes.party_building.models import Member, Organisation

AT = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
TODAY = date(2026, 9, 7)
CITY, DISTRICT, STREET, HOOD, OTHER_HOOD = "9901", "990101", "990101001", "990101001001", "990101001002"
_PLACES = {
    "99": "临江省",
    CITY: "临江市",
    DISTRICT: "望江区",
    STREET: "柳湾街道",
    HOOD: "柳湾一居",
    OTHER_HOOD: "柳湾二居",
}


def identity(n: int, born: str = "19700101") -> str:
    """A made-up number of no place that is (99…), with its right check character."""
    body = f"990101{born}{n:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


@dataclass
class Cast:
    organisations: dict[str, Organisation] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.__dict__["actors"][name]
        except KeyError:
            raise AttributeError(name) from None

    def register(self, n: int, branch: str = "first", **changes: object) -> Member:
        given = {
            "name": f"党员{n}", "identity": identity(n), "stage": "full", "since": date(2010, 7, 1),
            "branch_id": self.organisations[branch].id,
        }  # fmt: skip
        return verbs.register_member(by=SYSTEM, at=AT, **{**given, **changes})

    def resident(self, key: str, name: str, number: str, code: str = HOOD) -> Actor:
        """Somebody of the register of persons with an identity number, who signs in on the phone."""
        with as_system():
            account = Account.objects.create(kind="resident", username=key, name=name)
            person = Person.objects.create(
                account=account,
                name=name,
                place_code=code,
                identity_print=fingerprint(number),
                identity_sealed=seal(number),
            )
        actor = Actor(role=Role.RESIDENT, name=name, account_id=account.id, person_id=person.id)
        self.actors[key] = actor
        return actor


def make_cast() -> Cast:
    cast = Cast()
    with as_system():
        known: dict[str, Place] = {}
        for code, name in _PLACES.items():
            above = next((known[code[:n]] for n in range(len(code) - 1, 1, -1) if code[:n] in known), None)
            known[code] = Place.objects.create(
                code=code, name=name, parent=above, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2
            )
    for key, kind, name, code, parent in (
        ("city", "committee", "临江市委", CITY, ""),
        ("street", "committee", "柳湾街道党工委", STREET, "city"),
        ("general", "general", "柳湾一居党总支", HOOD, "street"),
        ("first", "branch", "柳湾一居第一党支部", HOOD, "general"),
        ("second", "branch", "柳湾一居第二党支部", HOOD, "general"),
        ("other", "branch", "柳湾二居党支部", OTHER_HOOD, "street"),
        ("group", "group", "第一党小组", HOOD, "first"),
    ):
        cast.organisations[key] = verbs.found_organisation(
            by=SYSTEM, at=AT, kind=kind, name=name, place_code=code, founded_on=date(2000, 7, 1),
            parent_id=cast.organisations[parent].id if parent else None,
        )  # fmt: skip
    for key in ("street", "general", "first", "second", "other"):
        cast.actors[key] = secretary(key, cast.organisations[key])
    return cast


def secretary(key: str, organisation: Organisation, name: str = "") -> Actor:
    with as_system():
        account = Account.objects.create(kind="staff", username=f"secretary-{key}", name=name or f"{key}书记")
        post = Post.objects.create(
            account=account, role=Role.BRANCH_SECRETARY.value, unit_id=organisation.unit_id,
            place_code=organisation.place_code, valid=(datetime(2020, 1, 1, tzinfo=UTC), None),
        )  # fmt: skip
    return Actor(
        role=Role.BRANCH_SECRETARY, scope=organisation.place_code, name=account.name, account_id=account.id,
        post_id=post.id, unit_id=UUID(str(organisation.unit_id)),
    )  # fmt: skip


def staff(role: Role, code: str = HOOD) -> Actor:
    with as_system():
        account = Account.objects.create(kind="staff", username=f"{role}-{code}", name=str(role))
    return Actor(role=role, scope=code, name=account.name, account_id=account.id)


def signed_in(actor: Actor) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    with as_system():
        account = Account.objects.get(pk=actor.account_id)
        session = client.session
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), "linli.kernel.people.backend.Backend"
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.save()
    client.cookies["linli_session"] = session.session_key
    return client
