-- What was posted for the owners is read by residents and staff; a record before it is published only by who keeps it.
CREATE FUNCTION party_posted() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) IN ('own', 'unit', 'place')
$$;
CALL party_lock('owners', 'party_posted()');
CALL party_lock('ownersstep', 'party_posted()');
CALL party_lock('ownersterm', 'party_posted()');
CALL party_lock('ownersmember', 'party_posted()');
CALL party_lock('handover', 'party_posted()');
CALL party_lock('ownersrecord', $s$ (published_at IS NOT NULL AND party_posted())
  OR EXISTS (SELECT FROM party_owners o WHERE o.id = owners_id AND o.organisation_id = ANY ((SELECT party_mine())::uuid[])) $s$);

-- What the owners read is not written anew.
CREATE FUNCTION party_ownersrecord_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published_at IS NOT NULL THEN
    RAISE EXCEPTION 'a published record is not changed: write another' USING ERRCODE = 'check_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER party_ownersrecord_keep BEFORE UPDATE OR DELETE ON party_ownersrecord
  FOR EACH ROW EXECUTE FUNCTION party_ownersrecord_keep();
