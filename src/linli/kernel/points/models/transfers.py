"""What moved: a transfer and its entries. Neither is ever changed; what was wrong is reversed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7

from .books import MOST, Account, RuleText


class Kind(models.TextChoices):
    AWARD = "award", "奖励"
    DEDUCT = "deduct", "扣减"
    GRANT = "grant", "发放"
    GIVE = "give", "赠送"
    SPEND = "spend", "使用"
    INHERIT = "inherit", "继承"
    MOVE = "move", "转移"
    EXPIRE = "expire", "到期"
    SETTLE = "settle", "结算"
    REVERSE = "reverse", "冲正"


class State(models.TextChoices):
    PENDING = "pending", "待确认"
    POSTED = "posted", "已入账"
    VOIDED = "voided", "已取消"
    REFUSED = "refused", "未给"


OPEN = (State.PENDING, State.POSTED)


class Transfer(models.Model):
    """流水: `amount` went from one account to another. Between communities it goes through their clearing accounts.

    `key` is the caller's: the same key with the same `digest` of what was asked is the same transfer. `asked` is what
    was asked for; caps may have let through less, and a refused award nothing. `event_at` is when it happened.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ledger = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices)
    source = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")
    target = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")
    out_by = models.ForeignKey(
        Account, models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    in_by = models.ForeignKey(
        Account, models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    amount = models.BigIntegerField()
    asked = models.BigIntegerField()
    event_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="when what was pending was posted or voided")
    lapses_at = models.DateTimeField(null=True, help_text="when what is pending is voided by itself")
    expires_at = models.DateTimeField(null=True, help_text="when what is newly given expires")
    key = models.CharField(max_length=100)
    digest = models.BinaryField()
    rule = models.CharField(max_length=40, blank=True, default="")
    text = models.ForeignKey(RuleText, models.PROTECT, null=True, db_index=False, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")
    basis = models.CharField(max_length=200, blank=True, default="", help_text="on what legal ground")
    evidence: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    why_less = models.CharField(max_length=16, blank=True, default="", help_text="the cap that held back the rest")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="reversals")
    by_account = models.UUIDField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["target", "rule", "event_at"], condition=~Q(rule=""), name="transfer_by_cap"),
            models.Index(
                fields=["source", "rule", "event_at"], condition=Q(kind="deduct"), name="deduction_by_cap"
            ),
            models.Index(fields=["lapses_at"], condition=Q(state="pending"), name="transfer_lapses"),
            models.Index(fields=["target", "-recorded_at"], condition=Q(state="refused"), name="award_refused"),
            models.Index(fields=["source", "id"], condition=Q(state="pending"), name="transfer_pending_out"),
            models.Index(fields=["target", "id"], condition=Q(state="pending"), name="transfer_pending_in"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ledger", "key"], name="a_key_is_used_once_in_a_ledger"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="a_transfer_is_reversed_once"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="nobody_pays_themselves"),
            models.CheckConstraint(
                condition=Q(amount__gte=1, amount__lte=MOST) | Q(state="refused", amount=0),
                name="what_moves_is_more_than_nought",
            ),
            models.CheckConstraint(
                condition=Q(asked__gte=F("amount"), asked__lte=MOST) & (Q(why_less="") | ~Q(asked=F("amount"))),
                name="nobody_gets_more_than_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(out_by=None, in_by=None) | Q(out_by__isnull=False, in_by__isnull=False),
                name="two_communities_two_clearing_accounts",
            ),
            models.CheckConstraint(
                condition=Q(kind="reverse", reverses__isnull=False) | (~Q(kind="reverse") & Q(reverses=None)),
                name="a_reversal_names_what_it_reverses",
            ),
            models.CheckConstraint(
                condition=~Q(kind="deduct")
                | Q(erased_at__isnull=False)
                | (Q(text__isnull=False) & ~Q(evidence=[])),
                name="nothing_is_taken_without_rule_and_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["award", "deduct"]) | Q(text__isnull=False), name="an_award_names_its_rule"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["inherit", "move"]) | Q(erased_at__isnull=False) | ~Q(basis=""),
                name="what_changes_hands_by_law_names_its_basis",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["posted", "refused"]) & Q(settled_at=None)
                | Q(state__in=["posted", "voided"], settled_at__isnull=False)
                | Q(state="pending", settled_at=None),
                name="what_was_pending_was_settled_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.state}"


class Entry(models.Model):
    """分录: one side of a transfer on one account, with the balance before and after. Written by the database alone.

    That transfer and account are there a trigger sees to, which looks at both anyway; neither is ever taken away.
    """

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, db_index=False, db_constraint=False, related_name="entries"
    )
    account = models.ForeignKey(
        Account, models.PROTECT, db_index=False, db_constraint=False, related_name="entries"
    )
    amount = models.BigIntegerField()
    previous = models.BigIntegerField()
    current = models.BigIntegerField()
    version = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "version"], name="entries_of_an_account_are_numbered"),
            models.UniqueConstraint(fields=["transfer", "account"], name="a_transfer_touches_an_account_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="an_entry_moves_something"),
            models.CheckConstraint(
                condition=Q(current=F("previous") + F("amount")), name="a_balance_is_what_was_and_what_came"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+d}"
