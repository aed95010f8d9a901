"""Who has matters to do."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7


class Unit(models.Model):
    """A department at a place, a neighbourhood committee, a street office, a centre: what has matters to do.

    `department` is the declared name of the department it stands for, "" for committees and centres. The unit
    of a department nearest in the tree of places gets the matter.
    """

    class Kind(models.TextChoices):
        COMMITTEE = "committee", "居村委会"
        OFFICE = "office", "街镇"
        CENTRE = "centre", "运行管理中心"
        DEPARTMENT = "department", "部门"
        COMPANY = "company", "作业单位"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    department = models.CharField(max_length=64, blank=True, default="")
    name = models.CharField(max_length=64)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    place_code = models.CharField(max_length=30, db_collation="C")
    phone = models.CharField(max_length=32, blank=True, default="")
    valid = DateTimeRangeField()

    class Meta:
        indexes = [models.Index(fields=["department", "place_code"], name="unit_by_department")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="department") | ~Q(department=""), name="a_department_unit_says_which"
            ),
            ExclusionConstraint(
                name="one_unit_of_a_name_at_a_place_at_a_time",
                expressions=[
                    ("place_code", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name
