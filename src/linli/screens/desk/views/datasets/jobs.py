"""汇聚作业: tables that were sent, how far they are, what they came to; refused lines to take away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, Refused, allows
from linli.kernel.clock.now import now
from linli.kernel.datasets import queries, verbs
from linli.kernel.datasets.models import Job
from linli.kernel.datasets.saying import told
from linli.kernel.datasets.tallying import Counts
from linli.parts.doors import for_staff

from ...exporting import table_file
from ...shell import paint
from .frame import HOW, STATES, SUBJECTS, page

SHOWN = 100
TAB = "desk:datasets_jobs"


@require_GET
@for_staff
def jobs_page(request: HttpRequest) -> HttpResponse:
    """The latest jobs of one's place."""
    jobs = queries.jobs(request.actor)
    rows = [(job, Counts.of(job.counts) if job.counts else None) for job in jobs]
    return page(request, "jobs.html", {"jobs": rows}, tab=TAB)


@require_http_methods(["GET", "POST"])
@for_staff
def job_page(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job; while it runs, its progress asks again by itself."""
    actor: Actor = request.actor
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            verbs.withdraw(by=actor, at=now(), job_id=job_id)
            messages.success(request, _("已撤回。"))
            return HttpResponseRedirect(reverse("desk:datasets_job", args=[job_id]), status=303)
        except Refused as refused:
            refusal = refused
    job = queries.job(actor, job_id)
    context = {
        "job": job,
        "counts": Counts.of(job.counts) if job.counts else None,
        "refused": list(queries.refused(actor, job, SHOWN)),
        "most": SHOWN,
        "why": told([job.fault])[0] if job.fault else "",
        "progress": min(99, round(100 * job.position / job.about)) if job.about else 0,
        "may_withdraw": job.state == Job.State.WAITING and allows(actor, "datasets.change", job.place_code),
        "refusal": refusal,
    }
    if request.htmx:
        words = {"how_words": HOW, "subject_words": SUBJECTS, "job_states": STATES}
        return paint(request, "desk/datasets/job_now.html", words | context)
    return page(request, "job.html", context, tab=TAB, status=refusal.status if refusal else 200)


@require_GET
@for_staff
def refused_file(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Every line that was not taken, with its reason, as a table."""
    actor: Actor = request.actor
    job = queries.job(actor, job_id)
    rows = (
        [one.line, one.key, _("重复") if one.doubled else _("拒绝"), "；".join(one.reasons)]
        for one in queries.refused(actor, job)
    )
    heads = [_("行"), _("主键"), _("结果"), _("原因")]
    return table_file("csv", f"refused-{job.dataset.name}-{job.id}.csv", job.dataset.title, heads, rows)
