from django.db import migrations

KEEP = """
-- Whose an account is never changes, but that a person is forgotten, or that two registrations turn out to be one person
-- (people.verbs.merging, and back again); none is taken away.
CREATE OR REPLACE FUNCTION points_keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.book_id, NEW.ledger, NEW.owner, NEW.unit_id, NEW.other_id) IS DISTINCT FROM
       (OLD.id, OLD.book_id, OLD.ledger, OLD.owner, OLD.unit_id, OLD.other_id)
       OR (NEW.person_id IS NULL AND OLD.person_id IS NOT NULL AND NEW.forgotten_at IS NULL)
       OR (NEW.person_id IS NOT NULL AND OLD.person_id IS NULL) THEN
      RAISE EXCEPTION 'an account keeps its owner' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'an account stays' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.balance <> 0 OR NEW.version <> 0 OR NEW.reserved <> 0 OR NEW.arriving <> 0 THEN
    RAISE EXCEPTION 'an account begins with nothing' USING ERRCODE = 'check_violation', CONSTRAINT = 'an_account_begins_with_nothing';
  END IF;
  IF NOT EXISTS (SELECT FROM points_book b WHERE b.id = NEW.book_id AND b.ledger = NEW.ledger) THEN
    RAISE EXCEPTION 'an account is in a book of its ledger' USING ERRCODE = 'check_violation', CONSTRAINT = 'an_account_is_in_its_ledger';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """An account follows its person where two registrations turn out to be one."""

    dependencies = [("points", "0007_quiet")]
    operations = [migrations.RunSQL(KEEP, migrations.RunSQL.noop)]
