"""The knowledge base: documents are put in, get another version, are withdrawn; members read them."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, NotFound, require

from ..models import Document, DocumentVersion, Passage, Read
from ..queries.own import own_member
from .common import CHANGES, act, organisation_of, over, record, record_member, refuse, text_of

LONGEST, MOST = 2_000_000, 20_000
_HEADING = re.compile(r"第[一二三四五六七八九十百零〇\d]+[章节条].{0,30}")


def put_document(
    *, by: Actor, at: datetime, organisation_id: UUID, title: str, text: str, source: str = "", must_read: bool = False,
    why: str = "",
) -> DocumentVersion:  # fmt: skip
    """A document, or the next version of the one with this title there. The same text again is the same version.

    Needs `party.change` over the organisation. Raises Invalid by field.
    """
    name, words = text_of(title, 120, "title"), text_of(text, LONGEST, "text")
    parts = passages_of(words)
    if len(parts) > MOST:
        refuse("text", _("一份文件最多 %(n)d 段。") % {"n": MOST})
    with act():
        owner = organisation_of(organisation_id, by, CHANGES)
        document, _made = Document.objects.get_or_create(organisation=owner, title=name, withdrawn_at=None)
        document.source, document.must_read = text_of(source, 120, "source", needed=False), must_read
        document.save(update_fields=["source", "must_read"])
        last = document.versions.order_by("-number").first()
        if last and list(last.passages.order_by("number").values_list("heading", "text")) == parts:
            return last
        number = (document.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        version = DocumentVersion.objects.create(
            document=document, number=number, at=at, by_id=by.account_id, why=text_of(why, 200, "why", needed=False)
        )
        Passage.objects.filter(version__document=document, current=True).update(current=False)
        Passage.objects.bulk_create(
            [
                Passage(version=version, number=n, heading=heading, text=body)
                for n, (heading, body) in enumerate(parts, 1)
            ],
            batch_size=2000,
        )
        record(by, at, "put_document", owner, after={"title": name, "version": number, "passages": len(parts)})
    return version


def withdraw_document(*, by: Actor, at: datetime, document_id: UUID, reason: str) -> Document:
    """It is found no more; what was read stays. Raises NotFound."""
    why = text_of(reason, 200, "reason")
    with act():
        document = _held(document_id, by)
        document.withdrawn_at = at
        document.save(update_fields=["withdrawn_at"])
        Passage.objects.filter(version__document=document, current=True).update(current=False)
        record(by, at, "withdraw_document", document.organisation, after={"title": document.title}, note=why)
    return document


def read_document(*, by: Actor, at: datetime, document_id: UUID) -> Read:
    """已读 by a member: the version that stands. One with a quiz counts as read when the quiz is passed (`take_quiz`).

    Raises NotFound, Conflict (quiz).
    """
    require(by, "party.own")
    with act():
        member = own_member(by)
        version = (
            DocumentVersion.objects.filter(document=document_id, document__withdrawn_at=None)
            .select_related("document")
            .order_by("-number")
            .first()
        )
        if member is None or version is None or version.document.organisation_id not in member.branch.path:
            raise NotFound(_("没有这份文件。"))
        if version.questions.exists():
            raise Conflict(_("这份文件有小测，答对以后算读过。"), code="quiz")
        row, made = Read.objects.get_or_create(version=version, member=member, defaults={"at": at})
        if made:
            record_member(by, at, "read_document", member, by.person_id, after={"title": version.document.title})
    return row


def passages_of(text: str) -> list[tuple[str, str]]:
    """(heading, text) of each paragraph; an article's number is its heading."""
    found = []
    for line in text.splitlines():
        words = " ".join(line.split())
        if not words:
            continue
        head = _HEADING.match(words)
        found.append((head.group(0)[:120].split(" ")[0] if head else "", words))
    return found


def _held(document_id: UUID, by: Actor) -> Document:
    require(by, CHANGES)
    document = (
        Document.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(pk=document_id, withdrawn_at=None)
        .first()
    )
    if document is None or not over(by, document.organisation):
        raise NotFound(_("没有这份文件，或者它不归您管。"))
    return document
