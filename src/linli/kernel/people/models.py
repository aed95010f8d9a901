"""Who there is: accounts, persons, households, units, and posts that join a person to a role and a place.

A post is role × unit × place with a time of validity. An account signs in; a person lives somewhere; staff
have an account and posts, residents an account and a person, old people may be persons without account.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from linli.kernel.access import Role
from linli.kernel.audit.ids import uuid7


def role_choices() -> list[tuple[str, str]]:
    """A callable, so that a new role is no migration."""
    return [(role.value, role.value) for role in Role]


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """What signs in: staff by user name, residents by phone, partners by API key."""

    class Kind(models.TextChoices):
        STAFF = "staff", "工作人员"
        RESIDENT = "resident", "居民"
        PARTNER = "partner", "合作方"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    email = models.EmailField(blank=True, default="")
    phone_print = models.BinaryField(null=True, editable=False)
    phone_sealed = models.BinaryField(null=True, editable=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    locked_until = models.DateTimeField(null=True)
    language = models.CharField(max_length=8, default="zh-hans")
    large_type = models.BooleanField(default=False)

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_print"],
                condition=Q(kind="resident"),
                name="one_resident_account_per_phone",
            ),
            models.CheckConstraint(
                condition=Q(phone_print=None, phone_sealed=None)
                | Q(phone_print__isnull=False, phone_sealed__isnull=False),
                name="phone_is_sealed_and_findable",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        return self.kind == self.Kind.STAFF


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


class Household(models.Model):
    """Who lives together at one home."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C", db_index=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)


class Person(models.Model):
    """A person. Phone and identity number are sealed; the prints find an equal one without opening any."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.OneToOneField(Account, models.SET_NULL, null=True, related_name="person")
    name = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C", blank=True, default="")
    birth_year = models.SmallIntegerField(null=True)
    phone_print = models.BinaryField(null=True, editable=False)
    phone_sealed = models.BinaryField(null=True, editable=False)
    identity_print = models.BinaryField(null=True, editable=False)
    identity_sealed = models.BinaryField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "id"], name="person_by_place"),
            models.Index(fields=["phone_print"], name="person_by_phone"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["identity_print"],
                condition=Q(identity_print__isnull=False),
                name="one_person_per_identity_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Residence(models.Model):
    """A person in a household, from one day to another."""

    class Relation(models.TextChoices):
        HEAD = "head", "户主"
        SPOUSE = "spouse", "配偶"
        CHILD = "child", "子女"
        PARENT = "parent", "父母"
        TENANT = "tenant", "租客"
        OTHER = "other", "其他"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="residences")
    household = models.ForeignKey(Household, models.CASCADE, related_name="residences")
    relation = models.CharField(max_length=16, choices=Relation.choices)
    valid = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="nobody_twice_in_a_household",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("household", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Post(models.Model):
    """An account in a role, in a unit, over a scope, for a time. `title` is what the door plate says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=32, choices=role_choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="posts")
    place_code = models.CharField(max_length=30, db_collation="C", blank=True, default="")
    title = models.CharField(max_length=64, blank=True, default="")
    valid = DateTimeRangeField()
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["unit", "role"], name="post_by_unit")]
        constraints = [
            ExclusionConstraint(
                name="one_post_of_a_kind_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("place_code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["handler", "unit_head"]) | Q(unit__isnull=False),
                name="who_handles_belongs_to_a_unit",
            ),
        ]


class ApiKey(models.Model):
    """A partner's key for a gateway; only its fingerprint is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="keys")
    name = models.CharField(max_length=64)
    key_print = models.BinaryField(unique=True, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(place_code__regex=r"^\d{2,}$"), name="a_key_has_a_scope")]
