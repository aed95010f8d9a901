"""What a form of the phone asks for: one verb of a few, by the button that was pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from linli.kernel.access import Invalid, Refused

Doing = Callable[[HttpRequest], str]


def done(
    request: HttpRequest, doings: Mapping[str, Doing], back: str = ""
) -> tuple[HttpResponse | None, Refused | None]:
    """Do what a form asks by its `act`: a redirect to `back` (else this page) that says what was done, or why it was not.

    Also what is not found is said on the page that sent it, where everything typed still stands; a page that is itself of
    something gone says so when it is drawn. An act nobody knows comes from a page older than this release.
    """
    if request.method != "POST":
        return None, None
    doing = doings.get(request.POST.get("act", ""))
    try:
        if doing is None:
            raise Invalid(_("请刷新页面再试。"))
        messages.success(request, doing(request))
    except Refused as refused:
        return None, refused
    return HttpResponseRedirect(back or request.path, status=303), None
