from django.db import migrations

from linli.scenes.party_building.scripts import script


class Migration(migrations.Migration):
    """Passages are found by pairs of characters; what a version says stays."""

    dependencies = [("party", "0009_knowledge"), ("matters", "0014_supervision")]
    operations = [script("knowledge.sql")]
