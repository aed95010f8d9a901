"""账户: found by name; one of them with its statement, where points are given, taken for a reason, or put right."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, allows
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.places import queries as places
from linli.kernel.points import queries, verbs
from linli.kernel.points.models import Account, Owner
from linli.kernel.points.queries import offices
from linli.kernel.points.words import amount_word, declared_word
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from .common import HERE, WORDS, draw_tab, name_of


@require_http_methods(["GET"])
@for_staff
def accounts_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    text = request.GET.get("text", "").strip()[:30]
    rows = offices.accounts(actor, text=text)
    return draw_tab(
        request, "accounts", codes=(row.place_code for row in rows), rows=rows, text=text, name_of=name_of
    )


@require_http_methods(["GET", "POST"])
@for_staff
def account_page(request: HttpRequest, account_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    balance = queries.one(account_id, by=actor)
    response, forms, status = serve(request, _acts(actor, balance.account))
    if response:
        return response
    before = request.GET.get("before", "")
    found = queries.statement(
        account_id, by=actor, before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    context = {
        **WORDS,
        "balance": balance,
        "account": balance.account,
        "name": name_of(balance.account),
        "place": places.label(balance.account.place_code),
        "lines": found.lines,
        "next": f"?before={found.before}" if found.before else "",
        "later": before,
        "forms": forms,
    }
    return draw(request, "desk/points/account.html", context, here=HERE, status=status)


def _acts(actor: Actor, account: Account) -> tuple[Act, ...]:
    acts: list[Act] = []
    if account.forgotten_at is None and account.owner in (Owner.PERSON, Owner.UNIT):
        for takes, permission in ((False, "points.award"), (True, "points.deduct")):
            rules = _rules(account, takes=takes)
            if rules and allows(actor, permission, account.place_code):
                acts.append(_by_rule(account, rules, takes=takes))
    if allows(actor, "points.review", account.place_code):
        acts.append(
            Act(
                key="reverse",
                words=_("冲正"),
                done=_("已冲正，积分退回原处。"),
                fields=(
                    Field(name="transfer_id", label="", kind=Kind.HIDDEN_ID),
                    Field(name="reason", label=_("为什么"), hint=_("本人会看到。")),
                ),
                tone="",
                verb=lambda **given: verbs.reverse(key=f"desk:{given['transfer_id']}", **given),
            )
        )
    return tuple(acts)


def _rules(account: Account, *, takes: bool) -> list[tuple[str, str]]:
    """Rules of this ledger that a person decides about; what follows from a matter needs nobody."""
    return [
        (rule.name, f"{declared_word('points', rule.name)} · {'-' if takes else '+'}{amount_word(rule.ledger, rule.amount)}")
        for rule in catalogue().points.values()
        if rule.ledger == account.ledger and rule.takes == takes and rule.when is None
        and rule.to == ("unit" if account.owner == Owner.UNIT else "person")
    ]  # fmt: skip


def _by_rule(account: Account, rules: list[tuple[str, str]], *, takes: bool) -> Act:
    kinds = sorted({kind for name, _words in rules for kind in catalogue().points[name].evidence})
    fields = [
        Field(name="rule", label=_("按哪条规则"), kind=Kind.SELECT, options="rules"),
        Field(name="quantity", label=_("数量"), kind=Kind.NUMBER, optional=True, hint=_("规则按次的不用填。")),
    ]
    if kinds:
        fields.append(Field(name="kind", label=_("依据"), kind=Kind.SELECT, options="kinds", optional=not takes))
        fields.append(Field(name="ref", label=_("依据的编号或名称"), optional=not takes))
    fields.append(Field(name="reason", label=_("说明"), optional=True, hint=_("本人会看到。")))
    return Act(
        key="deduct" if takes else "award",
        words=_("扣减积分") if takes else _("奖励积分"),
        done=_("已扣减，并告知本人；本人可以申诉。") if takes else _("已记上。到了上限的部分不记，本人可以申诉。"),
        lead=_("只用于奖励的增减，不影响任何公共服务。要有依据，会告知本人。") if takes else "",
        tone="" if takes else "primary",
        fields=tuple(fields),
        options={"rules": rules, "kinds": [(kind, declared_word("evidence", kind)) for kind in kinds]},
        verb=lambda **given: _done(account, takes=takes, **given),
    )


def _done(
    account: Account,
    *,
    takes: bool,
    rule: str,
    kind: str = "",
    ref: str = "",
    quantity: int = 1,
    reason: str = "",
    **who: Any,
) -> Any:
    evidence = [verbs.Evidence(kind, ref)] if kind and ref else []
    given: dict[str, Any] = {
        "rule": rule,
        "evidence": evidence,
        "quantity": quantity,
        "reason": reason,
        "key": f"desk:{uuid4()}",
    }
    whose = {"person_id": account.person_id} if account.person_id else {"unit_id": account.unit_id}
    return (verbs.deduct if takes else verbs.award)(**given, **whose, **who)
