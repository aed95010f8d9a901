from django.db import migrations


class Migration(migrations.Migration):
    """The chain's trigger finds the head of a stream by its key, whatever the statistics say.

    A session keeps the plan it made when the heads filled one page, which is to read them all; a batch of ten
    thousand records then took six minutes instead of a second.
    """

    dependencies = [("audit", "0002_models")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION audit_chain() SET enable_seqscan = off",
            "ALTER FUNCTION audit_chain() RESET enable_seqscan",
        )
    ]
