"""What can happen in party building. Only these write."""

from .members import (
    correct_member,
    end_membership,
    enter_stage,
    extend_probation,
    place_in_group,
    register_member,
)
from .organising import dissolve_organisation, elect, found_organisation, put_off_election
from .reading import read_member, read_roll, unmask_member
from .transfers import expire_letters, open_transfer, receive, send_back, take_back

__all__ = [
    "correct_member",
    "dissolve_organisation",
    "elect",
    "end_membership",
    "enter_stage",
    "expire_letters",
    "extend_probation",
    "found_organisation",
    "open_transfer",
    "place_in_group",
    "put_off_election",
    "read_member",
    "read_roll",
    "receive",
    "register_member",
    "send_back",
    "take_back",
    "unmask_member",
]
