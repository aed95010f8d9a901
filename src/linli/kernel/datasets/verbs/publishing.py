"""Publishing a table for everybody, and taking it off the page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, as_system, require
from linli.kernel.access.lines import clean_line
from linli.kernel.matters.models import Matter
from linli.kernel.places import queries as places

from ..models import Publication

PERMISSION = "datasets.share"
LONGEST = timedelta(days=366)
GATHERED = 20
"""Kinds with fewer are told together, as other kinds (""): a row of its own would be left out almost whole."""
_COUNTS = f"""
SELECT kind, left(place_code, %s) AS place, count(*) FROM {Matter._meta.db_table}
WHERE place_code >= %s AND place_code < %s AND opened_at >= %s AND opened_at < %s GROUP BY 1, 2
"""  # noqa: S608 - the table's own name


def publish(*, by: Actor, at: datetime, place_code: str, title: str, first: date, last: date) -> Publication:
    """Matters reported on these days, by kind and by the places right below one, with small cells left out.

    Whole calendar months that have ended, at most a year. Needs `datasets.share` over the place; raises Invalid, Conflict
    (a table of some of these days was published for it, for a place above it or below it).
    """
    require(by, PERMISSION, place_code)
    title = clean_line(title, "title", most=80)
    _check_time(first, last, at)
    below = [place.code for place in places.children(place_code)]
    if not below:
        raise Invalid(_("这个地点下面没有可以分列的地点。"), fields={"place_code": _("请选区或街镇。")})
    with transaction.atomic(), as_system():
        _alone()
        _check_others(place_code, first, last)
        kinds, counts = _counted(place_code, below, first, last)
        from ..suppressing import LEAST, suppress, with_totals

        table, hidden = with_totals(counts), suppress(counts)
        cells = [[None if gone else int(n) for n, gone in zip(*row, strict=True)] for row in zip(table, hidden, strict=True)]  # fmt: skip
        made = Publication.objects.create(
            place_code=place_code,
            title=title,
            first=first,
            last=last,
            rows=kinds,
            columns=below,
            cells=cells,
            least=LEAST,
            left_out=int(hidden.sum()),
            published_at=at,
            published_name=by.name,
        )
        after = {"title": title, "first": first, "last": last, "left_out": made.left_out}
        audit.append(
            by=by,
            at=at,
            verb="datasets.publish",
            stream=f"publication:{made.id}",
            place_code=place_code,
            after=after,
        )
    return made


def withdraw_publication(*, by: Actor, at: datetime, publication_id: UUID, reason: str) -> Publication:
    """Take a table off the page. That it was there stays said, with the reason."""
    reason = clean_line(reason, "reason")
    with transaction.atomic(), as_system():
        made = Publication.objects.select_for_update().filter(pk=publication_id).first()
        if made is None:
            raise NotFound(_("没有这张表。"))
        require(by, PERMISSION, made.place_code)
        if made.withdrawn_at is not None:
            raise Conflict(_("这张表已经撤下。"))
        made.withdrawn_at, made.reason = at, reason
        made.save(update_fields=["withdrawn_at", "reason"])
        audit.append(
            by=by, at=at, verb="datasets.withdraw_publication", stream=f"publication:{made.id}",
            place_code=made.place_code, note=reason,
        )  # fmt: skip
    return made


def _check_time(first: date, last: date, at: datetime) -> None:
    ends = (last + timedelta(days=1)).day == 1
    if first.day != 1 or not ends or not first <= last or last - first > LONGEST:
        sentence = _("应是整月，从某月 1 日到某月最后一天，最长一年。")
        raise Invalid(sentence, fields={"last": sentence})
    if last >= timezone.localdate(at):
        sentence = _("这段时间还没有结束。")
        raise Invalid(sentence, fields={"last": sentence})


def _check_others(place_code: str, first: date, last: date) -> None:
    """No table of the same days for this place, one above it or one below: what one leaves out another could tell."""
    for code in Publication.objects.filter(first__lte=last, last__gte=first).values_list("place_code", flat=True):
        if code.startswith(place_code) or place_code.startswith(code):
            raise Conflict(
                _("这段时间里已有一天公布过，包括上级、下级或已撤下的表；再公布一张，隐去的数可能被推算出来。")
            )


def _alone() -> None:
    """One at a time: two tables published in the same moment would not see each other."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE datasets_publication IN SHARE ROW EXCLUSIVE MODE")


def _counted(place_code: str, below: list[str], first: date, last: date) -> tuple[list[str], list[list[int]]]:
    """Kinds, the most frequent first and "" for the others, and their counts by place; what lies at the place itself is in none of them."""
    zone = timezone.get_current_timezone()
    begins = datetime.combine(first, datetime.min.time(), tzinfo=zone)
    ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [len(below[0]), place_code, place_code + ":", begins, ends])
        for kind, place, n in cursor.fetchall():
            if place in below:
                found.setdefault(kind, {})[place] = n
    if not found:
        raise Invalid(_("这段时间里没有事项。"), fields={"first": _("这段时间里没有事项。")})
    few = [kind for kind, by_place in found.items() if sum(by_place.values()) < GATHERED]
    gathered = [found.pop(kind) for kind in few]
    kinds = sorted(found, key=lambda kind: (-sum(found[kind].values()), kind))
    counts = [[found[kind].get(code, 0) for code in below] for kind in kinds]
    if gathered:
        kinds.append("")
        counts.append([sum(by_place.get(code, 0) for by_place in gathered) for code in below])
    return kinds, counts
