"""Files shown with a matter: only their sender may show them, and with one matter only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor
from linli.kernel.files import verbs as files

from ..models import Attachment, Matter


def show(
    file_ids: Iterable[UUID], matter: Matter, purpose: str, *, by: Actor, at: datetime, for_reporter: bool = True
) -> list[str]:
    """Attach files to a matter and return their ids as text, for the record. Raises what `files.attach` raises."""
    ids = [UUID(str(file_id)) for file_id in file_ids]
    if not ids:
        return []
    files.attach(
        by=by, at=at, file_ids=ids, subject_type="matter", subject_id=matter.id, place_code=matter.place_code
    )
    Attachment.objects.bulk_create(
        [
            Attachment(
                matter=matter,
                file_id=file_id,
                purpose=purpose,
                added_at=at,
                added_by_id=by.account_id,
                for_reporter=for_reporter,
            )
            for file_id in ids
        ],
        ignore_conflicts=True,
    )
    return [str(file_id) for file_id in ids]
