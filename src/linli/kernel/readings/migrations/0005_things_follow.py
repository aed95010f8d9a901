from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    folder = Path(__file__).parent
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((folder / "shards.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """What rules had begun to count of a thing goes along when the thing moves."""

    dependencies = [("readings", "0004_warned_queue"), ("things", "0004_things_eyes")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
