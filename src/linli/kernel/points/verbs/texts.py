"""A rule's text as it stands now is kept before the first points are given by it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Invalid
from linli.kernel.access.prepared import read
from linli.kernel.audit.ids import uuid7
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import PointsRule

_KEEP = """
INSERT INTO points_ruletext (id, rule, version, revision, says, digest, seen_at)
SELECT %(id)s, %(rule)s, %(version)s, coalesce(max(revision), 0) + 1, %(says)s::jsonb, %(digest)s, %(at)s
FROM points_ruletext WHERE rule = %(rule)s AND version = %(version)s
ON CONFLICT DO NOTHING
"""
_FIND = "SELECT id FROM points_ruletext WHERE rule = %s AND version = %s AND digest = %s"


def rule_of(name: str, *, takes: bool) -> PointsRule:
    """The declared rule that gives, or with `takes` takes. Raises Invalid."""
    rule = catalogue().points.get(name)
    if rule is None or rule.takes != takes:
        sentence = _("没有“%(name)s”这条积分规则。") % {"name": name[:40]}
        raise Invalid(sentence, fields={"rule": sentence})
    return rule


def text_now(rule: PointsRule, at: datetime) -> UUID:
    """The kept text of a rule as it is declared now; kept when it was not. Inside an `act()`."""
    says = said(rule)
    written = json.dumps(says, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(f"{rule.name} {rule.version} {written}".encode()).digest()
    found = read(_FIND, [rule.name, rule.version, digest])
    if not found:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "id": uuid7(),
                "rule": rule.name,
                "version": rule.version,
                "says": written,
                "digest": digest,
                "at": at,
            }
            cursor.execute(_KEEP, values)
        found = read(_FIND, [rule.name, rule.version, digest])
    kept: UUID = found[0][0]
    return kept


def said(rule: PointsRule) -> dict[str, Any]:
    """What a rule says: its numbers, and its words in every language."""
    words = {
        f"{part}_{language}": catalogue().word("points", rule.name, language, part)
        for part in ("name", "text")
        for language in ("zh", "en")
    }
    return words | {
        "ledger": rule.ledger, "amount": rule.amount, "per": rule.per, "takes": rule.takes, "daily": rule.daily,
        "monthly": rule.monthly, "ever": rule.ever, "evidence": list(rule.evidence),
    }  # fmt: skip
