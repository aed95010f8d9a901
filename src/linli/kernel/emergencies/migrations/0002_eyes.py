from pathlib import Path

from django.db import migrations


def second_lock(_apps, schema_editor):
    schema_editor.execute((Path(__file__).parent / "eyes.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Who sees an emergency, and its course whole."""

    dependencies = [
        ("emergencies", "0001_initial"),
        ("audit", "0007_by_set"),
    ]
    operations = [migrations.RunPython(second_lock, migrations.RunPython.noop)]
