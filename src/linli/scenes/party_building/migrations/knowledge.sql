-- Chinese is found by pairs of neighbouring characters (linli_grams, matters/migrations/search.sql): a word of two
-- characters is one of them. What is found is no secret, so the index may serve as it is.
ALTER TABLE party_passage ADD COLUMN grams int[]
  GENERATED ALWAYS AS (linli_grams(heading || E'\n' || text)) STORED;
CREATE INDEX party_passage_grams ON party_passage USING gin (grams) WITH (fastupdate = off) WHERE current;
CALL party_lock('read', 'EXISTS (SELECT FROM party_member m WHERE m.id = member_id)');

CREATE FUNCTION party_passage_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.version_id, OLD.number, OLD.heading, OLD.text) IS DISTINCT FROM (NEW.version_id, NEW.number, NEW.heading, NEW.text) THEN
    RAISE EXCEPTION 'what a version says is not changed: write the next' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER party_passage_keep BEFORE UPDATE ON party_passage FOR EACH ROW EXECUTE FUNCTION party_passage_keep();
