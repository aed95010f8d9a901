"""月报: asked for by somebody, made by the worker, kept as files with what they were made of."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.kernel.access import SYSTEM, Actor, Invalid, Sees, as_system, require
from linli.kernel.audit import append
from linli.kernel.files import verbs as files
from linli.kernel.files.models import File
from linli.kernel.places import queries as places

from ..definitions import VERSION
from ..models import Report
from ..queries.periods import month_of
from ..queries.weighing import formula_of

log = structlog.get_logger(__name__)
LANGUAGES = {"zh": "zh-hans", "en": "en"}
SUBJECT = "figures.report"
AGAIN = timedelta(minutes=10)
FIRST_YEAR = 2000


def ask_report(*, by: Actor, at: datetime, place_code: str, month: date, language: str) -> Report:
    """Ask for the report of a place and month, in "zh" or "en"; the one that is waited for already is returned.

    Needs `figures.read` there, by who sees the whole place. A month that is not over is reported up to now. Raises
    Invalid for a month to come, a place of no level reports are of, or an unknown language.
    """
    require(by, "figures.read", place_code)
    today, month = timezone.localtime(at).date(), month.replace(day=1)
    fields = {}
    if (
        by.sees not in (Sees.PLACE, Sees.ALL)
        or len(place_code) not in (4, 6, 9, 12)
        or not places.exists(place_code)
    ):
        fields["place"] = _("月报按市、区、街镇、居村出。")
    if not date(FIRST_YEAR, 1, 1) <= month <= today:
        fields["month"] = _("请选择已经开始的月份。")
    if language not in LANGUAGES:
        fields["language"] = _("请选择语言。")
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    with transaction.atomic():
        report, is_new = Report.objects.get_or_create(
            place_code=place_code, month=month, language=language, made_at=None,
            defaults={"asked_at": at, "asked_by": by.account_id},
        )  # fmt: skip
        if is_new:
            after = {"month": month, "language": language}
            append(
                by=by,
                at=at,
                verb="figures.ask_report",
                stream=f"report:{report.id}",
                place_code=place_code,
                after=after,
            )
    return report


def make_reports(*, at: datetime) -> int:
    """Make the report that has waited longest, if any; returns how many. For the worker: any number may run at once."""
    with transaction.atomic(), as_system():
        report = (
            Report.objects.select_for_update(skip_locked=True)
            .filter(made_at=None)
            .exclude(retry_at__gt=at)
            .order_by("asked_at")
            .first()
        )
        if report is None:
            return 0
        try:
            with transaction.atomic():
                _make(report, at)
        except Exception as trouble:
            log.exception("a report was not made; it will be tried again", report=str(report.id))
            Report.objects.filter(id=report.id).update(fault=str(trouble)[:500], retry_at=at + AGAIN)
    return 1


def _make(report: Report, at: datetime) -> None:
    from .. import report as making

    with override(LANGUAGES[report.language]):
        contents = making.contents(report.place_code, month_of(report.month), at)
        bodies = {"pdf": making.set_pdf(contents), "xlsx": making.make_xlsx(contents)}
    formula = formula_of(report.place_code)
    kept = {form: _keep(report, at, body, f"{contents.title}.{form}") for form, body in bodies.items()}
    report.pdf, report.xlsx = kept["pdf"], kept["xlsx"]
    report.made_at = report.figures_at = at
    report.definitions, report.fault, report.retry_at = VERSION, "", None
    report.weights = f"{formula.place_code} {formula.version}" if formula.version else ""
    report.save()
    append(
        by=SYSTEM, at=at, verb="figures.make_report", stream=f"report:{report.id}", place_code=report.place_code,
        after={"month": report.month, "language": report.language, "definitions": VERSION, "weights": report.weights},
    )  # fmt: skip


def _keep(report: Report, at: datetime, body: bytes, name: str) -> File:
    file = files.store(
        by=SYSTEM, at=at, upload=io.BytesIO(body), name=name, purpose="report", place_code=report.place_code
    )
    files.attach(by=SYSTEM, at=at, file_ids=[file.id], subject_type=SUBJECT, subject_id=report.id)
    return file


def begin_months(*, at: datetime) -> int:
    """A month is over: whoever had a report of the month before gets the next by itself. For the worker, once a day."""
    last = month_of(timezone.localtime(at).date()).before
    count = 0
    with as_system():
        had = Report.objects.filter(month=last.before.first, made_at__isnull=False)
        for place_code, language in sorted(set(had.values_list("place_code", "language"))):
            known = Report.objects.filter(place_code=place_code, month=last.first, language=language)
            # One made while the month went on is no report of the month.
            if not known.filter(asked_at__date__gt=last.last).exists() and places.exists(place_code):
                ask_report(by=SYSTEM, at=at, place_code=place_code, month=last.first, language=language)
                count += 1
    return count
