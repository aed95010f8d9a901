from django.db import migrations

# The system's eyes look no further. For others the account is looked up for the row that is asked for: OFFSET 0 keeps the
# planner from reading all accounts first, which for a page of a statement it does as soon as an account has many entries.
ACCOUNT = "(coalesce(current_setting('linli.sees', true), '') <> '*' AND EXISTS (SELECT FROM points_account a WHERE %s OFFSET 0))"
SEEN = {
    **dict.fromkeys(("entry", "lot", "told", "appeal"), "a.id = points_{0}.account_id"),
    "transfer": "a.id IN (points_{0}.source_id, points_{0}.target_id)",
}
POLICIES = [
    f"ALTER POLICY points_{room}_seen ON points_{room} USING {ACCOUNT % which.format(room)}" for room, which in SEEN.items()
] + [
    "ALTER POLICY points_lotmove_seen ON points_lotmove USING (coalesce(current_setting('linli.sees', true), '') <> '*'"
    " AND EXISTS (SELECT FROM points_lot l WHERE l.id = points_lotmove.lot_id OFFSET 0))"
]  # fmt: skip


class Migration(migrations.Migration):
    """Whether a row is seen is asked of its own account, and of no other."""

    dependencies = [("points", "0009_many")]
    operations = [migrations.RunSQL(policy, migrations.RunSQL.noop) for policy in POLICIES]
