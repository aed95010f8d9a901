from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("rolled.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Minutes are rolled up out of the columns of a round; each shard says how far."""

    dependencies = [("readings", "0008_heard")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
