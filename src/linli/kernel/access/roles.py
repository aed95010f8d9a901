"""Roles and what each may do: one table, read by every verb and shown to the security administrator.

The roles 系统管理员、安全管理员、审计管理员 are kept apart as graded protection (GB/T 22239, 三权分立) asks:
no one of them can see a matter, and none can do another's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    ANONYMOUS = "anonymous"
    RESIDENT = "resident"
    VOLUNTEER = "volunteer"
    PROXY = "proxy"
    GRID_WORKER = "grid_worker"
    SOCIAL_WORKER = "social_worker"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    UNIT_HEAD = "unit_head"
    DUTY_OFFICER = "duty_officer"
    LEADER = "leader"
    DATA_KEEPER = "data_keeper"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"
    BRANCH_SECRETARY = "branch_secretary"
    PARTNER = "partner"
    BOARD = "board"
    TV = "tv"
    SYSTEM = "system"


REPORTERS = frozenset({Role.RESIDENT, Role.VOLUNTEER, Role.PROXY})
"""Who reports and follows what is their own: a resident, or whom one named to act for them."""


class Sees(StrEnum):
    """How much of what lies in its scope a role sees; the value row level security compares."""

    NOTHING = ""
    OWN = "own"  # what this person reported or is named in
    UNIT = "unit"  # within the scope, what this unit leads or helps with
    PUBLIC = "public"  # within the scope, what may be shown to anybody
    PLACE = "place"  # everything within the scope
    THINGS = "things"  # within the scope the devices and what could not be read of them; no matter, no person
    AUDIT = "audit"  # every audit record, and nothing else
    ALL = "*"


_SEES = {
    Role.RESIDENT: Sees.OWN,
    Role.VOLUNTEER: Sees.OWN,
    Role.PROXY: Sees.OWN,
    Role.GRID_WORKER: Sees.PLACE,
    Role.SOCIAL_WORKER: Sees.PLACE,
    Role.DISPATCHER: Sees.PLACE,
    Role.HANDLER: Sees.UNIT,
    Role.UNIT_HEAD: Sees.UNIT,
    Role.BRANCH_SECRETARY: Sees.UNIT,
    Role.DUTY_OFFICER: Sees.PLACE,
    Role.LEADER: Sees.PLACE,
    Role.DATA_KEEPER: Sees.THINGS,
    Role.PARTNER: Sees.PUBLIC,
    Role.BOARD: Sees.PUBLIC,
    Role.TV: Sees.OWN,
    Role.AUDIT_ADMIN: Sees.AUDIT,
    Role.SYSTEM: Sees.ALL,
}


def sees_of(role: Role) -> Sees:
    return _SEES.get(role, Sees.NOTHING)


_REPORTER = frozenset(
    {
        "matters.open",
        "matters.answer",
        "matters.rate",
        "matters.reopen",
        "matters.withdraw",
        "files.store",
        "displays.bind",
        "points.own",
    }
)
_FIELD = frozenset({"matters.open", "matters.comment", "matters.verify", "matters.call_back", "files.store"})
_TRIAGE = frozenset(
    {
        "matters.accept",
        "matters.decline",
        "matters.reclassify",
        "matters.assign",
        "matters.ask",
        "matters.merge",
        "matters.unmerge",
        "matters.split",
        "matters.link",
        "matters.close",
        "matters.reopen",
        "matters.move",
        "matters.publish",
    }
)
_HANDLING = frozenset(
    {
        "matters.go",
        "matters.arrive",
        "matters.found",
        "matters.take",
        "matters.hand_over",
        "matters.give_back",
        "matters.ask",
        "matters.comment",
        "matters.pause",
        "matters.resume",
        "matters.ask_extension",
        "matters.ask_write_off",
        "matters.report_done",
        "matters.finish_part",
        "matters.reply_order",
        "files.store",
    }
)
_DECIDING = frozenset(
    {
        "matters.decide_extension",
        "matters.decide_write_off",
        "matters.supervise",
        "matters.settle_order",
        "matters.return_order",
        "matters.withdraw_order",
        "matters.urge_order",
        "matters.pass_order",
        "matters.reply_order",
        "files.store",
        "matters.pause",
        "matters.resume",
    }
)
# 台账: who may read and fill in what is known, who decides between sources and answers contests (docs/registers.md).
_BOOKS = frozenset({"registers.read", "registers.enter"})
_DECIDES = frozenset({"registers.read", "registers.decide"})
# 一表通: whoever asks for a table, whoever answers for what a neighbourhood's says (docs/reports.md).
_ASKS = frozenset({"reports.ask", "reports.read"})
_FILLS = frozenset({"reports.fill", "reports.read"})
_READING = frozenset({"matters.read", "places.read"})
_LOOKING = frozenset({"things.read", "warnings.read"})
_ON_DUTY = _LOOKING | {"warnings.answer", "things.install"}
_WATCHING = _ON_DUTY | {"warnings.close", "rules.read", "letters.read"}
# 值班: who is on duty, and being on it. 评价: figures of units and places. 通知, 屏, 应急, 大屏: see each room.
_STAFF = frozenset({"duty.read", "notices.read", "emergencies.read", "operations.read"})
_SERVING = _STAFF | {"duty.serve"}
_WRITING = frozenset({"notices.write", "displays.change"})
_COMMANDING = frozenset(
    {
        "duty.change",
        "notices.approve",
        "emergencies.command",
        "operations.change",
        "figures.read",
        "command.read",
        "datasets.read",
        "datasets.share",
    }
)
# 苗头: suggestions that a place be inspected; who decides may open the matter (docs/signs.md).
_SIGNS = frozenset({"signs.read", "signs.decide"})
# 积分: whoever decides about one's own appeal is another than who awarded or deducted (docs/points.md).
_AWARDING = frozenset({"points.read", "points.award", "points.deduct"})
_REVIEWING = frozenset({"points.read", "points.award", "points.review", "points.close", "points.settle"})
_COUNTER = frozenset(
    {"agreements.record", "people.read", "people.change", "people.unmask", "people.erase", "matters.redact"}
)
# 党组织书记: what is of the party the scene grants; here is what any unit does about its matters.
_UNIT_MATTERS = frozenset(
    {"matters.take", "matters.comment", "matters.ask_extension", "matters.report_done", "matters.reply_order"}
)
PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.ANONYMOUS: frozenset(),
    Role.RESIDENT: _REPORTER | {"matters.read", "people.read_self", "people.change_self", "registers.contest"},
    Role.VOLUNTEER: _REPORTER | {"matters.read", "people.read_self", "people.change_self", "registers.contest"},
    Role.PROXY: _REPORTER | {"matters.read"},
    Role.GRID_WORKER: _READING | _FIELD | _HANDLING | _ON_DUTY | _SERVING | _BOOKS,
    Role.SOCIAL_WORKER: _READING
    | _FIELD
    | _HANDLING
    | _TRIAGE
    | _COUNTER
    | _ON_DUTY
    | _SERVING
    | _WRITING
    | _SIGNS
    | _BOOKS
    | _DECIDES
    | _FILLS
    | {"registers.change"}
    | _AWARDING
    | {"matters.export", "figures.read"},
    Role.DISPATCHER: _READING
    | _FIELD
    | _TRIAGE
    | _WATCHING
    | _SERVING
    | {"matters.comment", "matters.export", "matters.import", "figures.read", "command.read"},
    Role.HANDLER: _READING | _HANDLING | _ON_DUTY | _SERVING | {"matters.open", "points.till"},
    Role.UNIT_HEAD: _READING
    | _HANDLING
    | _ON_DUTY
    | _SERVING
    | {"matters.open", "matters.export", "duty.change", "figures.read", "matters.pass_order", "points.till"},
    Role.DUTY_OFFICER: _READING
    | _FIELD
    | _TRIAGE
    | _DECIDING
    | _WATCHING
    | _SERVING
    | _WRITING
    | _COMMANDING
    | _SIGNS
    | _DECIDES
    | _ASKS
    | {"registers.change"}
    | _REVIEWING
    | {"signs.change"}
    | {"matters.export", "matters.import", "rules.tune", "letters.replay", "things.change"},
    Role.LEADER: _READING
    | _DECIDING
    | _LOOKING
    | _STAFF
    | _COMMANDING
    | _ASKS
    | {"signs.read", "registers.read"}
    | _REVIEWING
    | {"rules.read", "matters.comment", "matters.export", "figures.change"},
    Role.DATA_KEEPER: frozenset(
        {
            "places.read",
            "places.change",
            "clock.change",
            "kinds.change",
            "matters.import",
            "people.import",
            "people.change",
            "units.change",
            "things.read",
            "things.change",
            "things.install",
            "things.keys",
            "rules.read",
            "letters.read",
            "letters.replay",
            "displays.change",
            "datasets.read",
            "datasets.change",
            "registers.change",
        }
    ),
    Role.SYSTEM_ADMIN: frozenset({"accounts.change", "units.change", "posts.change", "posts.end", "system.check"}),
    Role.SECURITY_ADMIN: frozenset(
        {"posts.approve", "posts.end", "keys.change", "accounts.unlock", "accounts.disable", "access.read"}
    ),
    Role.AUDIT_ADMIN: frozenset({"audit.read"}),
    Role.BRANCH_SECRETARY: _READING | _UNIT_MATTERS | {"files.store", "notices.read"},
    Role.PARTNER: frozenset({"matters.open", "matters.read", "things.read", "points.till"}),
    # A screen on a wall or in a living room looks, and does nothing.
    Role.BOARD: frozenset(),
    Role.TV: frozenset(),
    Role.SYSTEM: frozenset({"*"}),
}


def grant(granted: Mapping[str, Iterable[str]]) -> None:
    """What a scene lets roles do about its own nouns, beside the table above. Once, when an installation starts.

    Raises ValueError for a role there is none of.
    """
    for role, permissions in granted.items():
        PERMISSIONS[Role(role)] |= frozenset(permissions)
