"""An API fuzz over our own OpenAPI: whatever is sent, no 5xx, and every refusal a sentence."""

from __future__ import annotations

from itertools import cycle

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, settings

from linli.kernel.matters import flow
from linli.kernel.matters.tests.cast import MONDAY, make_cast
from linli.kernel.people.models import Account
from linli.project.wsgi import application

EXAMPLES = 12


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["dispatcher", "handler", "granny"])
def test_whatever_is_sent_no_answer_is_a_server_error(username: str):
    cast = make_cast()
    ids = cycle([str(m.id) for m in (cast.report(), cast.assigned(), cast.done())])
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    client.get("/healthz")
    token = "a" * 32
    headers = {
        "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}",
        "X-CSRFToken": token,
    }
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
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
            answer = case.call(headers=headers)
            tried += 1
            assert answer.status_code < 500, (case.method, case.formatted_path, case.body, answer.text[:500])
            if answer.status_code in (403, 404, 409, 422):
                assert answer.json()["sentence"], (case.method, case.formatted_path, answer.text[:300])

        send()
    assert tried > EXAMPLES * len(flow.VERBS) / 2
    assert cast.report(at=MONDAY).state == "reported"  # the connection still works


def schema_given(operation: schemathesis.APIOperation):  # type: ignore[no-untyped-def]
    from hypothesis import given

    return given(case=operation.as_strategy())
