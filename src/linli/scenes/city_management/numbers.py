"""Times and reasons that several kinds share.

All numbers of this scene are an example that a place changes (desk, 事项时限). They follow the manner of the
field: grades 一般、紧急、非常紧急 and times counted in working or calendar hours as street centres use them,
and for the hotline one county's published practice (晴隆县, news.cn 2023: signed for within 2 hours; inquiry
1, help and suggestion 5, complaint and whistleblowing 10 working days). They quote no national standard.
"""

from linli.kernel.declare import Span, Urgency, hours, minutes, working_days, working_hours

Faster = tuple[tuple[Urgency, Span, Span], ...]

ANSWER = working_hours(2)
ANSWER_AT_ONCE = minutes(30)

# What is quicker when the report is grave. A street is swept or closed off within hours; an inquiry of an
# enforcement department needs days even when it is urgent.
DANGER: Faster = (
    (Urgency.URGENT, minutes(30), hours(4)),
    (Urgency.CRITICAL, minutes(15), hours(2)),
)
SAME_DAY: Faster = (
    (Urgency.URGENT, hours(1), hours(12)),
    (Urgency.CRITICAL, minutes(30), hours(4)),
)
ENFORCED: Faster = (
    (Urgency.URGENT, hours(1), working_days(1)),
    (Urgency.CRITICAL, minutes(30), hours(8)),
)
HOTLINE: Faster = (
    (Urgency.URGENT, hours(1), working_days(1)),
    (Urgency.CRITICAL, minutes(15), hours(4)),
)

# Every kind can end for these; the first words of a kind's reasons are what its department does.
ANY = ("not-found", "too-vague", "not-ours", "in-procedure")

REPAIRED = ("repaired", "made-safe", "planned", *ANY)
CLEANED = ("cleaned", "owner-cleans", *ANY)
CORRECTED = ("corrected", "persuaded", "case-filed", *ANY)
MEDIATED = ("mediated", "explained", "refused-mediation", *ANY)
ANSWERED = ("answered", "solved", "explained", *ANY)
