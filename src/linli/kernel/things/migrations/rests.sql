-- Who works at a place is to know that it is being maintained, also where the maintenance is of what lies around it.
ALTER TABLE things_placeupkeep ENABLE ROW LEVEL SECURITY;
ALTER TABLE things_placeupkeep FORCE ROW LEVEL SECURITY;
CREATE POLICY things_placeupkeep_seen ON things_placeupkeep FOR SELECT USING (
  linli_within(place_code)
  OR current_setting('linli.sees', true) IN ('place', 'unit', 'things') AND current_setting('linli.scope', true) <> ''
     AND (starts_with(current_setting('linli.scope', true), place_code)
          OR EXISTS (SELECT FROM unnest(string_to_array(current_setting('linli.also', true), ',')) a (code)
                     WHERE starts_with(a.code, place_code))));
CREATE POLICY things_placeupkeep_add ON things_placeupkeep FOR INSERT
  WITH CHECK (current_setting('linli.sees', true) = '*');
CREATE POLICY things_placeupkeep_change ON things_placeupkeep FOR UPDATE
  USING (current_setting('linli.sees', true) = '*');
CREATE POLICY things_placeupkeep_remove ON things_placeupkeep FOR DELETE
  USING (current_setting('linli.sees', true) = '*');
