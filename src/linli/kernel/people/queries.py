"""Asking about people: who acts, in which post, and whom to turn to."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from linli.kernel.access import Actor, Role, Via
from linli.kernel.access.door import as_system

from .models import Account, Person, Post, Unit


def posts_of(account: Account, at: datetime) -> QuerySet[Post]:
    """The posts an account holds at a time, widest scope first."""
    return (
        Post.objects.filter(account=account, valid__contains=at)
        .select_related("unit")
        .order_by("place_code", "role", "id")
    )


def actor_in(account: Account, post: Post | None, *, via: Via = Via.WEB, address: str = "") -> Actor:
    """The actor an account is in one of its posts; a resident has none and acts as the person."""
    person_id = Person.objects.filter(account=account).values_list("id", flat=True).first()
    if post is None:
        role = Role.RESIDENT if account.kind == Account.Kind.RESIDENT else Role.ANONYMOUS
        return Actor(
            role=role,
            name=account.name,
            account_id=account.id,
            person_id=person_id,
            via=via,
            address=address,
        )
    return Actor(
        role=Role(post.role),
        scope=post.place_code,
        name=account.name,
        account_id=account.id,
        person_id=person_id,
        post_id=post.id,
        unit_id=post.unit_id,
        via=via,
        address=address,
    )


def unit_for(department: str, place_code: str, at: datetime) -> Unit | None:
    """The unit of a department nearest to a place in the tree: the longest scope that covers it."""
    covering = [place_code[:length] for length in range(2, len(place_code) + 1)]
    return (
        Unit.objects.filter(department=department, place_code__in=covering, valid__contains=at)
        .order_by("-place_code", "id")
        .first()
    )


def actor_of(account: Account, request: HttpRequest) -> Actor:
    """Who acts in a request: the account in the post its session chose, or in its first."""
    address = request.META.get("REMOTE_ADDR", "")
    with as_system():
        chosen = request.session.get("post")
        posts = list(posts_of(account, timezone.now()))
        post = next((p for p in posts if str(p.id) == chosen), posts[0] if posts else None)
        return actor_in(account, post, address=address)
