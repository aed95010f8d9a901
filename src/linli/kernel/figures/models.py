"""What is kept so that figures need no counting: every turn of every matter, every assignment, and counts by day.

A *turn* (一轮) is a matter from its opening to its end; a matter that is opened again begins another, with a promise
of its own. Turns are reckoned from the matter, its steps and the verbs of its records (`turns.sql`), never changed by
hand; counts (`Cell`) are sums of turns. All of it can be made anew at any time (`verbs.recompute`).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.files.models import File
from linli.kernel.places.columns import prefix

from .measures import MEASURES


class Fate(models.TextChoices):
    """What has become of a promise. `OPEN` is late from the moment its date has passed; nothing has to tick for it."""

    IN_TIME = "in", "按时"
    LATE = "late", "逾期后完成"
    OPEN = "open", "未完成"
    HELD = "held", "挂起，暂不计"
    OUT = "out", "不计"


class Turn(models.Model):
    """One turn of one matter, under the kind, place and unit the matter has now."""

    pk = models.CompositePrimaryKey("matter_id", "turn")
    matter_id = models.UUIDField()
    turn = models.SmallIntegerField(help_text="0 is the first; each reopening begins another")
    kind = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C")
    p12 = prefix(12)
    unit_id = models.UUIDField(null=True, help_text="who led it at its end, or leads it now")
    from_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(
        max_length=16, blank=True, help_text="the final state; empty while open, or not known"
    )
    answer_due = models.DateTimeField(
        null=True, help_text="of the first turn only, and not of what the system sent"
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=4, choices=Fate.choices, blank=True)
    finish_due = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True, help_text="reported done and not sent back")
    finish = models.CharField(max_length=4, choices=Fate.choices, blank=True)
    extended = models.BooleanField(default=False)
    supervised = models.BooleanField(default=False)
    again = models.BooleanField(default=False, help_text="was opened again after it had ended")
    asked = models.BooleanField(default=False, help_text="closed, and its reporter could rate it")
    rating = models.SmallIntegerField(null=True)
    again_by = models.UUIDField(null=True, help_text="the audit record that opened it again")

    class Meta:
        indexes = [
            models.Index(fields=["from_at"], name="turn_from"),
            models.Index(fields=["ended_at"], name="turn_ended", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["answer_due"], name="turn_answer", condition=Q(answer_due__isnull=False)),
            models.Index(fields=["finish_due"], name="turn_finish", condition=Q(finish_due__isnull=False)),
            models.Index(fields=["p12"], name="turn_near"),
            models.Index(fields=["unit_id"], name="turn_unit", condition=Q(unit_id__isnull=False)),
            models.Index(fields=["place_code"], name="turn_open", condition=Q(ended_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("from_at")), name="a_turn_runs_forward"
            ),
            models.CheckConstraint(
                condition=~Q(again=True) | Q(ended_at__isnull=False), name="what_is_again_had_ended"
            ),
        ]


class Part(models.Model):
    """One assignment to a leading unit, and whether that unit gave it back (退回)."""

    id = models.UUIDField(primary_key=True, editable=False, help_text="of matters.Assignment")
    matter_id = models.UUIDField()
    kind = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C")
    p12 = prefix(12)
    unit_id = models.UUIDField()
    at = models.DateTimeField()
    returned = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["matter_id"], name="part_of_matter"),
            models.Index(fields=["at"], name="part_at"),
            models.Index(fields=["p12"], name="part_near"),
            models.Index(fields=["unit_id"], name="part_unit"),
        ]


class By(models.TextChoices):
    """What a count is of, within its place: everything, one unit's, one kind's."""

    ALL = "", "全部"
    UNIT = "unit", "单位"
    KIND = "kind", "类别"


class Grain(models.IntegerChoices):
    DAY = 0, "日"
    MONTH = 1, "月"


class Cell(models.Model):
    """Counts of one day, or one month, below one place: of everything, of one unit, of one kind.

    Places are kept by 4, 6, 9 and 12 digits; by unit and kind down to 9. A promise is counted on the day it falls due,
    and as late until it is known otherwise: days to come are asked for by nobody, and of today only what has passed.
    """

    pk = models.CompositePrimaryKey("place_code", "by", "key", "grain", "day")
    place_code = models.CharField(max_length=12, db_collation="C")
    by = models.CharField(max_length=4, choices=By.choices, blank=True)
    key = models.CharField(max_length=64, blank=True, help_text="the kind, or the unit's id", db_collation="C")
    grain = models.SmallIntegerField(choices=Grain.choices)
    day = models.DateField(help_text="in the time zone of the display; a month by its first day")
    for _name in MEASURES:
        locals()[_name] = models.IntegerField(default=0, db_default=0)
    del _name

    class Meta:
        indexes = [models.Index(fields=["by", "grain", "day", "place_code"], name="cell_below")]


class Weights(models.Model):
    """How a place weighs the parts of the score; the nearest place in the tree wins, the latest version of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C")
    version = models.IntegerField()
    weights: models.JSONField[Any, Any] = models.JSONField(help_text="figure → weight; together 100")
    least = models.IntegerField(help_text="fewest matters due in the period to be ranked")
    set_at = models.DateTimeField()
    set_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place_code", "version"], name="a_version_is_set_once"),
            models.CheckConstraint(condition=Q(least__gte=1), name="somebody_must_be_ranked"),
        ]


class Report(models.Model):
    """A monthly report (月报) of one place in one language: asked for, then made by the worker and kept as two files.

    It says by which instant's figures, which definitions and which weights it was made; asked for again it is another.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C")
    month = models.DateField(help_text="its first day")
    language = models.CharField(max_length=8, choices=[("zh", "中文"), ("en", "English")])
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True, help_text="the account; null when the worker began it by itself")
    made_at = models.DateTimeField(null=True)
    figures_at = models.DateTimeField(null=True, help_text="the instant its figures are of")
    definitions = models.SmallIntegerField(null=True, help_text="definitions.VERSION")
    weights = models.CharField(
        max_length=48, blank=True, default="", help_text='"<place> <version>", empty as declared'
    )
    pdf = models.ForeignKey(File, models.SET_NULL, null=True, related_name="+")
    xlsx = models.ForeignKey(File, models.SET_NULL, null=True, related_name="+")
    fault = models.TextField(blank=True, default="", help_text="why it could not be made, as a sentence")
    retry_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place_code", "-month", "-asked_at"], name="report_of_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["place_code", "month", "language"],
                condition=Q(made_at=None),
                name="one_report_is_waited_for",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="a_month_by_its_first_day"),
            models.CheckConstraint(
                condition=Q(made_at=None) | Q(figures_at__isnull=False, definitions__isnull=False),
                name="a_report_says_what_it_is_made_of",
            ),
        ]
