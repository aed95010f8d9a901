"""Where somebody on duty was: sealed, for twenty-four hours, and only while they shared it (docs/adr/0020)."""

from __future__ import annotations

from django.db import models

from linli.kernel.people.models import Account

from .shift import Shift


class Position(models.Model):
    """`sealed`: longitude, latitude (WGS-84) and metres of doubt. `place_code` is the roster's, never reckoned from the
    position: it says who may see the row, not where anybody was."""

    id = models.BigAutoField(primary_key=True)
    shift = models.ForeignKey(Shift, models.CASCADE, db_index=False, related_name="positions")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["shift", "-at"], name="position_of_shift"),
            models.Index(fields=["at"], name="position_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.at}"
