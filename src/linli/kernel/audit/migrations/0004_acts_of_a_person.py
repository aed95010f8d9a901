from django.db import migrations


class Migration(migrations.Migration):
    """What one person did anywhere is found by the account: to erase it when they ask to be forgotten.

    Only records in which a person acted are in the index; those of staff, partners and the system are not.
    """

    dependencies = [("audit", "0003_chain_by_index")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX audit_record_of_a_person ON audit_record (actor_account) WHERE actor_person IS NOT NULL",
            "DROP INDEX audit_record_of_a_person",
        )
    ]
