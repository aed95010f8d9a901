"""Sending a table: it is put into the queue, and a worker takes it from there."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, require
from linli.kernel.places.sentences import Sentence
from linli.kernel.sealed import seal

from ..models import Job
from ..saying import pack
from .common import act, locked_set, record

LARGEST = 20 * 1024 * 1024


def queue(*, by: Actor, at: datetime, dataset_id: UUID, content: bytes, file_name: str) -> Job:
    """Take a table for a data set into the queue. Needs `datasets.change` where it lies; raises Invalid, Conflict (the
    same table waits already)."""
    if not content.strip():
        raise Invalid(_("文件是空的。"), fields={"file": _("文件是空的。")})
    if len(content) > LARGEST:
        raise Invalid(_("文件太大了，请分成几个。"), fields={"file": _("最大 20 MB。")})
    digest = hashlib.sha256(content).hexdigest()
    name = "".join(c for c in file_name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())[:120] or "table"
    with act():
        dataset = locked_set(dataset_id, by, "datasets.change")
        if dataset.jobs.filter(digest=digest, ended_at=None).exists():
            raise Conflict(_("同一个文件已经在排队了。"))
        job = Job.objects.create(
            dataset=dataset,
            place_code=dataset.place_code,
            file_name=name,
            digest=digest,
            content=seal(b64encode(content).decode()),
            declaration=dataset.declaration,
            queued_at=at,
            queued_by=by.account_id,
            queued_name=by.name,
        )
        record(by, at, "queue", dataset, after={"job": str(job.id), "file": name, "digest": digest})
    return job


def withdraw(*, by: Actor, at: datetime, job_id: UUID) -> Job:
    """Take a job back that no worker has begun. Raises Conflict."""
    with act():
        job = Job.objects.select_for_update().select_related("dataset").filter(pk=job_id).first()
        if job is None:
            raise NotFound(_("没有这个作业。"))
        require(by, "datasets.change", job.place_code)
        if job.state != Job.State.WAITING:
            raise Conflict(_("作业已经开始或结束，不能撤回。"))
        job.state, job.ended_at, job.content = Job.State.FAILED, at, None
        job.fault = pack(Sentence("开始前被撤回。"))
        job.save()
        record(by, at, "withdraw_job", job.dataset, after={"job": str(job.id)})
    return job
