from django.db import migrations

from linli.scenes.party_building.scripts import script


class Migration(migrations.Migration):
    """Who sees stations, owners' committees and quizzes; hours that overlap; each question goes to the version that stands."""

    dependencies = [("party", "0011_stations_owners_quizzes")]
    operations = [script("stations.sql"), script("owners.sql"), script("quizzes.sql")]
