from django.db import migrations

SQL = """
SELECT set_config('linli.sees', '*', true);
DELETE FROM triage_topicsheet;
"""


class Migration(migrations.Migration):
    """A sheet is a copy that anybody can have computed again; those from before say less than the page shows now."""

    dependencies = [("triage", "0003_beginning")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
