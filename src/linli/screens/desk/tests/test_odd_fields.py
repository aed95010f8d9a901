"""Whatever stands in a field: read, or refused with a sentence; never an error of ours, and nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import Cast
from linli.parts.office import Fault, Field, Kind, read
from linli.parts.tests.odd import ODD
from linli.screens.desk.forms import FORMS

SignIn = Callable[[str], Client]


def test_no_form_of_a_verb_ends_in_an_error_of_ours(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.assigned()
    client = sign_in("street_duty")
    client.raise_request_exception = False
    with as_system():
        before = Record.objects.count()
    broken = []
    for verb, odd in product(sorted(FORMS), ("9999-12-31T23:59", "0001-01-01T00:00", "\0", "9" * 400, "🀄" * 5000)):
        names = {field.name for field in FORMS[verb]} | {"helper_task", "lon", "lat", "address", "version"}
        sent = client.post(f"/desk/matters/{matter.id}/{verb}/", {**dict.fromkeys(names, odd), "version": "0"})
        if sent.status_code >= 500:
            broken.append((verb, odd[:20]))
    assert broken == []
    with as_system():
        assert Record.objects.count() == before


FIELDS = st.sampled_from([kind for kind in Kind if kind is not Kind.MATTER])


@given(kind=FIELDS, optional=st.booleans(), odd=st.sampled_from(ODD) | st.text(max_size=40) | st.dates().map(str))
def test_a_field_is_read_or_refused_with_a_sentence(kind: Kind, optional: bool, odd: str) -> None:
    data = QueryDict(mutable=True)
    for name in (
        "x",
        "x_amount",
        "x_unit",
        "helper_task",
        "lon",
        "lat",
        "address",
        "share_code",
        "share_name",
        "heir",
    ):
        data[name] = odd
    try:
        read(Field(name="x", label="", kind=kind, optional=optional), data)
    except Fault as fault:
        assert str(fault)
