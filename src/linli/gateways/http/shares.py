"""Rows of a data set that another unit shares: for a program with the share's own key, until its day.

Every call is written down and shown to the owner. What is sensitive comes masked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.security import APIKeyHeader
from pydantic import Field

from linli.kernel.clock.now import now
from linli.kernel.datasets import verbs
from linli.kernel.people.queries import address_of

from .shapes import Sentence, Text


class ShareKey(APIKeyHeader):
    """`X-Share-Key`, as the desk gave it to the unit."""

    param_name = "X-Share-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        return key


router = Router(tags=["shares"], auth=ShareKey())


class Asked(Schema):
    """`after`: the value `next` of the page before."""

    after: Annotated[Text, Field(max_length=300)] = ""


class Page(Schema):
    """Rows as objects by field name; `next` is "" on the last page. `until`: when access ends."""

    dataset: str
    fields: dict[str, str]
    until: datetime
    rows: list[dict[str, Any]]
    next: str


@router.get(
    "/rows", response={200: Page, 401: Sentence, 403: Sentence, 422: Sentence}, summary="Rows that are shared"
)
def rows(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    given = verbs.give(key=request.auth, at=now(), after=asked.after, address=address_of(request))  # type: ignore[attr-defined]
    names = [name for name, _label in given.heads]
    return {
        "dataset": given.share.dataset.name,
        "fields": dict(given.heads),
        "until": given.share.ends_at,
        "rows": [dict(zip(names, row, strict=True)) for row in given.rows],
        "next": given.after,
    }
