from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("heard.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """What makes a message that JetStream holds twice be evaluated once."""

    dependencies = [("readings", "0007_refused")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
