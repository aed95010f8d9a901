"""微心愿: a resident's small wish. What everybody reads names nobody; who asked lies in a row of its own."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Person

from .members import Member
from .organisations import Organisation


class WishKind(models.TextChoices):
    GOODS = "goods", _("物品")
    HELP = "help", _("帮忙")
    COMPANY = "company", _("陪伴")
    LEARNING = "learning", _("学习")
    OTHER = "other", _("其他")


class Wish(models.Model):
    """`title` and `text` are the checker's, for everybody: no name, no address below the neighbourhood."""

    class State(models.TextChoices):
        ASKED = "asked", _("待核实")
        DECLINED = "declined", _("未受理")
        WITHDRAWN = "withdrawn", _("已撤回")
        PUBLISHED = "published", _("待认领")
        CLAIMED = "claimed", _("已认领")
        FULFILLED = "fulfilled", _("待确认")
        THANKED = "thanked", _("已实现")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place_code = models.CharField(max_length=12, db_collation="C", help_text="the neighbourhood and no closer")
    kind = models.CharField(max_length=16, choices=WishKind.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    title = models.CharField(max_length=40, blank=True, default="")
    text = models.CharField(max_length=300, blank=True, default="")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="", help_text="why it was declined")
    thanks = models.CharField(max_length=300, blank=True, default="")
    stars = models.SmallIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place_code", "state", "asked_at"], name="wish_by_place")]
        constraints = [
            models.CheckConstraint(condition=Q(place_code__regex=r"^[0-9]{12}$"), name="a_wish_says_no_more_than_the_neighbourhood"),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "claimed", "fulfilled", "thanked"])
                | (Q(checked_at__isnull=False) & ~Q(title="")),
                name="what_is_published_was_checked",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="a_wish_is_declined_for_a_reason"),
            models.CheckConstraint(condition=Q(stars=None) | Q(stars__range=(1, 5)), name="a_wish_has_up_to_five_stars"),
            models.CheckConstraint(condition=~Q(state="thanked") | Q(ended_at__isnull=False), name="what_is_fulfilled_has_ended"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title or str(self.id)

    @property
    def stream(self) -> str:
        return f"wish:{self.id}"


class Asker(models.Model):
    """Who asked, in which words, and how to reach them: for the person, and for the checker, whose reading is written down."""

    wish = models.OneToOneField(Wish, models.CASCADE, primary_key=True, related_name="asker")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    words_sealed = models.BinaryField(editable=False)
    contact_sealed = models.BinaryField(null=True, editable=False)
    asked_by = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", help_text="of staff, for them"
    )

    def __str__(self) -> str:
        return str(self.wish_id)


class Claim(models.Model):
    """认领 by an organisation or a member, with a day until which it is fulfilled. Given back, or done with proof."""

    wish = models.ForeignKey(Wish, models.CASCADE, db_index=False, related_name="claims")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="claims")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="claims")
    at = models.DateTimeField()
    due_on = models.DateField()
    given_back_at = models.DateTimeField(null=True)
    given_back_for = models.CharField(max_length=200, blank=True, default="")
    done_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=300, blank=True, default="")
    files = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_on"], condition=Q(given_back_at=None, done_at=None), name="claim_due")]
        constraints = [
            models.UniqueConstraint(fields=["wish"], condition=Q(given_back_at=None), name="a_wish_is_claimed_by_one"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, member=None) | Q(organisation=None, member__isnull=False),
                name="a_claim_is_an_organisations_or_a_members",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | (Q(files__len__gte=1) & ~Q(words="")), name="what_is_done_has_its_proof"
            ),
            models.CheckConstraint(
                condition=Q(given_back_at=None) | ~Q(given_back_for=""), name="a_claim_is_given_back_for_a_reason"
            ),
            models.CheckConstraint(condition=Q(given_back_at=None) | Q(given_back_at__gte=F("at")), name="a_claim_goes_back_after_it_came"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.wish_id}"
