"""Which of one's posts one works in."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from linli.kernel.access import NotFound
from linli.kernel.clock.now import now
from linli.kernel.people import queries, verbs
from linli.kernel.people.backend import Backend
from linli.kernel.people.words import role_word
from linli.kernel.places.queries import label

from .. import pending
from .common import page, signed_in


@signed_in
def post(request: HttpRequest) -> HttpResponse:
    """The list of one's posts; choosing one changes what one may do and see, at once."""
    if request.method == "POST":
        chosen = verbs.switch_post(by=request.actor, at=now(), post_id=_uuid(request.POST.get("post", "")))
        request.session["post"] = str(chosen.id)
        request.session.pop("actor", None)
        return HttpResponseRedirect(pending.keep_next(request) or pending.home_of("staff"))
    account = Backend().get_user(str(request.actor.account_id))
    held = [
        {
            "id": post.id,
            "title": post.title or role_word(post.role),
            "role": role_word(post.role),
            "unit": post.unit.name if post.unit else "",
            "place": label(post.place_code),
            "current": post.id == request.actor.post_id,
        }
        for post in (queries.posts_of(account, now()) if account else [])
    ]
    return page(request, "post", posts=held, after=pending.keep_next(request))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(_("没有这个岗位。")) from None
