-- The second lock. Published activities are for everybody; sign-ups for the volunteer and those who work at the place.
CREATE FUNCTION volunteering_within(place_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = '*'
    OR current_setting('linli.sees', true) IN ('place', 'unit') AND current_setting('linli.scope', true) <> ''
       AND (starts_with(place_code, current_setting('linli.scope', true))
            OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
$$;
CREATE FUNCTION volunteering_own(person uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = 'own'
    AND person = nullif(current_setting('linli.person', true), '')::uuid
$$;
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['activity', 'shift', 'signup', 'appeal'] LOOP
    EXECUTE format('ALTER TABLE self_governance_%s ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE self_governance_%s FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($f$CREATE POLICY self_governance_%1$s_add ON self_governance_%1$s FOR INSERT
      WITH CHECK (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY self_governance_%1$s_change ON self_governance_%1$s FOR UPDATE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY self_governance_%1$s_remove ON self_governance_%1$s FOR DELETE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
END $$;
CREATE POLICY self_governance_activity_seen ON self_governance_activity FOR SELECT
  USING (published_at IS NOT NULL OR volunteering_within(place_code));
CREATE POLICY self_governance_shift_seen ON self_governance_shift FOR SELECT
  USING (EXISTS (SELECT FROM self_governance_activity a WHERE a.id = self_governance_shift.activity_id));
CREATE POLICY self_governance_signup_seen ON self_governance_signup FOR SELECT
  USING (volunteering_own(person_id) OR volunteering_own(guardian_id) OR volunteering_within(place_code));
CREATE POLICY self_governance_appeal_seen ON self_governance_appeal FOR SELECT
  USING (EXISTS (SELECT FROM self_governance_signup s WHERE s.id = self_governance_appeal.sign_up_id));

-- A sign-up lasts as long as its shift, whoever writes the row: on that rests that nobody serves twice at once.
CREATE FUNCTION self_governance_lasts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT s.lasts INTO NEW.lasts FROM self_governance_shift s WHERE s.id = NEW.shift_id;
  RETURN NEW;
END $$;
CREATE TRIGGER self_governance_signup_lasts BEFORE INSERT OR UPDATE OF shift_id, lasts ON self_governance_signup
  FOR EACH ROW EXECUTE FUNCTION self_governance_lasts();

CREATE FUNCTION self_governance_time_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM self_governance_signup s WHERE s.shift_id = NEW.id) THEN
    RAISE EXCEPTION 'somebody signed up for shift %', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'a_time_somebody_joined_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER self_governance_shift_moved BEFORE UPDATE OF lasts ON self_governance_shift
  FOR EACH ROW WHEN (OLD.lasts IS DISTINCT FROM NEW.lasts) EXECUTE FUNCTION self_governance_time_stays();

-- How many seats are taken: kept with every sign-up, and held below the seats by the shift's own constraint.
CREATE FUNCTION self_governance_seats(state text, heads smallint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN state IN ('applied', 'waiting', 'cancelled') THEN 0 ELSE heads::integer END
$$;
CREATE FUNCTION self_governance_take() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before integer := CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE self_governance_seats(OLD.state, OLD.heads) END;
  after integer := CASE WHEN TG_OP = 'DELETE' THEN 0 ELSE self_governance_seats(NEW.state, NEW.heads) END;
BEGIN
  IF before <> after THEN
    UPDATE self_governance_shift SET taken = taken + after - before
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.shift_id ELSE NEW.shift_id END;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER self_governance_signup_takes AFTER INSERT OR DELETE OR UPDATE OF state, heads ON self_governance_signup
  FOR EACH ROW EXECUTE FUNCTION self_governance_take();

-- Nobody is certified more than the shift lasted, and nobody certifies their own hours.
ALTER TABLE self_governance_signup ADD CONSTRAINT no_more_minutes_than_the_time_lasted CHECK (
  minutes IS NULL OR minutes * interval '1 minute' <= upper(lasts) - lower(lasts));
CREATE FUNCTION self_governance_not_ones_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM people_person p WHERE p.id = NEW.person_id AND p.account_id = NEW.certified_by_id) THEN
    RAISE EXCEPTION 'account % certifies its own hours', NEW.certified_by_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_certifies_their_own_hours';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER self_governance_signup_certified BEFORE INSERT OR UPDATE OF certified_by_id ON self_governance_signup
  FOR EACH ROW WHEN (NEW.certified_by_id IS NOT NULL) EXECUTE FUNCTION self_governance_not_ones_own();
