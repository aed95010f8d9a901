from django.db import migrations

WAKE = """
CREATE OR REPLACE FUNCTION audit_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('linli.quiet', true) IS DISTINCT FROM 'on' THEN
    PERFORM pg_notify('linli_audit', '');
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """A record may be written without waking anybody: NOTIFY lets transactions of the whole cluster commit one after the
    other only, each with its own flush to disk. Who writes so (points) is told by the worker's round (docs/adr/0031)."""

    dependencies = [("audit", "0007_by_set")]
    operations = [migrations.RunSQL(WAKE, migrations.RunSQL.noop)]
