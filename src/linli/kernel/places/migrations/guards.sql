-- A place hangs below the row that has exactly its parent's code, and a province below none. Deferred, because a
-- merger moves a whole subtree in one transaction.
ALTER TABLE places_place ADD CONSTRAINT a_place_hangs_below_its_parents_code
  FOREIGN KEY (parent_id, parent_code) REFERENCES places_place (id, code) MATCH FULL
  DEFERRABLE INITIALLY DEFERRED;

INSERT INTO places_stamp (id, tx, count) VALUES (1, pg_current_xact_id()::text, 0);

CREATE FUNCTION places_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO places_stamp (id, tx, count) VALUES (1, pg_current_xact_id()::text, 1)
  ON CONFLICT (id) DO UPDATE SET tx = excluded.tx, count = places_stamp.count + 1;
  RETURN NULL;
END $$;

CREATE TRIGGER places_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON places_place
  FOR EACH STATEMENT EXECUTE FUNCTION places_stamp();

-- History stays: a row never changes its code, what ended is not written over, and nothing is deleted.
CREATE FUNCTION places_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a place is closed, never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.valid_to IS NOT NULL THEN
    RAISE EXCEPTION 'what a place was until % is history', OLD.valid_to USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.code <> OLD.code OR NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'a new code is a new row' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER places_keep_history BEFORE UPDATE OR DELETE ON places_place
  FOR EACH ROW EXECUTE FUNCTION places_keep_history();
