from django.db import migrations

STEP = """
ALTER POLICY matters_{0}_seen ON matters_{0}
  USING (current_setting('linli.sees', true) = '*'
         OR (current_setting('linli.sees', true) <> 'public'
             AND EXISTS (SELECT FROM matters_matter m WHERE m.id = matters_{0}.matter_id)))
"""
SEARCH = """
CREATE OR REPLACE FUNCTION linli_search_places() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN current_setting('linli.sees', true) = '*' THEN '{}'::text[]
    WHEN current_setting('linli.sees', true) IN ('place', 'unit') AND current_setting('linli.scope', true) <> ''
      THEN ARRAY[current_setting('linli.scope', true)]
    ELSE ARRAY['nowhere']
  END
$$;
"""
STEPS = ("assignment", "question", "pause", "request", "order", "link", "attachment")


class Migration(migrations.Migration):
    """Public eyes see a matter's row, and neither its steps nor whether words are in it."""

    dependencies = [("matters", "0008_words_and_farewell")]
    operations = [
        *[migrations.RunSQL(STEP.format(step), "SELECT 1") for step in STEPS],
        migrations.RunSQL(SEARCH, "SELECT 1"),
    ]
