"""What an organisation owes when, by the rules or what its place says instead."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from .. import cadence
from ..models import Cadence, Kind, Member, Organisation, Term

FOR = {
    "assembly": Kind.BRANCH,
    "committee": Kind.BRANCH,
    "group": Kind.GROUP,
    "lecture": Kind.BRANCH,
    "theme": Kind.BRANCH,
}


def cadences() -> list[tuple[str, str, str, int, date]]:
    return list(Cadence.objects.values_list("place_code", "kind", "every", "times", "since"))


def owed_by(organisation: Organisation, on: date) -> dict[str, cadence.Owed]:
    """What an organisation owes on a day, by kind of meeting. One query."""
    owed = cadence.owed_at(organisation.place_code, cadences(), on)
    return {kind: one for kind, one in owed.items() if FOR[kind] == organisation.kind}


def can_meet(organisations: list[Organisation]) -> dict[str, set[object]]:
    """By kind, the organisations that have somebody to meet: a branch without a committee owes no 支委会 (fewer than seven
    members need none), a group without members no 党小组会. Two queries; with the system's eyes."""
    members = Member.objects.filter(gone_on=None, stage__in=("probationary", "full"))
    branches = set(members.values_list("branch_id", flat=True))
    groups = set(members.exclude(group=None).values_list("group_id", flat=True))
    seats = Term.objects.filter(ended_on=None, organisation__in=organisations).annotate(seats=Count("offices"))
    led = set(seats.filter(seats__gte=3).values_list("organisation_id", flat=True))
    return {
        "assembly": branches,
        "lecture": branches,
        "theme": branches,
        "group": groups,
        "committee": led & branches,
    }


def cadence_at(place_code: str, on: date) -> tuple[dict[str, cadence.Owed], list[Cadence]]:
    """What is owed at a place by kind (those that are owed no times left out), and every row that bears on it: said above it,
    at it or beneath it. Two queries."""
    rows = list(Cadence.objects.order_by("place_code", "kind"))
    bears = [row for row in rows if place_code.startswith(row.place_code) or row.place_code.startswith(place_code)]
    return cadence.owed_at(place_code, cadences(), on), bears
