"""The follower inside a test's one transaction, whose records no follower may read yet."""

from collections.abc import Iterable

from django.db import connection

from linli.kernel.access import as_system
from linli.kernel.audit.followers import pass_to
from linli.kernel.audit.models import Record
from linli.kernel.figures import verbs as figures
from linli.kernel.figures.verbs.recomputing import FOLLOWER


def follow(after: int = 0) -> int:
    """Follow what was recorded after a number, as the worker does once it is committed; returns the last number."""
    with as_system():
        records: Iterable[Record] = Record.objects.filter(verb__in=figures.FOLLOWS, seq__gt=after).order_by("seq")
        figures.follow(list(records))
        last = Record.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_present_era(), pg_current_xact_id()::text")
            pass_to(FOLLOWER, (*cursor.fetchone(), last))
    return last
