from django.db import migrations

MATTER = """
ALTER TABLE matters_matter ENABLE ROW LEVEL SECURITY;
ALTER TABLE matters_matter FORCE ROW LEVEL SECURITY;
CREATE POLICY matters_matter_seen ON matters_matter FOR SELECT
  USING (linli_sees(place_code, unit_ids, person_ids));
CREATE POLICY matters_matter_add ON matters_matter FOR INSERT WITH CHECK (true);
CREATE POLICY matters_matter_change ON matters_matter FOR UPDATE
  USING (linli_sees(place_code, unit_ids, person_ids)) WITH CHECK (true);
CREATE POLICY matters_matter_remove ON matters_matter FOR DELETE
  USING (current_setting('linli.sees', true) = '*');
CREATE SEQUENCE matters_number AS bigint CACHE 16;
"""

STEP = """
ALTER TABLE matters_{0} ENABLE ROW LEVEL SECURITY;
ALTER TABLE matters_{0} FORCE ROW LEVEL SECURITY;
CREATE POLICY matters_{0}_seen ON matters_{0}
  USING (current_setting('linli.sees', true) = '*'
         OR EXISTS (SELECT FROM matters_matter m WHERE m.id = matters_{0}.matter_id)) WITH CHECK (true);
"""

STEPS = ("assignment", "question", "pause", "request", "order", "link", "attachment")


class Migration(migrations.Migration):
    """The second lock: a step of a matter is seen by whoever sees the matter."""

    dependencies = [("matters", "0001_initial"), ("people", "0002_row_level_security")]
    operations = [
        migrations.RunSQL(MATTER, "SELECT 1"),
        *[migrations.RunSQL(STEP.format(step), "SELECT 1") for step in STEPS],
    ]
