from django.db import migrations

from linli.scenes.party_building.scripts import script


class Migration(migrations.Migration):
    """The second lock on wishes, on who reported where, and on the lists."""

    dependencies = [("party", "0007_neighbours")]
    operations = [script("neighbours.sql")]
