from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("quiet.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Transfers wake nobody at once: who listens is told by the worker's round."""

    dependencies = [("audit", "0008_quiet"), ("points", "0006_sight_of_reviews")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
