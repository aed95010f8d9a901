import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import linli.kernel.audit.ids
from linli.kernel.places.sql_script import script


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        script("functions.sql"),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=linli.kernel.audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(db_collation="C", max_length=27)),
                (
                    "level",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("code"), function="places_level"),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
                (
                    "parent_code",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("code"), function="places_parent"),
                        output_field=models.CharField(db_collation="C", max_length=27, null=True),
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), blank=True, default=list, size=None
                    ),
                ),
                (
                    "bigrams",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.F("code"), models.F("name"), models.F("aliases"), function="places_bigrams"
                        ),
                        output_field=django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), size=None
                        ),
                    ),
                ),
                ("lon", models.FloatField(help_text="WGS-84, degrees", null=True)),
                ("lat", models.FloatField(help_text="WGS-84, degrees", null=True)),
                ("boundary", models.JSONField(help_text="GeoJSON geometry, WGS-84", null=True)),
                ("road", models.CharField(blank=True, default="", max_length=64)),
                ("lane", models.CharField(blank=True, default="", max_length=16)),
                ("number", models.CharField(blank=True, default="", max_length=16)),
                ("building", models.CharField(blank=True, default="", max_length=16)),
                ("unit", models.CharField(blank=True, default="", max_length=16)),
                ("room", models.CharField(blank=True, default="", max_length=16)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("source", models.CharField(blank=True, default="", max_length=128)),
                ("version", models.IntegerField(default=1)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="places.place",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("tx", models.CharField(max_length=20)),
                ("count", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="there_is_one_stamp")],
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=linli.kernel.audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rename", "更名"),
                            ("recode", "换码"),
                            ("merge", "合并"),
                            ("split", "拆分"),
                            ("redraw", "调整边界"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateField()),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="successions", to="places.place"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="origins", to="places.place"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(fields=["parent", "code"], name="place_by_parent"),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(fields=["level", "code"], name="place_by_level"),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(
                condition=models.Q(("road", ""), _negated=True),
                fields=["road", "lane", "number"],
                name="place_by_road",
            ),
        ),
        migrations.AddIndex(
            model_name="place",
            index=django.contrib.postgres.indexes.GinIndex(fields=["bigrams"], name="place_by_bigrams"),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[1-9][0-9]+$")), name="a_code_is_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__isnull", False)), name="a_code_has_the_length_of_a_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "[^[:space:]]")), name="a_place_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="a_place_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lat__isnull", True), ("lon__isnull", True)),
                    models.Q(
                        ("lat__isnull", False),
                        ("lat__range", (-90, 90)),
                        ("lon__isnull", False),
                        ("lon__range", (-180, 180)),
                    ),
                    _connector="OR",
                ),
                name="a_point_is_whole_and_on_the_globe",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("boundary__isnull", True),
                    models.Q(("boundary__has_key", "coordinates"), ("boundary__type", "Polygon")),
                    models.Q(("boundary__has_key", "coordinates"), ("boundary__type", "MultiPolygon")),
                    _connector="OR",
                ),
                name="a_boundary_is_a_polygon",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)), fields=("code",), name="one_place_of_a_code_without_end"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(fields=("id", "code"), name="a_place_and_its_code"),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("code", "="),
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_to"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="one_place_of_a_code_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(
                fields=("predecessor", "successor"), name="a_succession_is_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                name="no_place_succeeds_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["rename", "recode", "merge", "split", "redraw"])),
                name="a_succession_has_a_known_kind",
            ),
        ),
    ]
