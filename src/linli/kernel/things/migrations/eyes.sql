-- Whoever keeps the register of devices sees devices and nothing else ('things'). What hangs on a thing (its secrets'
-- digests, its labels' codes, who worked on it) is seen by whoever sees the thing. Who knocked and is not known has no
-- place and no owner: a stranger is kept from others by permission alone.
CREATE OR REPLACE FUNCTION linli_within(place_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN current_setting('linli.sees', true) = '*' THEN true
    WHEN current_setting('linli.sees', true) IN ('place', 'unit', 'things')
      THEN current_setting('linli.scope', true) <> ''
           AND (starts_with(place_code, current_setting('linli.scope', true))
                OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
    ELSE false
  END
$$;

DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['credential', 'claim', 'upkeep'] LOOP
    EXECUTE format('ALTER TABLE things_%s ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE things_%s FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($f$CREATE POLICY things_%1$s_seen ON things_%1$s FOR SELECT
      USING (current_setting('linli.sees', true) = '*'
             OR EXISTS (SELECT FROM things_thing t WHERE t.id = things_%1$s.thing_id))$f$, room);
    EXECUTE format('CREATE POLICY things_%1$s_add ON things_%1$s FOR INSERT WITH CHECK (true)', room);
    EXECUTE format($f$CREATE POLICY things_%1$s_change ON things_%1$s FOR UPDATE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY things_%1$s_remove ON things_%1$s FOR DELETE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
END $$;
