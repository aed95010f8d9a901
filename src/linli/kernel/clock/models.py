"""What a place changes about the national calendar: single days, and office hours from a date on.

`place_code` is a place-code prefix, "" meaning everywhere. The longest prefix of a place wins, day by day.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models

from linli.kernel.audit.ids import uuid7

NAME_LENGTH = 60


def _is_prefix(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(place_code__regex=r"^[0-9]*$"), name=name)


class CalendarDay(models.Model):
    """One day that is worked, or not worked, whatever the national calendar says."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7)
    place_code = models.TextField(db_collation="C", default="", blank=True)
    date = models.DateField()
    working = models.BooleanField()
    name = models.TextField(default="", blank=True, help_text="why, as residents read it: 三月三, 台风停工")

    class Meta:
        db_table = "clock_day"
        constraints = [
            models.UniqueConstraint(fields=["place_code", "date"], name="clock_day_once"),
            _is_prefix("clock_day_prefix"),
            models.CheckConstraint(
                condition=models.Q(name__regex=rf"^.{{0,{NAME_LENGTH}}}$"), name="clock_day_name_short"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_code or '*'} {self.date} {'班' if self.working else '休'} {self.name}".rstrip()


class OfficeHours(models.Model):
    """The intervals of a working day in local time, from a date on: `[["09:00", "12:00"], ...]`."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7)
    place_code = models.TextField(db_collation="C", default="", blank=True)
    valid_from = models.DateField()
    hours: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        db_table = "clock_hours"
        constraints = [
            models.UniqueConstraint(fields=["place_code", "valid_from"], name="clock_hours_once"),
            _is_prefix("clock_hours_prefix"),
        ]

    def __str__(self) -> str:
        return f"{self.place_code or '*'} {self.valid_from} {self.hours}"


class Version(models.Model):
    """One row whose token is new after each change, so that every process notices.

    A token and not a counter: a counter rolled back and raised again would stand for two different calendars.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    token: models.UUIDField[UUID, UUID] = models.UUIDField(default=uuid7)

    class Meta:
        db_table = "clock_version"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="clock_version_single")]

    def __str__(self) -> str:
        return str(self.token)
