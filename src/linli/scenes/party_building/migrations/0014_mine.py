from django.db import migrations

from linli.scenes.party_building.scripts import script


class Migration(migrations.Migration):
    """Whose organisations one sees is found out also where the looker has no unit."""

    dependencies = [("party", "0013_quiz_of_a_version")]
    operations = [script("mine.sql")]
