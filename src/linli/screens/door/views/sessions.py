"""Where one is signed in, and leaving."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from linli.kernel.people import queries, verbs
from linli.kernel.sealed import fingerprint

from .common import page, signed_in


@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    """The list; ending one, or all but this one."""
    at, here = timezone.now(), request.session.session_key or ""
    if request.method == "POST":
        wanted = request.POST.get("session", "")
        if wanted:
            verbs.end_session(by=request.actor, at=at, session=_key_of(request, wanted, here))
        else:
            verbs.end_other_sessions(by=request.actor, at=at, session=here)
        return HttpResponseRedirect(reverse("door:sessions"))
    rows = queries.sessions_of(request.actor.account_id, here=here, at=at)
    return page(request, "sessions", sessions=[(_handle(row.key), row) for row in rows])


@signed_in
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask, then leave: a link alone must not sign anybody out."""
    if request.method != "POST":
        return page(request, "signout")
    verbs.sign_out(by=request.actor, at=timezone.now())
    request.session.flush()
    return HttpResponseRedirect(reverse("door:signin"))


def _handle(key: str) -> str:
    """What stands in the page for a session: whoever reads the page must not come to hold its key."""
    return fingerprint(f"session:{key}").hex()[:24]


def _key_of(request: HttpRequest, handle: str, here: str) -> str:
    rows = queries.sessions_of(request.actor.account_id, here=here, at=timezone.now())
    return next((row.key for row in rows if _handle(row.key) == handle), "")
