"""Who holds which post, and how one comes to hold it: one administrator proposes, another approves."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now

from linli.kernel.access import Role
from linli.kernel.audit.ids import uuid7

from .accounts import Account
from .units import Unit

NO_UNIT = UUID(int=0)
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


def role_choices() -> list[tuple[str, str]]:
    """A callable, so that a new role is no migration."""
    return [(role.value, role.value) for role in Role]


class Post(models.Model):
    """An account in a role, in a unit, over a scope, for a time. `title` is what the door plate says.

    Whoever administers the system, its security or its audit holds no other of these posts at the same time
    (三权分立, GB/T 22239).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=32, choices=role_choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, db_index=False, related_name="posts")
    place_code = models.CharField(max_length=30, db_collation="C", blank=True, default="")
    title = models.CharField(max_length=64, blank=True, default="")
    valid = DateTimeRangeField()
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    continues = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="the same post, until its place had another code",
    )

    class Meta:
        indexes = [models.Index(fields=["unit", "role"], name="post_by_unit")]
        constraints = [
            ExclusionConstraint(
                name="one_post_of_a_kind_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce(F("unit"), Value(NO_UNIT)), RangeOperators.EQUAL),
                    ("place_code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="administrators_are_kept_apart",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("role", RangeOperators.NOT_EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=sorted(ADMIN_ROLES)),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["handler", "unit_head"]) | Q(unit__isnull=False),
                name="who_handles_belongs_to_a_unit",
            ),
        ]


class Appointment(models.Model):
    """A post asked for. The post itself exists only once a second administrator has granted it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="appointments")
    role = models.CharField(max_length=32, choices=role_choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    title = models.CharField(max_length=64, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    reason = models.TextField(blank=True, default="")
    post = models.OneToOneField(Post, models.PROTECT, null=True, related_name="appointment")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="nobody_approves_their_own_proposal",
            ),
            models.CheckConstraint(
                condition=(Q(decided_by=None) | ~Q(decided_by=F("account")))
                & (Q(proposed_by=None) | ~Q(proposed_by=F("account"))),
                name="nobody_appoints_themselves",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, granted=None, post=None)
                | Q(decided_at__isnull=False, granted=False, post=None)
                | Q(decided_at__isnull=False, granted=True, post__isnull=False),
                name="a_granted_appointment_made_its_post",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="an_appointment_lasts"
            ),
        ]
