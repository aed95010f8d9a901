from pathlib import Path

from django.db import migrations


def second_lock(_apps, schema_editor):
    schema_editor.execute((Path(__file__).parent / "answers.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """What a resident answered is theirs, and the room's."""

    dependencies = [("emergencies", "0003_answers")]
    operations = [migrations.RunPython(second_lock, migrations.RunPython.noop)]
