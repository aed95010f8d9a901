from django.db import migrations

SQL = """
CREATE POLICY matters_matter_public ON matters_matter FOR SELECT
  USING (current_setting('linli.sees', true) = 'public' AND public AND state <> 'withdrawn'
         AND current_setting('linli.scope', true) <> '' AND starts_with(place_code, current_setting('linli.scope', true)));
"""


class Migration(migrations.Migration):
    """A partner of a gateway sees, within its place, what may be shown to anybody."""

    dependencies = [("matters", "0003_search")]
    operations = [migrations.RunSQL(SQL, "SELECT 1")]
