from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("shops.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """The second lock on cards and shops: what somebody bought is theirs alone."""

    dependencies = [("self_governance", "0005_shops")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
