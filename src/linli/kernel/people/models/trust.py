"""What a person agreed to, and whom they named to act for them. Both end when the person says so."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7

from .persons import Person

LONGEST_MANDATE = timedelta(days=366)


class Consent(models.Model):
    """同意: a person agreed to one purpose, until they take it back. Purposes are declared (`keepers.Purpose`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_at=None), name="one_consent_to_a_purpose"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="a_consent_is_withdrawn_after_it_was_given",
            ),
        ]


class Proxy(models.Model):
    """代办: somebody a person named to act for them, from one day to another; either of the two ends it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="proxies")
    agent = models.ForeignKey(Person, models.CASCADE, db_index=False, related_name="mandates")
    valid = DateTimeRangeField()

    class Meta:
        indexes = [models.Index(fields=["agent"], name="proxy_by_agent")]
        constraints = [
            ExclusionConstraint(
                name="one_mandate_of_a_kind_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("agent", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(person=F("agent")), name="nobody_is_their_own_proxy"),
            models.CheckConstraint(
                condition=Q(valid__lower_inf=False, valid__upper_inf=False), name="a_mandate_begins_and_ends"
            ),
        ]
