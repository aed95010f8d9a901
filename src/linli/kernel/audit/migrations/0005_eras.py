from pathlib import Path

from django.db import migrations


def create(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "eras.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Records are read by era, transaction and number: a restored dump neither skips nor repeats any."""

    dependencies = [("audit", "0004_acts_of_a_person")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
