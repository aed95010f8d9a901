-- The second lock. Whoever works at a place, in it or around it, is to know who is on duty there.
CREATE FUNCTION duty_within(place_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = '*'
    OR current_setting('linli.sees', true) IN ('place', 'unit') AND current_setting('linli.scope', true) <> ''
       AND (starts_with(place_code, current_setting('linli.scope', true))
            OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
$$;
CREATE FUNCTION duty_concerns(place_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT duty_within(place_code)
    OR current_setting('linli.sees', true) IN ('place', 'unit') AND current_setting('linli.scope', true) <> ''
       AND (starts_with(current_setting('linli.scope', true), place_code)
            OR EXISTS (SELECT FROM unnest(string_to_array(current_setting('linli.also', true), ',')) a (code)
                       WHERE starts_with(a.code, place_code)))
$$;

-- Positions: only of places within the scope, and in a unit only those of its own people. Leaves: nobody's but the verbs'.
CREATE FUNCTION duty_may_be_seen(place_code text, unit uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE current_setting('linli.sees', true)
    WHEN '*' THEN true
    WHEN 'place' THEN duty_within(place_code)
    WHEN 'unit' THEN duty_within(place_code) AND unit::text = current_setting('linli.unit', true)
    ELSE false
  END
$$;

DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['roster', 'slot', 'month', 'shift', 'swap', 'leave', 'cover', 'position'] LOOP
    EXECUTE format('ALTER TABLE duty_%s ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE duty_%s FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($f$CREATE POLICY duty_%1$s_add ON duty_%1$s FOR INSERT
      WITH CHECK (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY duty_%1$s_change ON duty_%1$s FOR UPDATE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY duty_%1$s_remove ON duty_%1$s FOR DELETE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
END $$;
CREATE POLICY duty_roster_seen ON duty_roster FOR SELECT USING (duty_concerns(place_code));
CREATE POLICY duty_shift_seen ON duty_shift FOR SELECT USING (duty_concerns(place_code));
CREATE POLICY duty_slot_seen ON duty_slot FOR SELECT
  USING (EXISTS (SELECT FROM duty_roster r WHERE r.id = duty_slot.roster_id));
CREATE POLICY duty_month_seen ON duty_month FOR SELECT
  USING (EXISTS (SELECT FROM duty_roster r WHERE r.id = duty_month.roster_id));
CREATE POLICY duty_swap_seen ON duty_swap FOR SELECT
  USING (EXISTS (SELECT FROM duty_shift s WHERE s.id = duty_swap.shift_id));
CREATE POLICY duty_cover_seen ON duty_cover FOR SELECT
  USING (EXISTS (SELECT FROM duty_shift s WHERE s.id = duty_cover.shift_id));
CREATE POLICY duty_leave_seen ON duty_leave FOR SELECT USING (current_setting('linli.sees', true) = '*');
CREATE POLICY duty_position_seen ON duty_position FOR SELECT
  USING (duty_may_be_seen(place_code,
    (SELECT r.unit_id FROM duty_shift s JOIN duty_roster r ON r.id = s.roster_id WHERE s.id = duty_position.shift_id)));

-- A published shift is never removed, and no position is written but of somebody on duty who shares it, whoever writes
-- the row: an import, a repair by hand.
CREATE FUNCTION duty_shift_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'shift % was published and is not removed', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'a_published_shift_stays';
END $$;
CREATE TRIGGER duty_shift_removed BEFORE DELETE ON duty_shift FOR EACH ROW
  WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION duty_shift_stays();

CREATE FUNCTION duty_position_of_duty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM duty_shift s WHERE s.id = NEW.shift_id AND s.account_id = NEW.account_id AND s.out_at IS NULL
    AND s.shared_at <= NEW.at AND s.unshared_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nobody shares a position on shift %', NEW.shift_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'a_position_is_shared_on_duty';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER duty_position_taken BEFORE INSERT ON duty_position
  FOR EACH ROW EXECUTE FUNCTION duty_position_of_duty();
