-- Finding things by words, under row level security: as matters_search (kernel/matters/migrations/search.sql), by pairs of
-- neighbouring characters. "Contains" is not leakproof, so on things_thing itself no index could serve: PostgreSQL would
-- read every name of a district. Here the question is put into the policy, whose own conditions may use the index.
-- Whoever reads this table in any other way sees nothing; what is found is looked for in things_thing with one's own eyes.
CREATE FUNCTION things_grams(t text) RETURNS int[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT ((ascii(c) & 65535) << 16) | (ascii(n) & 65535)), '{}')
  FROM unnest(string_to_array(lower(t), NULL), string_to_array(substr(lower(t), 2), NULL)) pair(c, n)
  WHERE ascii(c) > 32 AND ascii(n) > 32
$$;

CREATE TABLE things_words (
  thing integer PRIMARY KEY,
  grams int[] NOT NULL
);
CREATE INDEX things_words_grams ON things_words USING gin (grams);

-- No pair is 0: without a question nothing is shown.
CREATE FUNCTION things_asked() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(nullif(current_setting('linli.things_asked', true), ''), '{0}')::int[]
$$;
ALTER TABLE things_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE things_words FORCE ROW LEVEL SECURITY;
CREATE POLICY things_words_seen ON things_words USING (grams @> things_asked()) WITH CHECK (true);

-- Removed and written anew: an update would have to see what stands there.
CREATE FUNCTION things_spell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('linli.things_asked', '{}', true);
  DELETE FROM things_words WHERE thing = coalesce(OLD.no, NEW.no);
  PERFORM set_config('linli.things_asked', '', true);
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO things_words VALUES (NEW.no, things_grams(NEW.name || ' ' || NEW.spot || ' ' || NEW.key));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER things_thing_spelt AFTER INSERT OR DELETE ON things_thing FOR EACH ROW EXECUTE FUNCTION things_spell();
CREATE TRIGGER things_thing_spelt_anew AFTER UPDATE OF name, spot, key, no ON things_thing FOR EACH ROW
  WHEN ((OLD.name, OLD.spot, OLD.key, OLD.no) IS DISTINCT FROM (NEW.name, NEW.spot, NEW.key, NEW.no))
  EXECUTE FUNCTION things_spell();

-- The numbers of the things that may say this; NULL where it asks for less than a pair, or where more than `most` do: then
-- the index would not help. The question is forgotten before the answer is given.
CREATE FUNCTION things_said(words text, most int) RETURNS int[] LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  grams int[] := things_grams(words);
  found int[];
BEGIN
  IF cardinality(grams) = 0 THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('linli.things_asked', grams::text, true);
  EXECUTE format('SELECT ARRAY(SELECT thing FROM things_words LIMIT %s)', most + 1) INTO found;
  PERFORM set_config('linli.things_asked', '', true);
  RETURN CASE WHEN cardinality(found) <= most THEN found END;
END $$;

DO $$
DECLARE eyes text := current_setting('linli.sees', true);
BEGIN
  PERFORM set_config('linli.sees', '*', true);
  INSERT INTO things_words SELECT no, things_grams(name || ' ' || spot || ' ' || key) FROM things_thing;
  PERFORM set_config('linli.sees', coalesce(eyes, ''), true);
END $$;
