-- The same second lock (`linli_within`), with what does not depend on the row asked once for a statement and not for each
-- of fifty thousand rows: half the time of every look over all things of a district.
ALTER POLICY things_thing_seen ON things_thing USING (
  CASE
    WHEN (SELECT current_setting('linli.sees', true)) = '*' THEN true
    WHEN (SELECT current_setting('linli.sees', true) IN ('place', 'unit', 'things')
                 AND current_setting('linli.scope', true) <> '')
      THEN starts_with(place_code, (SELECT current_setting('linli.scope', true)))
           OR place_code ^@ ANY ((SELECT string_to_array(current_setting('linli.also', true), ','))::text[])
    ELSE false
  END);
