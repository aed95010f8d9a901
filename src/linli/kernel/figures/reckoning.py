"""Turns and assignments as they follow from matters, their steps and their records: SQL, for a few matters or for all.

What a record *says* may have been erased (a reporter asked to be forgotten); that a verb happened, and when, stays.
So a turn before a reopening is read from what the reopening's record says it ended; where that was erased, from the
turn as it was kept before. What the matter's own row and its steps say is never erased.
"""

from __future__ import annotations

TURN = (
    "matter_id", "turn", "kind", "place_code", "unit_id", "from_at", "ended_at", "ending", "answer_due", "answered_at",
    "answer", "finish_due", "done_at", "finish", "extended", "supervised", "again", "asked", "rating", "again_by",
)  # fmt: skip
PART = ("id", "matter_id", "kind", "place_code", "unit_id", "at", "returned")

# What a reopening ended, oldest first. An alarm that came again opened a matter only when it says so.
_BEFORE = """
SELECT r.stream_seq, r.id, r.happened_at, r.erased_at IS NULL AND r.before ? 'ended_at' AS told, r.before, k AS kept
FROM audit_record r
LEFT JOIN figures_turn k ON k.matter_id = m.id AND k.again_by = r.id
WHERE r.stream = 'matter:' || m.id::text
  AND (r.verb = 'matters.reopen' OR r.verb = 'matters.alarm_again' AND (r.before ? 'ended_at' OR k.again_by IS NOT NULL))
"""
# How the turn before ended when nothing else tells: the last verb that ended it, which no erasure takes away.
_ENDED = """
SELECT e.happened_at, e.verb FROM audit_record e
WHERE e.stream = 'matter:' || m.id::text AND e.stream_seq < b.stream_seq AND e.verb IN ('matters.close', 'matters.decline')
ORDER BY e.stream_seq DESC LIMIT 1
"""
_PAST = f"""
SELECT m.id AS matter_id, row_number() OVER one - 1 AS turn, m.kind, m.place_code,
  coalesce((SELECT a.unit_id FROM matters_assignment a WHERE a.matter_id = m.id AND a.part = 'lead'
     AND a.assigned_at <= b.happened_at AND (a.given_back_at IS NULL OR a.given_back_at > b.happened_at)
     AND (a.replaced_at IS NULL OR a.replaced_at > b.happened_at) ORDER BY a.assigned_at DESC LIMIT 1),
    m.lead_unit_id) AS unit_id,
  coalesce(lag(b.happened_at) OVER one, m.opened_at) AS from_at,
  CASE WHEN b.told THEN (b.before->>'ended_at')::timestamptz ELSE coalesce((b.kept).ended_at, e.happened_at, b.happened_at)
    END AS ended_at,
  CASE WHEN b.told THEN b.before->>'state'
    ELSE coalesce((b.kept).ending, CASE e.verb WHEN 'matters.close' THEN 'closed' WHEN 'matters.decline' THEN 'declined' END,
      '') END AS ending,
  CASE WHEN NOT b.told AND b.kept IS NOT NULL THEN (b.kept).answered_at
    WHEN b.told AND b.before ? 'answered_at' THEN (b.before->>'answered_at')::timestamptz
    ELSE m.answered_at END AS answered_at,
  CASE WHEN b.told THEN (b.before->>'finish_due')::timestamptz ELSE (b.kept).finish_due END AS finish_due,
  CASE WHEN b.told THEN (b.before->>'done_at')::timestamptz ELSE (b.kept).done_at END AS done_at,
  CASE WHEN b.told THEN (b.before->>'rating')::smallint ELSE (b.kept).rating END AS rating,
  m.answer_due, m.source, m.reporter_id, m.reporter_left_at, NULL::timestamptz AS paused_at, m.extended AS granted,
  m.ever_late, true AS again, b.id AS again_by, b.happened_at AS next_from
FROM matters_matter m CROSS JOIN LATERAL ({_BEFORE}) b LEFT JOIN LATERAL ({_ENDED}) e ON NOT b.told
WHERE m.reopened > 0 AND {{where}}
WINDOW one AS (PARTITION BY m.id ORDER BY b.stream_seq)
"""  # noqa: S608 - made of our own constants
_PRESENT = """
SELECT m.id AS matter_id, coalesce(l.turns, 0) AS turn, m.kind, m.place_code, m.lead_unit_id AS unit_id,
  coalesce(l.last, m.opened_at) AS from_at, m.ended_at, CASE WHEN m.ended_at IS NULL THEN '' ELSE m.state END AS ending,
  m.answered_at, m.finish_due, m.done_at, m.rating, m.answer_due, m.source, m.reporter_id, m.reporter_left_at,
  m.paused_at, m.extended AS granted, m.ever_late, false AS again, NULL::uuid AS again_by, NULL::timestamptz AS next_from
FROM matters_matter m
LEFT JOIN (SELECT matter_id, count(*)::int AS turns, max(next_from) AS last FROM past GROUP BY matter_id) l
  ON l.matter_id = m.id
WHERE {where}
"""
# A promise: kept in time; ended otherwise before its date, which nobody is blamed for; standing still; late; or open.
_FATE = (
    "CASE WHEN {due} IS NULL THEN '' WHEN {kept} <= {due} THEN 'in' WHEN {kept} IS NULL AND r.ended_at <= {due} THEN 'out'"
    " WHEN {kept} IS NULL AND r.ended_at IS NULL AND r.paused_at <= {due} THEN 'held'"
    " WHEN {kept} IS NOT NULL OR r.ended_at IS NOT NULL THEN 'late' ELSE 'open' END"
)
_DONE = "coalesce(r.done_at, CASE WHEN r.ending = 'closed' THEN r.ended_at END)"
_ANSWER_DUE = "CASE WHEN r.turn = 0 AND r.source <> 'reading' THEN r.answer_due END"
_WITHIN = "{at} >= r.from_at AND ({at} <= r.ended_at OR r.ended_at IS NULL)"

TURNS = f"""
WITH past AS MATERIALIZED ({_PAST}), present AS ({_PRESENT}),
r AS (SELECT * FROM past UNION ALL SELECT * FROM (SELECT
  matter_id, turn, kind, place_code, unit_id, from_at, ended_at, ending, answered_at, finish_due, done_at, rating, answer_due,
  source, reporter_id, reporter_left_at, paused_at, granted, ever_late, again, again_by, next_from FROM present) p)
SELECT r.matter_id, r.turn::smallint, r.kind, r.place_code, r.unit_id, r.from_at,
  greatest(r.ended_at, CASE WHEN r.ended_at IS NOT NULL THEN r.from_at END) AS ended_at, r.ending,
  {_ANSWER_DUE} AS answer_due, CASE WHEN {_ANSWER_DUE} IS NOT NULL THEN r.answered_at END AS answered_at,
  {_FATE.format(due=_ANSWER_DUE, kept="r.answered_at")} AS answer,
  r.finish_due, {_DONE} AS done_at, {_FATE.format(due="r.finish_due", kept=_DONE)} AS finish,
  r.granted > 0 AND EXISTS (SELECT FROM matters_request q WHERE q.matter_id = r.matter_id AND q.what = 'extension'
    AND q.granted AND {_WITHIN.format(at="q.decided_at")}) AS extended,
  EXISTS (SELECT FROM matters_order o WHERE o.matter_id = r.matter_id AND NOT o.withdrawn AND {_WITHIN.format(at="o.ordered_at")})
    AS supervised,
  r.again, r.ending = 'closed' AND (r.reporter_id IS NOT NULL OR coalesce(r.reporter_left_at >= r.ended_at, false) OR r.rating IS NOT NULL)
    AS asked,
  r.rating, r.again_by
FROM r
"""  # noqa: S608 - made of our own constants
PARTS = """
SELECT a.id, a.matter_id, m.kind, m.place_code, a.unit_id, a.assigned_at AS at, a.given_back_at IS NOT NULL AS returned
FROM matters_assignment a JOIN matters_matter m ON m.id = a.matter_id WHERE a.part = 'lead' AND {where}
"""
