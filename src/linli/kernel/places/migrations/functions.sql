-- Code arithmetic for generated columns; the same table as linli.kernel.places.codes (a test compares them).
CREATE FUNCTION places_level(code text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE length(code) WHEN 2 THEN 1 WHEN 4 THEN 2 WHEN 6 THEN 3 WHEN 9 THEN 4 WHEN 12 THEN 5
    WHEN 15 THEN 6 WHEN 18 THEN 7 WHEN 21 THEN 8 WHEN 23 THEN 9 WHEN 27 THEN 10 END::smallint
$$;

CREATE FUNCTION places_parent(code text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE length(code) WHEN 4 THEN left(code, 2) WHEN 6 THEN left(code, 4) WHEN 9 THEN left(code, 6)
    WHEN 12 THEN left(code, 9) WHEN 15 THEN left(code, 12) WHEN 18 THEN left(code, 15)
    WHEN 21 THEN left(code, 18) WHEN 23 THEN left(code, 21) WHEN 27 THEN left(code, 23) END
$$;

-- Pairs of neighbouring characters of the names. Units and homes (23 digits and more) are found through their
-- building; leaving them out keeps the index small.
CREATE FUNCTION places_bigrams(code text, name text, aliases text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN length(code) >= 23 THEN '{}'::text[] ELSE
    (SELECT coalesce(array_agg(DISTINCT substr(word, i, 2)), '{}')
     FROM unnest(aliases || name) word, generate_series(1, greatest(length(word) - 1, 1)) i)
  END
$$;
