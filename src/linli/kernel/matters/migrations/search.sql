-- Finding matters by words, under row level security. See linli/kernel/matters/queries/search.py.
--
-- Chinese is not split at spaces, so a word is found by its pairs of neighbouring characters (bigrams): a pair is
-- one int4, two code points of 16 bits. On matters_matter itself no such index could serve: "contains" is not
-- leakproof, so PostgreSQL would apply it only after the row policy, to every row. Here the question is put
-- *into* the policy: matters_search shows no row but those that lie in the looker's scope and hold every pair of
-- the words being searched, and a policy's own conditions may use the index. Whoever reads this table in any
-- other way sees nothing.
CREATE FUNCTION linli_plain(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(normalize(t, NFKC))
$$;

CREATE FUNCTION linli_grams(t text) RETURNS int[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(((ascii(c) & 65535) << 16) | (ascii(n) & 65535)), '{}')
  FROM unnest(string_to_array(linli_plain(t), NULL), string_to_array(substr(linli_plain(t), 2), NULL)) pair(c, n)
  WHERE ascii(c) > 32 AND ascii(n) > 32
$$;

CREATE FUNCTION linli_prefixes(code text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT left(code, n) FROM unnest(ARRAY[2, 4, 6, 9, 12, 15, 18, 21]) n WHERE n <= length(code))
$$;

CREATE TABLE matters_search (
  matter_id uuid PRIMARY KEY,
  places text[] NOT NULL,
  grams int[] NOT NULL
);
CREATE INDEX matters_search_grams ON matters_search USING gin (places, grams);

CREATE FUNCTION linli_search_places() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN current_setting('linli.sees', true) = '*' THEN '{}'::text[]
    WHEN current_setting('linli.sees', true) IN ('place', 'unit', 'public') AND current_setting('linli.scope', true) <> ''
      THEN ARRAY[current_setting('linli.scope', true)]
    ELSE ARRAY['nowhere']
  END
$$;

-- No pair is 0: without a question nothing is shown.
CREATE FUNCTION linli_search_grams() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(nullif(current_setting('linli.search', true), ''), '{0}')::int[]
$$;

ALTER TABLE matters_search ENABLE ROW LEVEL SECURITY;
ALTER TABLE matters_search FORCE ROW LEVEL SECURITY;
CREATE POLICY matters_search_seen ON matters_search
  USING (places @> linli_search_places() AND grams @> linli_search_grams()) WITH CHECK (true);

-- Up to `most` ids of matters that may hold all the words. Planned anew each time, because how rare the words
-- are decides; never by reading the whole table. The question is forgotten before the answer is given.
CREATE FUNCTION linli_search(words text[], most int) RETURNS uuid[]
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE found uuid[];
BEGIN
  PERFORM set_config('linli.search',
    (SELECT array_agg(DISTINCT g) FROM unnest(words) w, unnest(linli_grams(w)) g)::text, true);
  EXECUTE format('SELECT ARRAY(SELECT matter_id FROM matters_search LIMIT %s)', most) INTO found;
  PERFORM set_config('linli.search', '', true);
  RETURN found;
END $$;

-- The three below write with the system's eyes, whoever changes a matter, and give the eyes back.
-- A great import sets linli.search_later to 'on' and calls search.catch_up() when it is done.
CREATE FUNCTION matters_search_add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('linli.search_later', true) IS DISTINCT FROM 'on' THEN
    INSERT INTO matters_search
    SELECT id, linli_prefixes(place_code), linli_grams(concat_ws(E'\n', title, body, address)) FROM fresh;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER matters_search_add AFTER INSERT ON matters_matter
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION matters_search_add();

CREATE FUNCTION matters_search_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE eyes text := coalesce(current_setting('linli.sees', true), '');
BEGIN
  PERFORM set_config('linli.sees', '*', true), set_config('linli.search', '{}', true);
  IF TG_OP = 'DELETE' THEN
    DELETE FROM matters_search WHERE matter_id = OLD.id;
  ELSE
    UPDATE matters_search SET places = linli_prefixes(NEW.place_code),
      grams = linli_grams(concat_ws(E'\n', NEW.title, NEW.body, NEW.address)) WHERE matter_id = NEW.id;
  END IF;
  PERFORM set_config('linli.sees', eyes, true), set_config('linli.search', '', true);
  RETURN NULL;
END $$;
CREATE TRIGGER matters_search_change AFTER UPDATE OF title, body, address, place_code ON matters_matter
  FOR EACH ROW WHEN ((OLD.title, OLD.body, OLD.address, OLD.place_code)
                     IS DISTINCT FROM (NEW.title, NEW.body, NEW.address, NEW.place_code))
  EXECUTE FUNCTION matters_search_change();
CREATE TRIGGER matters_search_remove AFTER DELETE ON matters_matter
  FOR EACH ROW EXECUTE FUNCTION matters_search_change();

-- Takes in what an import left for later; returns how many.
CREATE FUNCTION linli_search_catch_up() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  eyes text := coalesce(current_setting('linli.sees', true), '');
  taken bigint;
BEGIN
  PERFORM set_config('linli.sees', '*', true), set_config('linli.search', '{}', true);
  INSERT INTO matters_search
  SELECT m.id, linli_prefixes(m.place_code), linli_grams(concat_ws(E'\n', m.title, m.body, m.address))
  FROM matters_matter m WHERE NOT EXISTS (SELECT FROM matters_search s WHERE s.matter_id = m.id)
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS taken = ROW_COUNT;
  PERFORM set_config('linli.sees', eyes, true), set_config('linli.search', '', true);
  RETURN taken;
END $$;

CREATE FUNCTION matters_search_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN TRUNCATE matters_search; RETURN NULL; END $$;
CREATE TRIGGER matters_search_empty AFTER TRUNCATE ON matters_matter
  FOR EACH STATEMENT EXECUTE FUNCTION matters_search_empty();

-- What the queues of one person and of a helping unit are read by.
CREATE INDEX matter_account_queue ON matters_matter (lead_account_id, state, order_at, id)
  WHERE lead_account_id IS NOT NULL;
CREATE INDEX assignment_helping ON matters_assignment (unit_id, matter_id)
  WHERE part = 'help' AND finished_at IS NULL AND given_back_at IS NULL AND replaced_at IS NULL;
