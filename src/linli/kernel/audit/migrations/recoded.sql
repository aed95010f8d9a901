-- While rows are carried from old codes to new ones, a scope has other names: linli.also, separated by commas.
CREATE OR REPLACE FUNCTION linli_sees(place_code text, unit_ids uuid[], person_ids uuid[]) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE current_setting('linli.sees', true)
    WHEN '*' THEN true
    WHEN 'place' THEN current_setting('linli.scope', true) <> ''
                      AND (starts_with(place_code, current_setting('linli.scope', true))
                           OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
    WHEN 'unit' THEN current_setting('linli.scope', true) <> ''
                     AND (starts_with(place_code, current_setting('linli.scope', true))
                          OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
                     AND nullif(current_setting('linli.unit', true), '')::uuid = ANY (unit_ids)
    WHEN 'own' THEN nullif(current_setting('linli.person', true), '')::uuid = ANY (person_ids)
    ELSE false
  END
$$;

-- What a code is called now: access.moves.Moves.now. Of the moves, one that takes along what lies below wins.
CREATE FUNCTION linli_recoded(code text, olds text[], news text[], wholes boolean[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce((
    SELECT CASE WHEN m.whole THEN m.new || substr(code, length(m.old) + 1) ELSE m.new END
    FROM unnest(olds, news, wholes) m(old, new, whole) WHERE starts_with(code, m.old)
    ORDER BY m.whole DESC, length(m.old) DESC LIMIT 1), code)
$$;
