"""The peer: the least that Django and granian can be, on one table of as many rows.

The goals of the HTTP figures are halves of what such a spike once answered on another machine, so the spike is measured
again in the same run. No session, no permission, no row policies, no kinds, no audit chain: a list is ten columns as JSON
by SQL, a detail one row, a page fifty rows by Jinja2, a create one row and a line of a log. Served as
`granian bench.matters.spike:application`.
"""

from __future__ import annotations

import json
import os
import uuid
from typing import Any

import django
import jinja2
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

TABLES = """
CREATE TABLE spike_matter AS SELECT id, number, kind, department, title, body, urgency, state, place_code, p4, address,
  opened_at, due_at, order_at FROM matters_matter;
ALTER TABLE spike_matter ADD PRIMARY KEY (id);
CREATE INDEX ON spike_matter (p4, state, order_at, id);
CREATE TABLE spike_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, matter_id uuid, at timestamptz, what jsonb);
"""
_ROWS = """SELECT id, number, kind, title, state, place_code, address, due_at, opened_at, urgency FROM spike_matter
WHERE p4 = '9901' AND state = 'assigned' ORDER BY order_at, id LIMIT 50"""
_PAGE = jinja2.Environment(autoescape=True).from_string(
    "<!doctype html><title>Matters</title><table>{% for row in rows %}<tr><td><a href='/detail/{{ row.id }}'>"
    "{{ row.number }}</a><td>{{ row.title }}<td>{{ row.kind }}<td>{{ row.state }}<td>{{ row.address }}"
    "<td>{{ row.due_at }}{% endfor %}</table>"
)


def matters(request: HttpRequest) -> HttpResponse:
    return _created(request) if request.method == "POST" else _json(f"SELECT json_agg(x)::text FROM ({_ROWS}) x")


def matter(_request: HttpRequest, matter_id: uuid.UUID) -> HttpResponse:
    return _json("SELECT row_to_json(m)::text FROM spike_matter m WHERE id = %s", matter_id)


def page(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return HttpResponse(_PAGE.render(rows=rows))


def _json(query: str, *values: object) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return HttpResponse(cursor.fetchone()[0], content_type="application/json")


def _created(request: HttpRequest) -> HttpResponse:
    given, fresh = json.loads(request.body), uuid.uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO spike_matter (id, number, kind, title, body, state, place_code, p4, opened_at, order_at)"
            " VALUES (%s, %s, %s, %s, %s, 'reported', %s, left(%s, 4), now(), now())",
            [
                fresh,
                str(fresh)[:8],
                given["kind"],
                given["title"],
                given["body"],
                given["place_code"],
                given["place_code"],
            ],
        )
        cursor.execute(
            "INSERT INTO spike_log (matter_id, at, what) VALUES (%s, now(), %s)", [fresh, request.body.decode()]
        )
    return HttpResponse(json.dumps({"id": str(fresh)}), status=201, content_type="application/json")


urlpatterns = [path("matters", matters), path("matters/<uuid:matter_id>", matter), path("page", page)]


def _served() -> Any:
    """Django with this file as all there is of it; the database is named by the variables of libpq."""
    database = {
        "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"], "HOST": os.environ["PGHOST"],
        "PORT": os.environ["PGPORT"], "USER": os.environ["PGUSER"], "CONN_MAX_AGE": 600,
    }  # fmt: skip
    settings.configure(
        SECRET_KEY="spike", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], USE_TZ=True, DATABASES={"default": database}
    )
    django.setup()
    return get_wsgi_application()


if "PGDATABASE" in os.environ and not settings.configured:
    application = _served()
