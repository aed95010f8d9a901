from django.db import migrations

from linli.kernel.places.sql_script import script


class Migration(migrations.Migration):
    """Parents held to codes, history held still, and the stamp that caches compare."""

    dependencies = [("places", "0001_initial")]
    operations = [script("guards.sql")]
