"""Everything that can happen to accounts, posts and persons: the only code of this room that writes."""

from .accounts import create_account, disable_account, enable_account, new_password, unlock_account
from .bulk import NewPerson, bulk_people
from .carrying import carry_persons, carry_posts, carry_units, left_behind
from .codes import Sent, check_code, register_resident, send_code
from .copying import copy_person
from .demo import demo_account
from .doors import (
    end_other_sessions,
    end_session,
    next_step,
    set_ways,
    sign_in,
    sign_out,
    switch_post,
    tidy,
)
from .doubling import Compared, look_for_doubles, look_when_due, open_double, switch_search
from .factors import (
    check_factor,
    enrol_second_factor,
    renew_recovery_codes,
    reset_second_factor,
)
from .finding import Match, find_persons
from .first import first_administrators
from .forgetting import erase_person
from .keys import issue_key, revoke_key, rotate_key, touch_key
from .merging import aliases_of, keep_apart, merge_persons, part_again, standing_of
from .passwords import check_password, reset_password, set_password
from .persons import correct_person, move_household, move_in, register_person
from .posts import appoint, decide_appointment, end_post
from .reading import Card, Member, read_household, read_person, unmask
from .trust import act_for, end_proxy, give_consent, name_proxy, withdraw_consent
from .units import add_unit, close_unit, rename_unit

__all__ = [
    "Card",
    "Compared",
    "Match",
    "Member",
    "NewPerson",
    "Sent",
    "act_for",
    "add_unit",
    "aliases_of",
    "appoint",
    "bulk_people",
    "carry_persons",
    "carry_posts",
    "carry_units",
    "check_code",
    "check_factor",
    "check_password",
    "close_unit",
    "copy_person",
    "correct_person",
    "create_account",
    "decide_appointment",
    "demo_account",
    "disable_account",
    "enable_account",
    "end_other_sessions",
    "end_post",
    "end_proxy",
    "end_session",
    "enrol_second_factor",
    "erase_person",
    "find_persons",
    "first_administrators",
    "give_consent",
    "issue_key",
    "keep_apart",
    "left_behind",
    "look_for_doubles",
    "look_when_due",
    "merge_persons",
    "move_household",
    "move_in",
    "name_proxy",
    "new_password",
    "next_step",
    "open_double",
    "part_again",
    "read_household",
    "read_person",
    "register_person",
    "register_resident",
    "rename_unit",
    "renew_recovery_codes",
    "reset_password",
    "reset_second_factor",
    "revoke_key",
    "rotate_key",
    "send_code",
    "set_password",
    "set_ways",
    "sign_in",
    "sign_out",
    "standing_of",
    "switch_post",
    "switch_search",
    "tidy",
    "touch_key",
    "unlock_account",
    "unmask",
    "withdraw_consent",
]
