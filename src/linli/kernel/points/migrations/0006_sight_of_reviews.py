from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("reviews.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Who sees what was told and objected to; and that what is taken is told."""

    dependencies = [("points", "0005_reviews")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
