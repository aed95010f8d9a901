import django.db.models.deletion
from django.db import migrations, models

# As Django named them; it would drop and check anew the foreign keys beside them.
REPEATED = (
    "places_place_parent_id_593054a7",
    "places_succession_predecessor_id_182cacc4",
)


class Migration(migrations.Migration):
    """Indexes that repeat the beginning of another go."""

    dependencies = [
        ("places", "0003_recoding"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", migrations.RunSQL.noop) for name in REPEATED
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="place",
                    name="parent",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="places.place",
                    ),
                ),
                migrations.AlterField(
                    model_name="succession",
                    name="predecessor",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="places.place",
                    ),
                ),
            ],
        )
    ]
