-- A matter's story is read by whoever sees the matter, wherever it lay and whoever had it when something happened: what
-- its place was called then, and the unit it had then, are no reason to hide how it came to be as it is. The looker's own
-- eyes say whether the matter is seen; only then its records are read with the system's. Everybody else reads what the
-- policy of the records shows them. A function and not a policy: its plan is made once a session.
CREATE FUNCTION matters_story(matter uuid) RETURNS SETOF audit_record LANGUAGE plpgsql AS $$
DECLARE eyes text := coalesce(current_setting('linli.sees', true), '');
BEGIN
  IF eyes IN ('place', 'unit') AND EXISTS (SELECT FROM matters_matter m WHERE m.id = matter) THEN
    PERFORM set_config('linli.sees', '*', true);
  END IF;
  RETURN QUERY SELECT * FROM audit_record r WHERE r.stream = 'matter:' || matter ORDER BY r.stream_seq;
  PERFORM set_config('linli.sees', eyes, true);
END $$;

DROP POLICY matters_matter_public ON matters_matter;
CREATE POLICY matters_matter_public ON matters_matter FOR SELECT
  USING (current_setting('linli.sees', true) = 'public' AND public AND state <> 'withdrawn'
         AND current_setting('linli.scope', true) <> ''
         AND (starts_with(place_code, current_setting('linli.scope', true))
              OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ','))));

-- Up to `most` ids of matters that may hold all the words, under each name of the looker's scope. Planned anew each
-- time, because how rare the words are decides; never by reading the whole table. The question is forgotten before the
-- answer is given.
CREATE OR REPLACE FUNCTION linli_search(words text[], most int) RETURNS uuid[]
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  found uuid[];
  more uuid[];
  side text;
  scope text := coalesce(current_setting('linli.scope', true), '');
BEGIN
  PERFORM set_config('linli.search',
    (SELECT array_agg(DISTINCT g) FROM unnest(words) w, unnest(linli_grams(w)) g)::text, true);
  EXECUTE format('SELECT ARRAY(SELECT matter_id FROM matters_search LIMIT %s)', most) INTO found;
  FOREACH side IN ARRAY string_to_array(coalesce(current_setting('linli.also', true), ''), ',') LOOP
    PERFORM set_config('linli.scope', side, true);
    EXECUTE format('SELECT ARRAY(SELECT matter_id FROM matters_search LIMIT %s)', most) INTO more;
    found := found || more;
    PERFORM set_config('linli.scope', scope, true);
  END LOOP;
  PERFORM set_config('linli.search', '', true);
  RETURN found;
END $$;

-- A street's matters at once: whoever moves them by set moves what search knows of their places by set as well, in a
-- quarter of the time, and says so ('linli.search_places' is 'moved').
CREATE OR REPLACE FUNCTION matters_search_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE eyes text := coalesce(current_setting('linli.sees', true), '');
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('linli.search_places', true) = 'moved' THEN
    RETURN NULL;
  END IF;
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
