from django.db import migrations, models

import linli.kernel.audit.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.UUIDField(default=linli.kernel.audit.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.TextField(blank=True, db_collation="C", default="")),
                ("date", models.DateField()),
                ("working", models.BooleanField()),
                (
                    "name",
                    models.TextField(
                        blank=True, default="", help_text="why, as residents read it: 三月三, 台风停工"
                    ),
                ),
            ],
            options={
                "db_table": "clock_day",
                "constraints": [
                    models.UniqueConstraint(fields=("place_code", "date"), name="clock_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(("place_code__regex", "^[0-9]*$")), name="clock_day_prefix"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^.{0,60}$")), name="clock_day_name_short"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficeHours",
            fields=[
                ("id", models.UUIDField(default=linli.kernel.audit.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.TextField(blank=True, db_collation="C", default="")),
                ("valid_from", models.DateField()),
                ("hours", models.JSONField()),
            ],
            options={
                "db_table": "clock_hours",
                "constraints": [
                    models.UniqueConstraint(fields=("place_code", "valid_from"), name="clock_hours_once"),
                    models.CheckConstraint(
                        condition=models.Q(("place_code__regex", "^[0-9]*$")), name="clock_hours_prefix"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("token", models.UUIDField(default=linli.kernel.audit.ids.uuid7)),
            ],
            options={
                "db_table": "clock_version",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="clock_version_single")],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO clock_version (id, token) VALUES (1, gen_random_uuid())",
            "DELETE FROM clock_version",
        ),
    ]
