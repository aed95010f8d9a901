"""Which registered person a row means: by identity number or phone alone, never by name.

A name with a place is no proof of who somebody is, so it makes nobody known, not even a candidate. Where a number leads
to somebody of another name, or to several, a person at the counter decides.
"""

from __future__ import annotations

from collections.abc import Iterable

from linli.kernel.people import numbers
from linli.kernel.people.models import Person
from linli.kernel.places.sentences import Sentence
from linli.kernel.sealed import fingerprint

from .found import Candidate, Found, How


def match_person(*, name: str = "", phone: str = "", identity: str = "", scope: str = "*") -> Found:
    """The person with this identity number, or with this phone and name. Needs the system's eyes; `said` stays empty:
    what a row says of a person is kept sealed by whoever asks."""
    number = numbers.identity(identity) if identity else None
    telephone = numbers.telephone(phone) if phone else None
    if number:
        found = _persons(scope, identity_print=fingerprint(number))
        if found:
            return _decided(found, name, Sentence("证件号码相同。"))
    if telephone:
        found = _persons(scope, phone_print=fingerprint(telephone))
        if found and identity.strip():
            # The number says it is somebody else, is not registered, or has a slip in it: a person must look.
            return _doubtful(found, Sentence("电话相同，但登记的不是这个证件号码。"))
        if found:
            return _decided(found, name, Sentence("电话相同。"))
    if not number and not telephone:
        return Found(How.NONE, reasons=(Sentence("没有可用的证件号码或电话；只凭姓名不匹配。"),))
    return Found(How.NONE, reasons=(Sentence("登记的人里没有这个号码。"),))


def _persons(scope: str, **condition: bytes) -> list[Person]:
    found = Person.objects.filter(erased_at=None, **condition)
    if scope != "*":
        found = found.filter(place_code__startswith=scope)
    return list(found.order_by("id")[:5])


def _decided(found: list[Person], name: str, why: Sentence) -> Found:
    if len(found) > 1:
        return _doubtful(found, Sentence("几个人登记了同一个号码。"))
    if not name.strip():
        return _doubtful(found, Sentence("没有姓名可以核对。"))
    if _same(found[0].name, name):
        return Found(How.SURE, ref=str(found[0].id), reasons=(why, Sentence("姓名相同。")))
    return _doubtful(found, why, Sentence("姓名与登记的不同。"))


def _doubtful(found: Iterable[Person], *why: Sentence) -> Found:
    return Found(
        How.DOUBTFUL, reasons=why, candidates=tuple(Candidate(str(person.id), 0.5, why) for person in found)
    )


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())
