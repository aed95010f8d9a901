"""A data set is fetched from an address by itself; what came goes into the queue as a table somebody sends.

Who fetches takes the source for some minutes, asks outside of any transaction, and writes in one what came of it: the job, what
the source said of it, when it is asked again. Killed before, nothing happened and it is asked anew; the same content
again is no job.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotFound, Refused, as_system
from linli.kernel.access.lines import clean_line
from linli.kernel.audit.ids import uuid7
from linli.kernel.places.sentences import Sentence
from linli.kernel.sealed import seal, unseal

from ..models import Job, Source
from ..origins import origin_of, origins
from ..saying import pack
from .common import act, locked_set, record
from .queueing import queue

LEASE = timedelta(minutes=5)
FIRST, LONGEST = timedelta(minutes=5), timedelta(hours=24)
"""After a failure it is asked again so soon, then after twice as long each time, at most after a day."""
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source in a worker's hands; `token` says whose."""

    dataset_id: UUID
    token: UUID
    url: str
    header: str
    secret: str
    etag: str
    modified: str


def set_source(
    *,
    by: Actor,
    at: datetime,
    dataset_id: UUID,
    url: str,
    every: int,
    header: str = "",
    secret: str = "",
) -> Source:
    """Fetch a data set from an address every so many hours, from now on. Needs `datasets.change` where it lies.

    Only from an origin the operator names (LINLI_FETCH_HOSTS). Without a `secret` the one that is kept stays, as long
    as the address is of the same origin; without a `header` none is sent. Raises Invalid.
    """
    url, header, secret = url.strip(), header.strip(), secret.strip()
    fields = {}
    if len(url) > 500 or origin_of(url) not in origins(settings.LINLI_FETCH_HOSTS):
        fields["url"] = _("只能从管理员允许的地址获取（LINLI_FETCH_HOSTS）。")
    if not 1 <= every <= 24 * 366:
        fields["every"] = _("应是 1 到 8784 小时。")
    if header and not _HEADER.fullmatch(header):
        fields["header"] = _("应是一个 HTTP 头的名称，例如 Authorization。")
    if secret and not header:
        fields["header"] = _("请写明密钥放在哪个头里。")
    if any(not c.isprintable() for c in secret) or len(secret) > 2000:
        fields["secret"] = _("密钥里有不能用的字符，或者太长。")
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    with act():
        dataset = locked_set(dataset_id, by, "datasets.change")
        before = Source.objects.select_for_update().filter(dataset=dataset).first()
        kept = before.secret if before and header and _same_place(before.url, url) else None
        source, _made = Source.objects.update_or_create(
            dataset=dataset,
            defaults={
                "url": url, "every": every, "header": header, "secret": seal(secret) if secret else kept,
                "set_at": at, "set_name": by.name, "etag": "", "modified": "", "next_at": at, "taken_at": None,
                "taken_by": None, "failures": 0, "fault": None,
            },
        )  # fmt: skip
        told = {"url": shown(url), "every": every, "header": header, "secret": bool(source.secret)}
        record(by, at, "set_source", dataset, before={"url": shown(before.url)} if before else None, after=told)
    return source


def stop_source(*, by: Actor, at: datetime, dataset_id: UUID, reason: str) -> None:
    """Fetch it no more; its secret goes. Tables can still be sent."""
    reason = clean_line(reason, "reason")
    with act():
        dataset = locked_set(dataset_id, by, "datasets.change")
        source = Source.objects.select_for_update().filter(dataset=dataset).first()
        if source is None:
            raise NotFound(_("这个数据集没有定时获取。"))
        source.delete()
        record(by, at, "stop_source", dataset, before={"url": shown(source.url)}, note=reason)


def ask_now(*, by: Actor, at: datetime, dataset_id: UUID) -> None:
    """Let a worker ask the source at once."""
    with act():
        dataset = locked_set(dataset_id, by, "datasets.change")
        if not Source.objects.filter(dataset=dataset).update(next_at=at):
            raise NotFound(_("这个数据集没有定时获取。"))
        record(by, at, "ask_source", dataset)


def take_source(*, at: datetime) -> Wanted | None:
    """The source that is due longest and in nobody's hands; None for none."""
    with transaction.atomic(), as_system():
        source = (
            Source.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(next_at__lte=at, dataset__closed_at=None)
            .exclude(taken_at__gte=at - LEASE)
            .order_by("next_at", "dataset_id")
            .first()
        )
        if source is None:
            return None
        source.taken_at, source.taken_by = at, uuid7()
        source.save(update_fields=["taken_at", "taken_by"])
        secret = unseal(source.secret) if source.secret else ""
        return Wanted(
            source.dataset_id, source.taken_by, source.url, source.header, secret, source.etag, source.modified
        )


def came(*, wanted: Wanted, at: datetime, content: bytes | None, name: str, etag: str, modified: str) -> Job | None:
    """What the source gave goes into the queue; None where it is what came last. Raises nothing but what the database does."""
    digest = hashlib.sha256(content).hexdigest() if content is not None else ""
    with act():
        source = _held(wanted)
        if source is None:
            return None
        job = None
        if content is not None and digest != source.digest:
            try:
                with transaction.atomic():
                    job = queue(by=SYSTEM, at=at, dataset_id=wanted.dataset_id, content=content, file_name=name)
            except Conflict:
                pass  # the same table waits already, sent by hand
            except Refused as refused:
                _failed(source, at, Sentence("%(why)s", {"why": refused.sentence}))
                return None
            source.digest, source.came_at = digest, at
        source.etag, source.modified, source.asked_at = etag, modified, at
        source.failures, source.fault = 0, None
        source.next_at, source.taken_at, source.taken_by = at + timedelta(hours=source.every), None, None
        source.save()
    return job


def did_not_come(*, wanted: Wanted, at: datetime, why: Sentence) -> None:
    """It is said on the page, and asked again soon, then less and less soon."""
    with act():
        source = _held(wanted)
        if source is not None:
            _failed(source, at, why)


def _failed(source: Source, at: datetime, why: Sentence) -> None:
    first = source.failures == 0
    source.failures += 1
    source.fault, source.asked_at = pack(why), at
    source.next_at = at + backoff(source.failures, source.every)
    source.taken_at, source.taken_by = None, None
    source.save()
    if first:  # once for a row of failures: the page says how many there were
        record(SYSTEM, at, "fetch_failed", source.dataset, note=str(why))


def backoff(failures: int, every: int) -> timedelta:
    """How long after so many failures in a row it is asked again; never later than it would have been anyway."""
    longer: int = 2 ** min(failures - 1, 12)
    return min(FIRST * longer, LONGEST, timedelta(hours=every))


def _held(wanted: Wanted) -> Source | None:
    """The source, if it is still in these hands and was not set otherwise meanwhile."""
    return (
        Source.objects.select_for_update(of=("self",))
        .select_related("dataset")
        .filter(pk=wanted.dataset_id, taken_by=wanted.token, url=wanted.url)
        .first()
    )


def shown(url: str) -> str:
    """An address without what stands behind its question mark: that is where people put keys."""
    return url.partition("?")[0]


def _same_place(before: str, now: str) -> bool:
    """A secret goes nowhere else than where it was written for."""
    return origin_of(before) == origin_of(now)
