-- The second lock. A pair is seen by whoever sees both, a merging by whoever sees the one who stands.
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['double', 'merging', 'search'] LOOP
    EXECUTE format('ALTER TABLE people_%s ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE people_%s FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($f$CREATE POLICY people_%1$s_write ON people_%1$s
      USING (current_setting('linli.sees', true) = '*') WITH CHECK (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
END $$;
CREATE POLICY people_double_seen ON people_double FOR SELECT
  USING (EXISTS (SELECT FROM people_person p WHERE p.id = people_double.one_id)
         AND EXISTS (SELECT FROM people_person p WHERE p.id = people_double.other_id));
CREATE POLICY people_merging_seen ON people_merging FOR SELECT
  USING (EXISTS (SELECT FROM people_person p WHERE p.id = people_merging.standing_id));
-- A neighbourhood sees of its street whether it is looked through.
CREATE POLICY people_search_seen ON people_search FOR SELECT
  USING (linli_sees(street, '{}', '{}')
         OR (current_setting('linli.sees', true) = 'place' AND starts_with(current_setting('linli.scope', true), street)));
