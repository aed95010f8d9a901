"""A display 屏: a screen that hangs in the neighbourhood or stands in a living room, and whom it shows what to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Household, Person


class Kind(models.TextChoices):
    BOARD = "board", "居村电子屏"
    TV = "tv", "家庭电视屏"


class State(models.TextChoices):
    WAITING = "waiting", "等确认"
    ENROLLED = "enrolled", "在用"
    REVOKED = "revoked", "已撤销"


class Display(models.Model):
    """One screen. It proves itself with a key in a cookie, of which only the fingerprint is kept; so is its code.

    Purpose of what is kept about a person: whose own matters a television shows, which they bound themselves or at the
    counter; basis: their asking; kept until the television is unbound, then the row names nobody (`verbs.revoking`).

    `version` counts the changes of what the screen's eyes stand on: a live stream that stands on an older one ends.
    `page` is the version of the page it last showed; `sound`: whether the browser let it make one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    version = models.IntegerField(default=1)
    name = models.CharField(max_length=64, blank=True, default="")
    place_code = models.CharField(max_length=30, db_collation="C", blank=True, default="")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="displays")
    household = models.ForeignKey(Household, models.SET_NULL, null=True, db_index=False, related_name="displays")
    key_print = models.BinaryField(unique=True, editable=False)
    code_print = models.BinaryField(unique=True, null=True, editable=False)
    code_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    enrolled_at = models.DateTimeField(null=True)
    enrolled_by = models.UUIDField(null=True, help_text="account")
    revoked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    page = models.CharField(max_length=16, blank=True, default="")
    sound = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place_code"], name="display_by_place")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["board", "tv"]), name="a_display_is_a_board_or_a_tv"),
            models.CheckConstraint(
                condition=Q(state="waiting", place_code="", person=None, enrolled_at=None, revoked_at=None)
                | Q(state="enrolled", enrolled_at__isnull=False, revoked_at=None) & ~Q(place_code="")
                | Q(state="revoked", revoked_at__isnull=False, person=None, household=None),
                name="a_display_shows_something_only_while_enrolled",
            ),
            models.CheckConstraint(
                condition=Q(kind="board", person=None, household=None)
                | Q(kind="tv", state="enrolled", person__isnull=False)
                | (Q(kind="tv", person=None, household=None) & ~Q(state="enrolled")),
                name="a_tv_is_somebodys_and_a_board_nobodys",
            ),
            models.CheckConstraint(
                condition=Q(code_print=None, code_until=None)
                | Q(code_print__isnull=False, code_until__isnull=False, state="waiting"),
                name="only_who_waits_has_a_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name or self.id}"

    @property
    def stream(self) -> str:
        return f"display:{self.id}"
