from pathlib import Path

from django.db import migrations


def create(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "recoded.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """A place has another code: its matters' stories stay readable, and both names are seen meanwhile."""

    dependencies = [("matters", "0009_what_anybody_sees"), ("audit", "0006_recoded")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
