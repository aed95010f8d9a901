from django.db import migrations

SQL = """
ALTER TABLE figures_{0} ENABLE ROW LEVEL SECURITY;
ALTER TABLE figures_{0} FORCE ROW LEVEL SECURITY;
CREATE POLICY figures_{0}_kept ON figures_{0} USING (current_setting('linli.sees', true) = '*') WITH CHECK (true);
"""


class Migration(migrations.Migration):
    """What is kept is for the queries of this room alone, which ask for no more than a scope holds; no other
    connection sees a row. The matters behind a figure are shown with the reader's own eyes."""

    dependencies = [("figures", "0001_turns")]
    operations = [migrations.RunSQL(SQL.format(table), "SELECT 1") for table in ("turn", "part", "cell")]
