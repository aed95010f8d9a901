"""An API fuzz over our own OpenAPI: whatever is sent, no 5xx, and every refusal a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase
from hypothesis import settings as tried_with

from linli.kernel.access import as_system
from linli.kernel.matters import flow
from linli.kernel.matters.tests.cast import MONDAY, make_cast
from linli.kernel.people.models import Account

EXAMPLES = 12


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Requests end without closing the connection the test's transaction is on, as in Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("username", ["dispatcher", "handler", "granny"])
def test_whatever_is_sent_no_answer_is_a_server_error(username: str):
    cast = make_cast()
    ids = cycle([str(m.id) for m in (cast.report(), cast.assigned(), cast.done())])
    client = Client()
    with as_system():
        client.force_login(account_of(username))
    token, name = "a" * 32, settings.SESSION_COOKIE_NAME
    cookies = {name: client.cookies[name].value, "csrftoken": token}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @tried_with(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @schema_given(operation)
        def send(case: schemathesis.Case) -> None:
            nonlocal tried
            if "matter_id" in (case.path_parameters or {}):
                case.path_parameters["matter_id"] = next(ids)
            # its transport does not unpack what is compressed
            answer = case.call(headers={"X-CSRFToken": token, "Accept-Encoding": "identity"}, cookies=cookies)
            tried += 1
            assert answer.status_code < 500, (case.method, case.formatted_path, case.body, answer.text[:500])
            if answer.status_code in (403, 404, 409, 422):
                assert answer.json().get("sentence"), (case.method, case.formatted_path, answer.text[:300])

        send()
    assert tried > EXAMPLES * len(flow.VERBS) / 2
    assert cast.report(at=MONDAY).state == "reported"  # the connection still works


def account_of(username: str) -> Account:
    with as_system():
        return Account.objects.get(username=username)


def schema_given(operation: schemathesis.APIOperation):  # type: ignore[no-untyped-def]
    from hypothesis import given

    return given(case=operation.as_strategy())
