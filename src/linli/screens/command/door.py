"""Who may stand before a wall: whoever commands a place, and sees that place and what lies beneath."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from linli.kernel.access import Actor, Role, require

View = Callable[..., HttpResponse]


def for_command(view: View) -> View:
    """Only who holds command.read sees this, and of a place (`code`) only who has it in scope."""

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor
        if actor.role == Role.ANONYMOUS and actor.account_id is None:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL + "?as=staff")
        require(actor, "command.read", kwargs.get("code"))
        return view(request, *args, **kwargs)

    return look
