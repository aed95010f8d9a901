"""Finding passages by words, and what members are asked to read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotFound, as_system, holds, require

from ..models import Document, DocumentVersion, Member, Passage, Question, Read, Taken
from ..verbs.common import over
from .own import own_member

LOOKED, MOST = 200, 20
"""Passages looked at for the best, and shown: of a word that stands everywhere the first will do."""
_FIND = """
SELECT d.id, d.title, p.heading, p.text, p.number, (SELECT count(*) FROM unnest(%(words)s::text[]) w WHERE strpos(linli_plain(d.title || p.heading), w) > 0) AS near
FROM (SELECT id, version_id, number, heading, text FROM party_passage p
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
    number: int


def find(by: Actor, words: str) -> list[Found]:
    """Passages of what stands that hold every word, the best first. One query. Raises Invalid (a single character)."""
    if not holds(by, "party.own"):
        require(by, "party.read")
    elif own_member(by) is None:
        raise NotFound(_("您没有登记在党支部。"))
    asked = [unicodedata.normalize("NFKC", word).lower() for word in words.split()][:6]
    if not asked or any(len(word) < 2 for word in asked):
        sentence = _("请输入至少两个字。")
        raise Invalid(sentence, fields={"words": sentence})
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"words": asked, "looked": LOOKED, "most": MOST})
        return [Found(*row[:5]) for row in cursor.fetchall()]


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


def readers(by: Actor, documents: Iterable[Document]) -> dict[UUID, tuple[int, int]]:
    """(read, asked) of the versions that stand, of members the actor sees. Three queries, however many documents."""
    require(by, "party.read")
    standing = _standing([one.id for one in documents if one.must_read])
    members = Member.objects.filter(gone_on=None, stage__in=("probationary", "full"))
    counted = Read.objects.filter(version__in=standing.values(), member__in=members).values_list("version_id")
    read = dict(counted.annotate(n=Count("pk")))
    asked = members.count() if standing else 0
    return {document: (read.get(version.id, 0), asked) for document, version in standing.items()}


def _standing(documents: Iterable[UUID]) -> dict[UUID, DocumentVersion]:
    """The version that stands of each. One query."""
    rows = DocumentVersion.objects.filter(document__in=documents).order_by("document_id", "-number")
    return {row.document_id: row for row in rows.distinct("document_id")}


def documents(by: Actor) -> Sequence[Document]:
    """What stands, by title."""
    require(by, "party.read")
    return list(Document.objects.filter(withdrawn_at=None).select_related("organisation").order_by("title")[:200])


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as somebody who answers it may read it: without which answer is right."""

    id: int
    text: str
    answers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A document on a member's phone: the version that stands, what they said of it, and its quiz. `passages` are some from
    `start` on, `more` where the next begin, None at the end."""

    document: Document
    version: DocumentVersion
    passages: Sequence[Passage]
    more: int | None
    read: Read | None
    quiz: Sequence[Asked]
    taken: Taken | None


PAGE = 60
"""Passages on one page of a phone."""


def reading(by: Actor, document_id: UUID, start: int = 1) -> Reading:
    """For members of a branch the document is for. Seven queries. Raises NotFound."""
    member = own_member(by)
    if member is None:
        raise NotFound(_("您没有登记在党支部。"))
    with as_system():
        document = Document.objects.filter(
            pk=document_id, withdrawn_at=None, organisation__in=member.branch.path
        ).first()  # fmt: skip
        version = _standing([document_id]).get(document_id) if document else None
        if document is None or version is None:
            raise NotFound(_("没有这份文件，或者它已经撤下。"))
        rows = list(version.passages.filter(number__gte=max(1, start)).order_by("number")[: PAGE + 1])
        return Reading(
            document, version, rows[:PAGE], rows[PAGE].number if len(rows) > PAGE else None,
            Read.objects.filter(version=version, member=member).first(),
            [Asked(q.pk, q.text, q.answers) for q in version.questions.order_by("pk")],
            Taken.objects.filter(version=version, member=member).first(),
        )  # fmt: skip


def questions(by: Actor, document_id: UUID) -> tuple[DocumentVersion, list[Question]]:
    """The quiz of the version that stands, for who keeps documents. Two queries. Raises NotFound."""
    require(by, "party.change")
    version = (
        DocumentVersion.objects.filter(document=document_id, document__withdrawn_at=None)
        .select_related("document__organisation").order_by("-number").first()
    )  # fmt: skip
    if version is None or not over(by, version.document.organisation):
        raise NotFound(_("没有这份文件，或者它不归您管。"))
    return version, list(version.questions.order_by("pk"))
