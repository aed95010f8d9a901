"""Going in and out: what is written down when somebody signs in, signs out, or ends a session elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, NotAllowed, NotFound

from ..models import Account, OneTimeCode, Post, Session, Tally
from .common import act, end_sessions, locked_account, stream_of, themselves


def enter(account: Account, *, by: Actor, at: datetime, how: str, device: str) -> None:
    """Part of the verbs that prove somebody: the record of the sign-in, and its time on the account."""
    account.last_login = at
    account.save(update_fields=["last_login"])
    actor = themselves(by, account)
    audit.append(
        by=actor,
        at=at,
        verb="people.sign_in",
        stream=stream_of(account.id),
        person_ids=[actor.person_id] if actor.person_id else [],
        after={"how": how, "device": device},
    )


def sign_in(*, by: Actor, at: datetime, account_id: UUID, how: str, device: str = "") -> Account:
    """Record the sign-in of an account that owes nothing more: in the demo, one without a second factor.

    Raises NotAllowed for an account that still owes its second factor.
    """
    with act():
        account = locked_account(account_id)
        if not account.is_active or next_step(account) not in ("", "password"):
            raise NotAllowed(_("请先完成第二步验证。"))
        enter(account, by=by, at=at, how=how, device=device)
    return account


def next_step(account: Account) -> str:
    """What a staff account whose password is proved still owes: "factor", "enrol", "password" or nothing."""
    if account.kind != Account.Kind.STAFF:
        return ""
    if account.has_factor:
        return "factor"
    if not (account.factor_waived and settings.DEMO):
        return "enrol"
    return "password" if account.must_change_password else ""


def sign_out(*, by: Actor, at: datetime) -> None:
    """Record that somebody left; the screen ends the session itself."""
    if by.account_id is None:
        return
    with act():
        _record(by, at, "sign_out", None)


def end_session(*, by: Actor, at: datetime, session: str) -> None:
    """End one of one's own sessions. Raises NotFound for anybody else's."""
    with act():
        row = Session.objects.filter(session_key=session).first()
        if row is None or row.account_id is None or row.account_id != by.account_id:
            raise NotFound(_("没有这个登录。"))
        row.delete()
        _record(by, at, "end_session", {"device": row.device, "address": row.address})


def end_other_sessions(*, by: Actor, at: datetime, session: str) -> int:
    """End all of one's own sessions but this one; returns how many."""
    if by.account_id is None:
        raise NotAllowed(_("请先登录。"))
    with act():
        count = end_sessions(by.account_id, keep=session)
        _record(by, at, "end_session", {"count": count})
    return count


def switch_post(*, by: Actor, at: datetime, post_id: UUID) -> Post:
    """Work in another of one's posts from now on; the screen remembers it in the session."""
    with act():
        post = Post.objects.filter(pk=post_id, valid__contains=at).first()
        if post is None or post.account_id != by.account_id:
            raise NotFound(_("您没有这个岗位，或者它已经到期。"))
        before = {"post": str(by.post_id) if by.post_id else None}
        after = {"post": str(post.id), "role": post.role, "place_code": post.place_code}
        _record(by, at, "switch_post", after, before=before)
    return post


def set_ways(
    *, by: Actor, at: datetime, language: str | None = None, large_type: bool | None = None
) -> Account | None:
    """How somebody likes to read: language and large type. Nothing for whoever has no account."""
    if by.account_id is None:
        return None
    with act():
        account = locked_account(by.account_id)
        before = {"language": account.language, "large_type": account.large_type}
        account.language = language or account.language
        account.large_type = account.large_type if large_type is None else large_type
        after = {"language": account.language, "large_type": account.large_type}
        if before != after:
            account.save(update_fields=["language", "large_type"])
            _record(by, at, "set_ways", after, before=before)
    return account


def tidy(*, at: datetime) -> int:
    """Forget what is past its time: ended sessions, old tallies and codes. For the worker, daily."""
    with act():
        past = Session.objects.filter(expire_date__lt=at).delete()[0]
        past += Tally.objects.filter(since__lt=at - timedelta(days=2)).delete()[0]
        past += OneTimeCode.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()[0]
    return past


def _record(
    by: Actor,
    at: datetime,
    verb: str,
    after: Mapping[str, object] | None,
    *,
    before: Mapping[str, object] | None = None,
) -> None:
    assert by.account_id is not None
    audit.append(
        by=by,
        at=at,
        verb=f"people.{verb}",
        stream=stream_of(by.account_id),
        person_ids=[by.person_id] if by.person_id and not by.on_behalf else [],
        before=before,
        after=after,
    )
