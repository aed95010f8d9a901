-- What search knows of a text, as a table of one row: such a function is read into the statement that uses it, where one
-- that returns a value is started anew for each row. Beside it, the pairs are made from one reading of the plain text
-- and without putting them aside: 19 µs instead of 52 for a report of fifty characters, and 2 instead of 6 for the places.
CREATE FUNCTION linli_searched(code text, words text) RETURNS TABLE (places text[], grams int[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT left(code, n) FROM unnest('{2,4,6,9,12,15,18,21}'::int[]) n WHERE n <= length(code)),
         ARRAY(SELECT ((ascii(c) & 65535) << 16) | (ascii(n) & 65535)
               FROM (SELECT unnest(chars) AS c, unnest(chars[2:]) AS n) pair
               WHERE c COLLATE "C" > ' ' AND n COLLATE "C" > ' ')
  FROM (SELECT string_to_array(linli_plain(words), NULL) AS chars OFFSET 0) text
$$;

CREATE OR REPLACE FUNCTION linli_grams(t text) RETURNS int[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT grams FROM linli_searched('', t)
$$;

CREATE OR REPLACE FUNCTION linli_prefixes(code text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT places FROM linli_searched(code, '')
$$;

CREATE OR REPLACE FUNCTION matters_search_add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('linli.search_later', true) IS DISTINCT FROM 'on' THEN
    INSERT INTO matters_search
    SELECT id, s.places, s.grams
    FROM fresh, linli_searched(place_code, concat_ws(E'\n', title, body, address)) s;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION linli_search_catch_up() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  eyes text := coalesce(current_setting('linli.sees', true), '');
  taken bigint;
BEGIN
  PERFORM set_config('linli.sees', '*', true), set_config('linli.search', '{}', true);
  INSERT INTO matters_search
  SELECT m.id, s.places, s.grams
  FROM matters_matter m, linli_searched(m.place_code, concat_ws(E'\n', m.title, m.body, m.address)) s
  WHERE NOT EXISTS (SELECT FROM matters_search k WHERE k.matter_id = m.id)
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS taken = ROW_COUNT;
  PERFORM set_config('linli.sees', eyes, true), set_config('linli.search', '', true);
  RETURN taken;
END $$;
