from pathlib import Path

from django.db import migrations


def create(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "by_set.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Many records are linked by set: each names the one before it, and the heads are compared and moved together."""

    dependencies = [("audit", "0006_recoded")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
