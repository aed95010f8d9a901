"""Finding passages by words, and what members are asked to read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, as_system, holds, require

from ..models import Document, DocumentVersion, Member, Read
from .own import own_member

LOOKED, MOST = 200, 20
"""Passages looked at for the best, and shown: of a word that stands everywhere the first will do."""
_FIND = """
SELECT d.id, d.title, p.heading, p.text, (SELECT count(*) FROM unnest(%(words)s::text[]) w WHERE strpos(linli_plain(d.title || p.heading), w) > 0) AS near
FROM (SELECT id, version_id, heading, text FROM party_passage p
      WHERE current AND grams @> (SELECT array_agg(DISTINCT g) FROM unnest(%(words)s::text[]) w, unnest(linli_grams(w)) g)
        AND NOT EXISTS (SELECT FROM unnest(%(words)s::text[]) w WHERE strpos(linli_plain(heading || E'\\n' || text), w) = 0)
      LIMIT %(looked)s) p
JOIN party_documentversion v ON v.id = p.version_id JOIN party_document d ON d.id = v.document_id
ORDER BY near DESC, length(p.text), p.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage, with the document it stands in."""

    document_id: UUID
    title: str
    heading: str
    text: str


def find(by: Actor, words: str) -> list[Found]:
    """Passages of what stands that hold every word, the best first. One query. Raises Invalid (a single character)."""
    if not holds(by, "party.own"):
        require(by, "party.read")
    asked = [unicodedata.normalize("NFKC", word).lower() for word in words.split()][:6]
    if not asked or any(len(word) < 2 for word in asked):
        sentence = _("请输入至少两个字。")
        raise Invalid(sentence, fields={"words": sentence})
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"words": asked, "looked": LOOKED, "most": MOST})
        return [Found(*row[:4]) for row in cursor.fetchall()]


def to_read(by: Actor) -> list[tuple[Document, bool]]:
    """(document, read) of what a member is asked to read, the unread first. Three queries."""
    member = own_member(by)
    if member is None:
        return []
    with as_system():
        latest: dict[UUID, DocumentVersion] = {}
        rows = DocumentVersion.objects.filter(
            document__must_read=True, document__withdrawn_at=None, document__organisation__in=member.branch.path
        )
        for version in rows.select_related("document").order_by("number"):
            latest[version.document_id] = version
        read = set(
            Read.objects.filter(member=member, version__in=latest.values()).values_list("version_id", flat=True)
        )
    return sorted(((v.document, v.id in read) for v in latest.values()), key=lambda pair: pair[1])


def readers(by: Actor, document_id: UUID) -> tuple[int, int]:
    """(read, asked) of the version that stands, of members the actor sees. Two queries."""
    require(by, "party.read")
    version = DocumentVersion.objects.filter(document=document_id).order_by("-number").first()
    members = Member.objects.filter(gone_on=None, stage__in=("probationary", "full"))
    return (Read.objects.filter(version=version, member__in=members).count(), members.count())


def documents(by: Actor) -> Sequence[Document]:
    """What stands, by title."""
    require(by, "party.read")
    return list(Document.objects.filter(withdrawn_at=None).select_related("organisation").order_by("title")[:200])
