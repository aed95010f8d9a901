from django.db import migrations

from linli.scenes.party_building.scripts import script


class Migration(migrations.Migration):
    """The second lock on meetings, and minutes that stay as they were confirmed."""

    dependencies = [("party", "0003_meetings")]
    operations = [script("meetings.sql")]
