"""A kind's numbers as a place has set them; the nearest place in the tree wins over what the scene declares."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7

SPAN = r"^[1-9]\d{0,4} (minute|hour|day|working_hour|working_day)$"


class KindNumbers(models.Model):
    """Only what differs is set; "" or NULL means: as in the wider place, in the end as declared."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C")
    answer = models.CharField(max_length=32, blank=True, default="")
    finish = models.CharField(max_length=32, blank=True, default="")
    climb = models.CharField(max_length=32, blank=True, default="")
    warn = models.FloatField(null=True)
    remind = models.FloatField(null=True)
    off = models.BooleanField(default=False, help_text="not offered to residents here")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "place_code"], name="a_place_sets_a_kind_once"),
            *[
                models.CheckConstraint(
                    condition=Q(**{field: ""}) | Q(**{f"{field}__regex": SPAN}), name=f"{field}_span"
                )
                for field in ("answer", "finish", "climb")
            ],
            models.CheckConstraint(
                condition=(Q(warn=None) | Q(warn__gt=0, warn__lt=1))
                & (Q(remind=None) | Q(remind__gt=0, remind__lt=1)),
                name="shares_of_the_time",
            ),
        ]
