-- What a person was told and what they object to is seen by whoever sees the account; periods by everybody who sees books.
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['told', 'appeal', 'period'] LOOP
    EXECUTE format('ALTER TABLE points_%s ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE points_%s FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($f$CREATE POLICY points_%1$s_all ON points_%1$s
      USING (current_setting('linli.sees', true) = '*') WITH CHECK (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
  FOREACH room IN ARRAY ARRAY['told', 'appeal'] LOOP
    EXECUTE format($f$CREATE POLICY points_%1$s_seen ON points_%1$s FOR SELECT
      USING (EXISTS (SELECT FROM points_account a WHERE a.id = points_%1$s.account_id))$f$, room);
  END LOOP;
END $$;
CREATE POLICY points_period_seen ON points_period FOR SELECT
  USING (coalesce(current_setting('linli.sees', true), '') IN ('own', 'unit', 'place'));

-- At the commit: what is taken from a person is told to them. Nobody takes in silence (docs/rights.md, 3).
CREATE FUNCTION points_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE eyes text := coalesce(current_setting('linli.sees', true), ''); done text;
BEGIN
  done := set_config('linli.sees', '*', true);
  IF NOT EXISTS (SELECT FROM points_told WHERE transfer_id = NEW.id) THEN
    RAISE EXCEPTION 'what is taken is told' USING ERRCODE = 'check_violation', CONSTRAINT = 'what_is_taken_is_told';
  END IF;
  done := set_config('linli.sees', eyes, true);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER points_told AFTER INSERT ON points_transfer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'deduct' AND NEW.state = 'posted') EXECUTE FUNCTION points_told();

CREATE TRIGGER points_never BEFORE UPDATE OR DELETE ON points_period FOR EACH ROW EXECUTE FUNCTION points_never();
