from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "senders.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """What makes an append that was in doubt happen once."""

    dependencies = [("readings", "0003_sight")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
