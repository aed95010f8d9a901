"""Staff come in: user name and password, then the second factor. The first page is everybody's."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from linli.kernel.access import Refused
from linli.kernel.people import totp, verbs
from linli.kernel.people.backend import Backend
from linli.kernel.people.models import Account

from .. import entry, pending
from . import residents
from .common import page


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Two ways in on one page: residents by phone, staff by user name."""
    after = pending.keep_next(request)
    if request.method != "POST":
        known = {name: request.GET.get(name, "")[:64] for name in ("username", "phone")}
        return _sign_in_page(request, request.GET.get("as", "resident"), after, **known)
    if after:
        pending.remember(request, "next", after)
    if request.POST.get("as") != "staff":
        return residents.send(request)
    return _check_password(request, after)


def _check_password(request: HttpRequest, after: str) -> HttpResponse:
    at, door = timezone.now(), entry.at_door(request)
    username = request.POST.get("username", "")
    try:
        account = verbs.check_password(by=door, at=at, username=username, password=request.POST.get("password", ""))
        if not verbs.next_step(account):
            verbs.sign_in(by=door, at=at, account_id=account.id, how="password", device=entry.device(request))
    except Refused as refused:
        return _sign_in_page(request, "staff", after, refused, username=username)
    return entry.next_page(request, account)


def _sign_in_page(
    request: HttpRequest, side: str, after: str, refused: Refused | None = None, **typed: str
) -> HttpResponse:
    side = "staff" if side == "staff" else "resident"
    tail = f"&{urlencode({'next': after})}" if after else ""
    typed = {"username": "", "phone": "", **typed}
    return page(request, "signin", refused, side=side, after=after, tail=tail, **typed)


@never_cache
def factor(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the authenticator, or a recovery code."""
    account_id = pending.proved(request, "factor")
    if account_id is None:
        return _again()
    if request.method != "POST":
        return page(request, "factor")
    try:
        account = verbs.check_factor(
            by=entry.at_door(request),
            at=timezone.now(),
            account_id=account_id,
            code=request.POST.get("code", ""),
            device=entry.device(request),
        )
    except Refused as refused:
        return page(request, "factor", refused)
    return _after_factor(request, account)


@never_cache
def enrol(request: HttpRequest) -> HttpResponse:
    """Bind an authenticator at the first sign-in; the recovery codes are shown once."""
    account = _account(pending.proved(request, "enrol"))
    if account is None:
        return _again()
    secret = pending.recall(request, "secret") or totp.new_secret()
    pending.remember(request, "secret", secret)
    if request.method != "POST":
        return _enrol_page(request, account, secret)
    try:
        account, codes = verbs.enrol_second_factor(
            by=entry.at_door(request, account),
            at=timezone.now(),
            account_id=account.id,
            secret=secret,
            code=request.POST.get("code", ""),
            entering=entry.device(request),
        )
    except Refused as refused:
        return _enrol_page(request, account, secret, refused)
    onward = _after_factor(request, account)
    return page(request, "recovery", codes=codes, onward=onward["Location"])


def _enrol_page(
    request: HttpRequest, account: Account, secret: str, refused: Refused | None = None
) -> HttpResponse:
    uri = totp.provisioning_uri(secret, account=account.username, issuer="邻里 Linli")
    picture = segno.make(uri, error="m").svg_inline(scale=5, border=2, dark="#1c2430", light="#ffffff")
    grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return page(request, "enrol", refused, picture=picture, secret=grouped, uri=uri)


@never_cache
@sensitive_post_parameters("password", "current")
def password(request: HttpRequest) -> HttpResponse:
    """Change the password: by will when signed in, by duty when somebody else chose it."""
    account = _account(pending.proved(request, "password"))
    owing = account is not None
    account = account or _account(request.actor.account_id)
    if account is None or not account.is_staff:
        return _again()
    if request.method != "POST":
        return page(request, "password", owing=owing)
    try:
        account = verbs.set_password(
            by=entry.at_door(request, account),
            at=timezone.now(),
            account_id=account.id,
            password=request.POST.get("password", ""),
            current=None if owing else request.POST.get("current", ""),
            session=request.session.session_key,
        )
    except Refused as refused:
        return page(request, "password", refused, owing=owing)
    if owing:
        return entry.let_in(request, account)
    entry.begin_session(request, account)
    return HttpResponseRedirect(reverse("door:me"))


def _after_factor(request: HttpRequest, account: Account) -> HttpResponse:
    if account.must_change_password:
        pending.owe(request, account.id, "password")
        return HttpResponseRedirect(reverse("door:password"))
    return entry.let_in(request, account)


def _account(account_id: UUID | None) -> Account | None:
    return Backend().get_user(str(account_id)) if account_id else None


def _again() -> HttpResponse:
    return HttpResponseRedirect(reverse("door:signin") + "?as=staff")
