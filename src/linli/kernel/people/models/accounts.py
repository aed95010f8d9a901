"""What signs in, and how it proves itself."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from linli.kernel.audit.ids import uuid7


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """What signs in: staff by user name, residents by phone, partners by API key.

    Staff prove themselves twice. `factor_sealed` is the secret of their authenticator (RFC 6238), and
    `factor_step` the last 30-second step it was used in, so that no code works a second time.
    `factor_waived` is honoured in the demo alone.
    """

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
    language = models.CharField(max_length=8, default="zh-hans")
    large_type = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False, help_text="somebody else chose the password")
    factor_sealed = models.BinaryField(null=True, editable=False)
    factor_step = models.BigIntegerField(null=True, editable=False)
    factor_waived = models.BooleanField(default=False, editable=False)

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
            models.CheckConstraint(
                condition=Q(factor_sealed__isnull=False) | Q(factor_step=None),
                name="a_used_factor_exists",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        return self.kind == self.Kind.STAFF

    @property
    def has_factor(self) -> bool:
        return self.factor_sealed is not None


class RecoveryCode(models.Model):
    """One way in when the authenticator is lost; used once. Only the fingerprint is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, db_index=False, related_name="recovery_codes")
    code_print = models.BinaryField(editable=False)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "code_print"], name="a_recovery_code_is_there_once")
        ]
