from pathlib import Path

from django.db import migrations


def create(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "recoded.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Codes that change: what a code is called now, and whose eyes see it meanwhile under either name."""

    dependencies = [("audit", "0005_eras")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
