from django.db import migrations, models

import linli.kernel.audit.ids

# Splits told before there were heirs: the first part named is it.
FIRST_PART = """
UPDATE places_succession s SET heir = false
WHERE EXISTS (SELECT FROM places_succession f WHERE f.predecessor_id = s.predecessor_id AND f.id < s.id)
"""


class Migration(migrations.Migration):
    """Who took what lay at a place that is no more, and which changes of codes are being carried over."""

    dependencies = [("places", "0002_guards"), ("audit", "0006_recoded")]
    operations = [
        migrations.AddField(
            "succession",
            "heir",
            models.BooleanField(default=True, help_text="took what lay at the place itself; of a split, one part"),
        ),
        migrations.RunSQL(FIRST_PART, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "succession",
            models.UniqueConstraint(
                condition=models.Q(("heir", True)), fields=("predecessor",), name="a_place_has_one_heir"
            ),
        ),
        migrations.CreateModel(
            name="Recoding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=linli.kernel.audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("record", models.UUIDField(help_text="the audit record of the act", unique=True)),
                ("at", models.DateTimeField()),
                ("moves", models.JSONField(help_text="access.moves.Moves")),
                (
                    "seen_at",
                    models.DateTimeField(help_text="by the database's clock: the follower began", null=True),
                ),
                ("carried", models.JSONField(default=dict, help_text="rows carried over, by room")),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("finished_at", None)), fields=["at"], name="recoding_open")
                ],
            },
        ),
    ]
