from pathlib import Path

from django.db import migrations, models


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("looks.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Looks over many things: the row policy asks once for what does not depend on the row, and a map finds its box."""

    dependencies = [("things", "0009_orders")]
    operations = [
        migrations.RunPython(run, migrations.RunPython.noop),
        migrations.AddIndex(model_name="thing", index=models.Index(fields=["lon", "lat"], name="thing_position")),
    ]
