import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import linli.kernel.audit.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0008_one_index_each"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Emergency",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=linli.kernel.audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.IntegerField(default=1)),
                ("event", models.CharField(max_length=80)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("fire", "火灾"),
                            ("rescue", "救援"),
                            ("safety", "公共安全"),
                            ("security", "治安"),
                            ("health", "卫生"),
                            ("met", "气象"),
                            ("geo", "地质"),
                            ("env", "环境"),
                            ("infra", "市政设施"),
                            ("transport", "交通"),
                            ("cbrne", "危险化学品"),
                            ("other", "其他"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "grade",
                    models.SmallIntegerField(
                        choices=[(1, "一级响应"), (2, "二级响应"), (3, "三级响应"), (4, "四级响应")]
                    ),
                ),
                (
                    "drill",
                    models.BooleanField(default=False, help_text="CAP status Exercise: nothing has happened"),
                ),
                (
                    "urgency",
                    models.CharField(
                        choices=[
                            ("immediate", "立即行动"),
                            ("expected", "一小时内行动"),
                            ("future", "近期行动"),
                            ("past", "已不需要行动"),
                            ("unknown", "不明"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("extreme", "特别严重"),
                            ("severe", "严重"),
                            ("moderate", "中等"),
                            ("minor", "轻微"),
                            ("unknown", "不明"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("observed", "已确认发生"),
                            ("likely", "很可能"),
                            ("possible", "可能"),
                            ("unlikely", "不大可能"),
                            ("unknown", "不明"),
                        ],
                        max_length=16,
                    ),
                ),
                ("instruction", models.TextField(blank=True, default="", help_text="what people inside shall do")),
                ("place_code", models.CharField(db_collation="C", max_length=30)),
                (
                    "p4",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Left("place_code", 4),
                        output_field=models.CharField(db_collation="C", max_length=4),
                    ),
                ),
                (
                    "p6",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Left("place_code", 6),
                        output_field=models.CharField(db_collation="C", max_length=6),
                    ),
                ),
                (
                    "p9",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Left("place_code", 9),
                        output_field=models.CharField(db_collation="C", max_length=9),
                    ),
                ),
                (
                    "p12",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Left("place_code", 12),
                        output_field=models.CharField(db_collation="C", max_length=12),
                    ),
                ),
                (
                    "inside",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(db_collation="C", max_length=30), size=None
                    ),
                ),
                ("area", models.CharField(help_text="the zone in words (CAP areaDesc)", max_length=200)),
                ("zone", models.JSONField()),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("radius", models.FloatField(help_text="metres", null=True)),
                ("warning_id", models.UUIDField(null=True)),
                ("matter_id", models.UUIDField(null=True)),
                (
                    "unit_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        help_text="units with a task: they see it",
                        size=None,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("declared", "已启动"),
                            ("responding", "响应中"),
                            ("controlled", "已控制"),
                            ("ended", "已结束"),
                            ("reviewed", "已复盘"),
                        ],
                        default="declared",
                        max_length=16,
                    ),
                ),
                ("declared_at", models.DateTimeField()),
                ("responding_at", models.DateTimeField(null=True)),
                ("controlled_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                (
                    "lessons",
                    models.TextField(
                        blank=True, default="", help_text="what was learnt, in the after-action review"
                    ),
                ),
                (
                    "commander",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=linli.kernel.audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                ("who", models.CharField(blank=True, default="", max_length=64)),
                ("set_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("result", models.TextField(blank=True, default="")),
                ("dropped_at", models.DateTimeField(null=True)),
                ("matter_id", models.UUIDField(help_text="the matter it became", null=True)),
                (
                    "emergency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="emergencies.emergency",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="emergency",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["state", "declared_at"], name="emergency_stands"
            ),
        ),
        migrations.AddIndex(
            model_name="emergency",
            index=models.Index(fields=["p4", "-declared_at"], name="emergency_lately"),
        ),
        migrations.AddConstraint(
            model_name="emergency",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("event", ""), _negated=True), models.Q(("area", ""), _negated=True)),
                name="an_emergency_says_what_and_where",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergency",
            constraint=models.CheckConstraint(
                condition=models.Q(("place_code__regex", "^\\d{2,30}$")), name="an_emergency_is_somewhere"
            ),
        ),
        migrations.AddConstraint(
            model_name="emergency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("zone__has_key", "coordinates"), ("zone__type__in", ["Polygon", "MultiPolygon"])
                ),
                name="a_zone_is_an_area",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lat", None), ("lon", None), ("radius", None)),
                    models.Q(
                        ("lat__isnull", False),
                        ("lon__isnull", False),
                        ("radius__isnull", False),
                        ("lat__range", (-90, 90)),
                        ("lon__range", (-180, 180)),
                        ("radius__range", (10, 50000)),
                    ),
                    _connector="OR",
                ),
                name="a_circle_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "declared"),
                        ("responding_at__isnull", True),
                        ("controlled_at__isnull", True),
                        ("ended_at__isnull", True),
                        ("reviewed_at__isnull", True),
                    ),
                    models.Q(
                        ("state", "responding"),
                        ("responding_at__isnull", False),
                        ("controlled_at__isnull", True),
                        ("ended_at__isnull", True),
                        ("reviewed_at__isnull", True),
                    ),
                    models.Q(
                        ("state", "controlled"),
                        ("responding_at__isnull", False),
                        ("controlled_at__isnull", False),
                        ("ended_at__isnull", True),
                        ("reviewed_at__isnull", True),
                    ),
                    models.Q(("state", "ended"), ("ended_at__isnull", False), ("reviewed_at__isnull", True)),
                    models.Q(("state", "reviewed"), ("ended_at__isnull", False), ("reviewed_at__isnull", False)),
                    _connector="OR",
                ),
                name="a_state_has_its_instants",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("responding_at", None), ("responding_at__gte", models.F("declared_at")), _connector="OR"
                    ),
                    models.Q(
                        ("controlled_at", None), ("controlled_at__gte", models.F("responding_at")), _connector="OR"
                    ),
                    models.Q(("ended_at", None), ("ended_at__gte", models.F("declared_at")), _connector="OR"),
                    models.Q(("reviewed_at", None), ("reviewed_at__gte", models.F("ended_at")), _connector="OR"),
                ),
                name="an_emergency_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "reviewed"), _negated=True),
                    models.Q(("lessons", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_review_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergency",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("warning_id__isnull", False)),
                fields=("warning_id",),
                name="a_warning_is_declared_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergency",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("matter_id__isnull", False)),
                fields=("matter_id",),
                name="a_matter_is_declared_once",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["emergency", "due_at"], name="task_of_emergency"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="a_task_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unit__isnull", False), ("who", "")),
                    models.Q(("unit", None), models.Q(("who", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_task_is_somebodys",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("set_at"))), name="a_task_is_due_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("result", "")),
                    models.Q(
                        ("done_at__gte", models.F("set_at")),
                        ("dropped_at", None),
                        models.Q(("result", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_task_done_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dropped_at", None),
                    models.Q(("done_at", None), ("dropped_at__gte", models.F("set_at"))),
                    _connector="OR",
                ),
                name="dropped_is_not_done",
            ),
        ),
    ]
