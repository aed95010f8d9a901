import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """A session knows what its actor sees, so that reading it and putting on the eyes are one statement."""

    dependencies = [("people", "0006_continued_posts")]
    operations = [
        migrations.AddField(
            "session",
            "eyes",
            django.contrib.postgres.fields.ArrayField(
                models.TextField(),
                help_text="what row level security compares for the actor it remembers",
                null=True,
                size=None,
            ),
        )
    ]
