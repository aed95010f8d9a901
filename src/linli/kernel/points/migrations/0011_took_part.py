from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("took_part.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Who had a part in a deduction is kept, and does not review it."""

    dependencies = [
        ("points", "0010_sight_by_row"),
    ]

    operations = [
        migrations.CreateModel(
            name="TookPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("account", models.UUIDField()),
                (
                    "transfer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="took_part",
                        to="points.transfer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("transfer", "account"), name="who_took_part_is_named_once")
                ],
            },
        ),
        migrations.RunPython(run, migrations.RunPython.noop),
    ]
