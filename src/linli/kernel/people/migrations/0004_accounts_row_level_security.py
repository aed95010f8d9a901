from django.db import migrations

SQL = """
ALTER TABLE people_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_account FORCE ROW LEVEL SECURITY;
CREATE POLICY people_account_seen ON people_account FOR SELECT
  USING (kind <> 'resident' OR current_setting('linli.sees', true) = '*'
         OR EXISTS (SELECT FROM people_person p WHERE p.account_id = people_account.id));
CREATE POLICY people_account_add ON people_account FOR INSERT WITH CHECK (true);
CREATE POLICY people_account_change ON people_account FOR UPDATE
  USING (kind <> 'resident' OR current_setting('linli.sees', true) = '*'
         OR EXISTS (SELECT FROM people_person p WHERE p.account_id = people_account.id))
  WITH CHECK (true);
CREATE POLICY people_account_remove ON people_account FOR DELETE
  USING (current_setting('linli.sees', true) = '*');
"""


class Migration(migrations.Migration):
    """A resident's account is seen by whoever sees the person; see linli/kernel/people/models."""

    dependencies = [("people", "0003_doors")]
    operations = [migrations.RunSQL(SQL, "SELECT 1")]
