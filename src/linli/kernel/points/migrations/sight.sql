-- The second lock. An account is seen by whoever has its place in scope, by its person, and by its unit; what hangs on it by
-- whoever sees one of its accounts. Books and the texts of rules are no secret.
CREATE FUNCTION points_seen(place_code text, person_id uuid, unit_id uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = '*'
    OR current_setting('linli.sees', true) = 'own' AND person_id::text = current_setting('linli.person', true)
    OR current_setting('linli.sees', true) IN ('place', 'unit') AND unit_id::text = current_setting('linli.unit', true)
    OR current_setting('linli.sees', true) = 'place' AND current_setting('linli.scope', true) <> ''
       AND (starts_with(place_code, current_setting('linli.scope', true))
            OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
$$;
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['book', 'account', 'ruletext', 'transfer', 'entry', 'lot', 'lotmove', 'due'] LOOP
    EXECUTE format('ALTER TABLE points_%s ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE points_%s FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($f$CREATE POLICY points_%1$s_all ON points_%1$s
      USING (current_setting('linli.sees', true) = '*') WITH CHECK (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
  FOREACH room IN ARRAY ARRAY['book', 'ruletext'] LOOP
    EXECUTE format($f$CREATE POLICY points_%1$s_seen ON points_%1$s FOR SELECT
      USING (coalesce(current_setting('linli.sees', true), '') IN ('own', 'unit', 'place'))$f$, room);
  END LOOP;
  FOREACH room IN ARRAY ARRAY['entry', 'lot'] LOOP
    EXECUTE format($f$CREATE POLICY points_%1$s_seen ON points_%1$s FOR SELECT
      USING (EXISTS (SELECT FROM points_account a WHERE a.id = points_%1$s.account_id))$f$, room);
  END LOOP;
END $$;
CREATE POLICY points_account_seen ON points_account FOR SELECT USING (points_seen(place_code, person_id, unit_id));
CREATE POLICY points_transfer_seen ON points_transfer FOR SELECT
  USING (EXISTS (SELECT FROM points_account a WHERE a.id IN (points_transfer.source_id, points_transfer.target_id)));
CREATE POLICY points_lotmove_seen ON points_lotmove FOR SELECT
  USING (EXISTS (SELECT FROM points_lot l WHERE l.id = points_lotmove.lot_id));
