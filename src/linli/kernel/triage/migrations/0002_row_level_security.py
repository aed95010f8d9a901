from django.db import migrations

SQL = """
ALTER TABLE triage_{0} ENABLE ROW LEVEL SECURITY;
ALTER TABLE triage_{0} FORCE ROW LEVEL SECURITY;
CREATE POLICY triage_{0}_seen ON triage_{0} FOR SELECT USING (linli_sees(place_code, '{{}}', '{{}}'));
CREATE POLICY triage_{0}_written ON triage_{0} USING (current_setting('linli.sees', true) = '*');
"""


class Migration(migrations.Migration):
    """Decisions and topics are seen by whoever sees every matter of the place, and written by the house alone."""

    dependencies = [("triage", "0001_initial"), ("audit", "0001_audit")]
    operations = [migrations.RunSQL(SQL.format(table), "SELECT 1") for table in ("decision", "topicsheet")]
