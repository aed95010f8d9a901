from django.db import migrations

from linli.scenes.party_building.scripts import script


class Migration(migrations.Migration):
    """The second lock on dues, sums that are kept by the database, and the rates of 2008."""

    dependencies = [("party", "0005_dues")]
    operations = [script("dues.sql")]
