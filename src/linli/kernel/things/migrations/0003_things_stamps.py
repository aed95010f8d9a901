from pathlib import Path

from django.db import migrations, models
from django.db.models import Q


def run(apps, schema_editor):
    folder = Path(__file__).parent
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((folder / "stamps.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """A registry in a process's memory finds what changed since it looked last."""

    dependencies = [("things", "0002_sight")]
    operations = [
        migrations.AddField(
            model_name="thing",
            name="changed_tx",
            field=models.BigIntegerField(
                db_default=0,
                editable=False,
                help_text="the transaction that wrote it last, set by a trigger (stamps.sql)",
            ),
        ),
        migrations.AddField(
            model_name="credential",
            name="changed_tx",
            field=models.BigIntegerField(db_default=0, editable=False, help_text="as Thing.changed_tx"),
        ),
        migrations.AddIndex(model_name="thing", index=models.Index(fields=["changed_tx"], name="thing_changed")),
        migrations.AddIndex(
            model_name="credential", index=models.Index(fields=["changed_tx"], name="credential_changed")
        ),
        migrations.AddConstraint(
            model_name="thing",
            constraint=models.CheckConstraint(
                condition=~Q(state="maintained"), name="maintenance_is_a_time_that_ends_itself"
            ),
        ),
        migrations.RunPython(run, migrations.RunPython.noop),
    ]
