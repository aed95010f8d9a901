"""Who reads the audit records after they are committed. Order does not matter: each has its own cursor."""

from linli.kernel.audit.followers import Follower
from linli.kernel.matters.endings import tell_duplicates
from linli.kernel.matters.forgetting import erase_owed
from linli.kernel.triage.forgotten import drop_sheets
from linli.kernel.triage.learning import FOLLOWER, note_decisions

from .recoding import RECODINGS

FOLLOWERS = (
    Follower("matters.duplicates", tell_duplicates),
    Follower("matters.words", erase_owed),
    Follower(FOLLOWER, note_decisions),
    Follower("triage.sheets", drop_sheets),
    RECODINGS,
)
