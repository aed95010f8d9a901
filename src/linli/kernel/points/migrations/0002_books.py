from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name in ("books.sql", "writing.sql", "sight.sql"):
            cursor.execute(Path(__file__).with_name(name).read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """What holds the books: entries move balances, nothing is changed, one call writes a transfer; and who sees it."""

    dependencies = [("points", "0001_initial")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
