from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("helping.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """The second lock on help between neighbours."""

    dependencies = [("self_governance", "0007_helping")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
