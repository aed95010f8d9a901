from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("integrity.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """The second lock on deductions that are proposed."""

    dependencies = [("self_governance", "0010_deductions")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
