from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Who worked on a device is found when they ask what is kept of them."""

    dependencies = [("things", "0004_things_eyes")]
    operations = [
        migrations.AddIndex(
            model_name="upkeep",
            index=models.Index(
                fields=["by_account"], name="upkeep_by_account", condition=Q(by_account__isnull=False)
            ),
        ),
    ]
