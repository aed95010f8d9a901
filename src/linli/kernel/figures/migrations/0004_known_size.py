from django.db import migrations

ASKED_ONCE = (
    "ALTER POLICY figures_{0}_kept ON figures_{0} USING ((SELECT current_setting('linli.sees', true) = '*'));"
)
ASKED_OF_EACH = "ALTER POLICY figures_{0}_kept ON figures_{0} USING (current_setting('linli.sees', true) = '*');"


class Migration(migrations.Migration):
    """Whether the reader is the system is asked once, not of every row. The planner took the comparison to leave one row
    of two hundred, and sorted on disk what it could have counted by hashing."""

    dependencies = [("figures", "0003_reports")]
    operations = [
        migrations.RunSQL(ASKED_ONCE.format(table), ASKED_OF_EACH.format(table))
        for table in ("turn", "part", "cell")
    ]
