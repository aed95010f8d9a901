from django.db import migrations

SQL = """
ALTER TABLE people_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_person FORCE ROW LEVEL SECURITY;
CREATE POLICY people_person_seen ON people_person FOR SELECT
  USING (linli_sees(place_code, '{}', ARRAY[id]));
CREATE POLICY people_person_add ON people_person FOR INSERT WITH CHECK (true);
CREATE POLICY people_person_change ON people_person FOR UPDATE
  USING (linli_sees(place_code, '{}', ARRAY[id])) WITH CHECK (true);
CREATE POLICY people_person_remove ON people_person FOR DELETE
  USING (current_setting('linli.sees', true) = '*');

ALTER TABLE people_household ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_household FORCE ROW LEVEL SECURITY;
CREATE POLICY people_household_seen ON people_household
  USING (linli_sees(place_code, '{}', '{}')
         OR EXISTS (SELECT FROM people_residence r WHERE r.household_id = people_household.id))
  WITH CHECK (true);

ALTER TABLE people_residence ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_residence FORCE ROW LEVEL SECURITY;
CREATE POLICY people_residence_seen ON people_residence
  USING (EXISTS (SELECT FROM people_person p WHERE p.id = people_residence.person_id))
  WITH CHECK (true);
"""


class Migration(migrations.Migration):
    """The second lock on persons: a row shows itself to its place, to itself, and to nobody else."""

    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunSQL(SQL, "SELECT 1")]
