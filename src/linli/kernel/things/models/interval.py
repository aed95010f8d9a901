"""How often a thing reported before: what was expected of it then is reckoned with what held then."""

from __future__ import annotations

from django.db import models

from .thing import Thing


class Interval(models.Model):
    """Until `until` the thing reported `every` so many seconds; None: as its model says. What holds now is `Thing.every`."""

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(Thing, models.CASCADE, db_index=False, related_name="intervals")
    every = models.IntegerField(null=True)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["thing", "until"], name="interval_of_thing")]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.every}"
