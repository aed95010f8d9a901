"""Things that cannot be heard because no secret of theirs is good: one was revoked, and none came after it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from ..models import Credential

CUT_OFF = """(EXISTS (SELECT FROM things_credential c WHERE c.thing_id = t.id AND c.revoked_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM things_credential c WHERE c.thing_id = t.id AND c.revoked_at IS NULL
    AND (c.ends_at IS NULL OR c.ends_at > %s::timestamptz)))"""
"""The condition on `things_thing t`, with the instant as its value. Who never had a secret is not cut off."""


def cut_off(at: datetime, thing: str) -> Q:
    """The same for the ORM; `thing` is the field that refers to it."""
    of = Credential.objects.filter(thing=OuterRef(thing))
    good = of.filter(Q(ends_at=None) | Q(ends_at__gt=at), revoked_at=None)
    return Q(Exists(of.filter(revoked_at__isnull=False))) & ~Q(Exists(good))
