"""Where a data set is fetched from, and where the operator lets anything be fetched from."""

from __future__ import annotations

from django.conf import settings

from ..models import Dataset, Source
from ..origins import origins


def source_of(dataset: Dataset) -> Source | None:
    """None for one that is sent by hand, and for who does not work where it lies."""
    return Source.objects.filter(dataset=dataset).defer("secret").first()


def fetch_origins() -> list[str]:
    return sorted(origins(settings.LINLI_FETCH_HOSTS))
