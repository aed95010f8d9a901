import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# As Django named them; it would drop and check anew the foreign keys beside them.
REPEATED = (
    "people_post_unit_id_c46887ec",
    "people_recoverycode_account_id_83d2c834",
    "people_session_account_id_8bd880b0",
    "people_tally_account_id_08d2f9f1",
    "people_session_session_key_f84fb1a3_like",
    "people_account_username_e074b194_like",
    "people_proxy_agent_id_f8942e4d",
)


class Migration(migrations.Migration):
    """Indexes that repeat the beginning of another go."""

    dependencies = [
        ("people", "0007_eyes_of_a_session"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", migrations.RunSQL.noop) for name in REPEATED
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="post",
                    name="unit",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="people.unit",
                    ),
                ),
                migrations.AlterField(
                    model_name="proxy",
                    name="agent",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mandates",
                        to="people.person",
                    ),
                ),
                migrations.AlterField(
                    model_name="recoverycode",
                    name="account",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="session",
                    name="account",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="tally",
                    name="account",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        )
    ]
