"""党建知识库: documents with versions, cut into passages that are found by words; who read what; short quizzes.

What the documents say is no secret. Who read them is the member's.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account

from .members import Member
from .organisations import Organisation


class Document(models.Model):
    """One document, known by its title within the organisation that keeps it. `current` is the version that stands."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="documents")
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=120, blank=True, default="")
    must_read = models.BooleanField(default=False, help_text="members are asked to say that they read it")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title"], condition=Q(withdrawn_at=None), name="a_document_stands_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class DocumentVersion(models.Model):
    """What a document said from a moment on. Never changed: the next version replaces it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, models.CASCADE, db_index=False, related_name="versions")
    number = models.SmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="a_document_numbers_its_versions")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.number}"


class Passage(models.Model):
    """A paragraph or article. `grams`, pairs of neighbouring characters, is made by the database (migrations/knowledge.sql)."""

    version = models.ForeignKey(DocumentVersion, models.CASCADE, db_index=False, related_name="passages")
    number = models.IntegerField()
    heading = models.CharField(max_length=120, blank=True, default="")
    text = models.TextField()
    current = models.BooleanField(default=True, help_text="of the version that stands: only those are found")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="a_version_numbers_its_passages")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.number}"


class Read(models.Model):
    """已读: a member says that they read a version."""

    version = models.ForeignKey(DocumentVersion, models.CASCADE, db_index=False, related_name="reads")
    member = models.ForeignKey(Member, models.CASCADE, related_name="reads")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "member"], name="a_version_is_read_once")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.member_id}"


class Question(models.Model):
    """One question of the quiz of a version, and which of its answers is right: that never leaves the server before it was
    answered."""

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="questions")
    text = models.CharField(max_length=200)
    answers = ArrayField(models.CharField(max_length=120))
    right = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answers__len__range=(2, 6)), name="a_question_has_two_to_six_answers"
            ),
            models.CheckConstraint(condition=Q(right__gte=0), name="one_answer_is_right"),
        ]

    def __str__(self) -> str:
        return self.text


class Taken(models.Model):
    """A member's latest go at a version's quiz: theirs alone, no secretary sees it (`migrations/quizzes.sql`). `passed_at` is when
    everything was right for the first time."""

    version = models.ForeignKey(DocumentVersion, models.CASCADE, db_index=False, related_name="taken")
    member = models.ForeignKey(Member, models.CASCADE, related_name="taken")
    at = models.DateTimeField()
    right = models.SmallIntegerField()
    asked = models.SmallIntegerField()
    passed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "member"], name="a_quiz_is_kept_once_for_a_member"),
            models.CheckConstraint(
                condition=Q(asked__gt=0, right__range=(0, F("asked"))), name="no_more_is_right_than_was_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.right}"
