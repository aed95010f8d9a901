-- Which transaction wrote a row last. A registry that read everything under one snapshot finds what changed since by
-- asking for stamps from that snapshot's oldest open transaction on: nothing that committed late is skipped.
CREATE FUNCTION things_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_tx := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;
CREATE TRIGGER things_thing_stamp BEFORE INSERT OR UPDATE ON things_thing
  FOR EACH ROW EXECUTE FUNCTION things_stamp();
-- That a secret was used (used_at) is nothing a registry must hear of.
CREATE TRIGGER things_credential_stamp BEFORE INSERT OR UPDATE OF digest, ends_at, revoked_at ON things_credential
  FOR EACH ROW EXECUTE FUNCTION things_stamp();
