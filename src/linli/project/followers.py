"""Who reads the audit records after they are committed. Order does not matter: each has its own cursor."""

from linli.kernel.audit.followers import Follower
from linli.kernel.displays import verbs as displays
from linli.kernel.figures import verbs as figures
from linli.kernel.matters import endings, forgetting
from linli.kernel.registers import verbs as registers
from linli.kernel.signs import verbs as signs
from linli.kernel.things import homes
from linli.kernel.triage import forgotten, learning

from .alarms import end_retired
from .merits import MERITS
from .recoding import RECODINGS

FOLLOWERS = (
    Follower("matters.duplicates", endings.TELLS, endings.tell_duplicates),
    Follower("matters.warnings", endings.ENDS, endings.end_warnings),
    Follower("readings.retired", frozenset({"things.retire"}), end_retired),
    Follower("matters.words", forgetting.ENDS, forgetting.erase_owed),
    Follower("things.homes", homes.MOVES, homes.end_left),
    Follower("displays.homes", displays.MOVES, displays.follow_homes),
    Follower("registers.homes", registers.MOVES, registers.follow_homes),
    Follower("triage.sheets", forgotten.FORGETS, forgotten.drop_sheets),
    RECODINGS,
    MERITS,
    Follower("figures.turns", figures.FOLLOWS, figures.follow),
    Follower("signs.outcomes", signs.FOLLOWS, signs.follow),
)
DECISIONS = Follower(learning.FOLLOWER, learning.DECIDES, learning.note_decisions)
"""Read beside the others: what would have been suggested takes a model, and nobody waits for it."""
