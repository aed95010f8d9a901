"""Who reads the audit records after they are committed. Order does not matter: each has its own cursor."""

from linli.kernel.audit.followers import Follower
from linli.kernel.matters.endings import tell_duplicates
from linli.kernel.triage.learning import FOLLOWER, note_decisions

FOLLOWERS = (
    Follower("matters.duplicates", tell_duplicates),
    Follower(FOLLOWER, note_decisions),
)
