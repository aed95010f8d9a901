import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    """A post goes on under another code; and a post is role × unit × place, so two units are two posts."""

    dependencies = [("people", "0005_consents_and_proxies"), ("places", "0003_recoding")]
    operations = [
        migrations.AddField(
            "post",
            "continues",
            models.ForeignKey(
                help_text="the same post, until its place had another code",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.post",
            ),
        ),
        migrations.RemoveConstraint("post", "one_post_of_a_kind_at_a_time"),
        migrations.AddConstraint(
            "post",
            django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("account", "="),
                    ("role", "="),
                    (Coalesce(F("unit"), Value(uuid.UUID(int=0))), "="),
                    ("place_code", "="),
                    ("valid", "&&"),
                ],
                name="one_post_of_a_kind_at_a_time",
            ),
        ),
    ]
