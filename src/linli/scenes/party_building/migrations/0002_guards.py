from django.db import migrations

from linli.scenes.party_building.scripts import script


class Migration(migrations.Migration):
    """A tree in order, stages in order, and one branch for each; and the second lock by subtree."""

    dependencies = [("party", "0001_organisations_and_members"), ("people", "0008_one_index_each")]
    operations = [script("guards.sql"), script("sight.sql")]
