"""Who is meant by a full name and a phone: somebody at a counter, a neighbour, a proxy."""

from __future__ import annotations

from linli.kernel.sealed import fingerprint

from . import numbers
from .models import Person


def person_named(name: str, phone: str) -> Person | None:
    """A registered person by full name and phone, both exact: whoever signs in first, for a family shares phones. The caller
    looks with the system's eyes, and tells nobody which of the two was wrong."""
    digits = numbers.telephone(phone)
    if digits is None:
        return None
    found = Person.objects.filter(name=name.strip(), phone_print=fingerprint(digits), erased_at=None)
    return found.order_by("account", "id").first()
