from django.db import migrations, models


class Migration(migrations.Migration):
    """What is public, by city and time of report: what Open311 lists."""

    dependencies = [("matters", "0005_anonymous")]

    operations = [
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("public", True)),
                fields=["p4", "opened_at", "id"],
                name="matter_public_lately",
            ),
        ),
    ]
