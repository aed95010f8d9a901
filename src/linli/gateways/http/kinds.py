"""The declared kinds over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from linli.kernel.catalogue.registry import catalogue

router = Router(tags=["kinds"])


class Kind(Schema):
    name: str
    word_zh: str
    word_en: str
    department: str
    answer: str
    finish: str
    proof: str
    check: str
    reasons: list[str]
    public: bool


@router.get("", response=list[Kind], summary="Every declared kind of matter")
def list_kinds(request: HttpRequest) -> list[dict[str, Any]]:
    known = catalogue()
    return [
        {
            "name": kind.name,
            "word_zh": known.word("matter", kind.name, "zh"),
            "word_en": known.word("matter", kind.name, "en"),
            "department": kind.owner,
            "answer": str(kind.answer),
            "finish": str(kind.finish),
            "proof": kind.proof.value,
            "check": kind.check.value,
            "reasons": list(kind.reasons),
            "public": kind.public,
        }
        for kind in known.kinds.values()
    ]
