import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# As Django named them; it would drop and check anew the foreign keys beside them.
REPEATED = ("desk_savedfilter_account_id_5643ddc5",)


class Migration(migrations.Migration):
    """An index that repeats the beginning of another goes."""

    dependencies = [
        ("desk", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", migrations.RunSQL.noop) for name in REPEATED
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="savedfilter",
                    name="account",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        )
    ]
