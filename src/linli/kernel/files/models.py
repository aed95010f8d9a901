"""Blobs are contents, each kept once; files are what somebody sent, under a name, for a purpose."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.files import positions
from linli.kernel.files.kinds import Family, Position

SHA256 = r"^[0-9a-f]{64}$"
SLUG = r"^[a-z][a-z_.-]{0,31}$"


class Blob(models.Model):
    """One cleaned content in the store. Its row is written after its bytes are on the disk, never before."""

    sha256 = models.CharField(primary_key=True, max_length=64, db_collation="C")
    size = models.BigIntegerField()
    media_type = models.TextField()
    family = models.CharField(max_length=16)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    thumbnails: models.JSONField[list[int], list[int]] = models.JSONField(
        default=list, help_text="longest sides in pixels of the thumbnails kept beside it"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=SHA256), name="a_blob_is_its_hash"),
            models.CheckConstraint(condition=Q(size__gt=0), name="a_blob_is_not_empty"),
            models.CheckConstraint(
                condition=Q(family__in=[family.value for family in Family]), name="a_blob_has_a_family"
            ),
            models.CheckConstraint(
                condition=Q(width=None, height=None)
                | Q(width__isnull=False, height__isnull=False, width__gt=0, height__gt=0),
                name="a_picture_has_sides",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.media_type} {self.size}"


class File(models.Model):
    """Personal data: `original_name`, `uploaded_by`, `taken_at` and the sealed position.

    Purpose: proof of what was reported and done. Basis: handling the report. Erased with what it is attached
    to. `position_sealed` is WGS-84, encrypted.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="files")
    name = models.TextField(help_text="safe to show and to save under; its extension is the content's")
    original_name = models.TextField(help_text="the sender's, without control characters")
    purpose = models.TextField(help_text='what it was sent for: "report", "proof", "answer"')
    notes: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    uploaded_by = models.UUIDField(null=True, help_text="account; null for the system and imports")
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, help_text="by the device's clock, before it was stripped")
    position_sealed = models.BinaryField(null=True, editable=False)
    place_code = models.TextField(db_collation="C", default="", blank=True)
    subject_type = models.TextField(null=True)
    subject_id = models.UUIDField(null=True)

    objects: ClassVar[models.Manager[File]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["uploaded_by", "at"], name="files_by_account_and_time"),
            models.Index(
                fields=["subject_type", "subject_id"], name="files_of_a_subject", condition=~Q(subject_id=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_file_has_a_name"),
            models.CheckConstraint(condition=Q(purpose__regex=SLUG), name="a_file_has_a_purpose"),
            models.CheckConstraint(condition=Q(place_code__regex=r"^[0-9]*$"), name="a_file_is_at_a_code"),
            models.CheckConstraint(
                condition=Q(subject_type=None, subject_id=None)
                | Q(subject_type__isnull=False, subject_id__isnull=False),
                name="attached_to_something_or_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def position(self) -> Position | None:
        return positions.unseal(self.position_sealed) if self.position_sealed else None
