import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """An attachment is a file that exists; a position has both its sides (NULL passes a plain range check)."""

    dependencies = [("files", "0001_initial"), ("matters", "0006_public_lately")]
    operations = [
        migrations.RemoveConstraint("attachment", "attached_once"),
        migrations.RemoveField("attachment", "file_id"),
        migrations.AddField(
            "attachment",
            "file",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="files.file"),
        ),
        migrations.AddConstraint(
            "attachment", models.UniqueConstraint(fields=["matter", "file"], name="attached_once")
        ),
        migrations.RemoveConstraint("matter", "a_position_is_on_earth"),
        migrations.AddConstraint(
            "matter",
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="a_position_is_on_earth",
            ),
        ),
    ]
