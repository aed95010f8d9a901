-- The second lock. Things are facilities: whoever has the place in scope sees them, over the place or in a unit.
CREATE FUNCTION linli_within(place_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE current_setting('linli.sees', true)
    WHEN '*' THEN true
    WHEN 'place' THEN current_setting('linli.scope', true) <> ''
                      AND (starts_with(place_code, current_setting('linli.scope', true))
                           OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
    WHEN 'unit' THEN current_setting('linli.scope', true) <> ''
                     AND (starts_with(place_code, current_setting('linli.scope', true))
                          OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
    ELSE false
  END
$$;

ALTER TABLE things_thing ENABLE ROW LEVEL SECURITY;
ALTER TABLE things_thing FORCE ROW LEVEL SECURITY;
CREATE POLICY things_thing_seen ON things_thing FOR SELECT USING (linli_within(place_code));
CREATE POLICY things_thing_add ON things_thing FOR INSERT WITH CHECK (true);
CREATE POLICY things_thing_change ON things_thing FOR UPDATE USING (linli_within(place_code)) WITH CHECK (true);
CREATE POLICY things_thing_remove ON things_thing FOR DELETE USING (current_setting('linli.sees', true) = '*');
