import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# As Django named them; it would drop and check anew the foreign keys beside them.
REPEATED = (
    "matters_assignment_unit_id_00151ae0",
    "matters_attachment_matter_id_dd50be2b",
    "matters_link_matter_id_876da056",
    "matters_matter_lead_account_id_644b29e4",
    "matters_matter_lead_unit_id_08099d06",
    "matters_matter_merged_into_id_0fa01df9",
    "matters_matter_part_of_id_6ab0e2f5",
    "matters_matter_reporter_id_a5ca9360",
    "matters_matter_number_aa9bedcb_like",
)


class Migration(migrations.Migration):
    """Indexes that repeat the beginning of another go: each was written at every verb, and asked for nothing."""

    dependencies = [
        ("matters", "0011_grams_at_once"),
        ("people", "0008_one_index_each"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", migrations.RunSQL.noop) for name in REPEATED
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="assignment",
                    name="unit",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="people.unit",
                    ),
                ),
                migrations.AlterField(
                    model_name="attachment",
                    name="matter",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="matters.matter",
                    ),
                ),
                migrations.AlterField(
                    model_name="link",
                    name="matter",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="matters.matter",
                    ),
                ),
                migrations.AlterField(
                    model_name="matter",
                    name="lead_account",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="matter",
                    name="lead_unit",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="people.unit",
                    ),
                ),
                migrations.AlterField(
                    model_name="matter",
                    name="merged_into",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="matters.matter",
                    ),
                ),
                migrations.AlterField(
                    model_name="matter",
                    name="part_of",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="matters.matter",
                    ),
                ),
                migrations.AlterField(
                    model_name="matter",
                    name="reporter",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reported",
                        to="people.person",
                    ),
                ),
            ],
        )
    ]
