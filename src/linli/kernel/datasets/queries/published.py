"""Published statistics, for everybody: nothing here asks for permission, and nothing left out is there to be asked for."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Gone, NotFound

from ..models import Publication

MOST = 60


def publications() -> list[Publication]:
    """What stands, the latest first."""
    return list(Publication.objects.filter(withdrawn_at=None).order_by("-published_at")[:MOST])


def publication(publication_id: UUID) -> Publication:
    """One table. Raises NotFound, Gone (withdrawn, with the reason)."""
    found = Publication.objects.filter(pk=publication_id).first()
    if found is None:
        raise NotFound(_("没有这张表。"))
    if found.withdrawn_at is not None:
        raise Gone(_("这张表已撤下：%(why)s") % {"why": found.reason})
    return found
