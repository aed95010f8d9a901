"""What a report form holds, read from a POST. Numbers that are none are kept as None and said in a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _

MAX_PHOTOS = 6


@dataclass(slots=True)
class Report:
    """One report as far as it is written. `key` is made once per report: sent twice, it is one matter."""

    key: str
    body: str = ""
    kind: str = ""
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    near_home: bool = True
    anonymous: bool = False
    files: list[UUID] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def new(cls) -> Report:
        return cls(key=str(uuid4()))

    @classmethod
    def read(cls, request: HttpRequest) -> Report:
        post = request.POST
        report = cls(
            key=str(_uuid(post.get("key")) or uuid4()),
            body=post.get("body", ""),
            kind=post.get("kind", ""),
            address=post.get("address", "").strip(),
            near_home=post.get("near_home") == "1",
            anonymous=post.get("anonymous") == "1",
            files=[file for file in map(_uuid, post.getlist("files")) if file][:MAX_PHOTOS],
        )
        report.lon, report.lat = _degrees(post.get("lon")), _degrees(post.get("lat"))
        return report

    def missing(self, step: str) -> dict[str, str]:
        """What this step still needs, field → sentence."""
        if step == "what" and not self.body.strip():
            return {"body": _("请写几个字，说说是什么事。")}
        if step == "where" and not self.address and (self.lon is None or self.lat is None):
            return {"address": _("请在地图上点一下，或者写明地点。")}
        return {}


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _degrees(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
