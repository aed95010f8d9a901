-- What a fact says is never changed: its value goes when its time is over, and which one is in force may change.
CREATE FUNCTION registers_fact_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.element IS DISTINCT FROM OLD.element OR NEW.source IS DISTINCT FROM OLD.source
     OR NEW.observed_at IS DISTINCT FROM OLD.observed_at OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at
     OR NEW.entry_id IS DISTINCT FROM OLD.entry_id OR NEW.author_id IS DISTINCT FROM OLD.author_id
     OR NEW.about IS DISTINCT FROM OLD.about
     OR OLD.state = 'erased' AND NEW.state <> 'erased'
     OR NEW.state <> 'erased' AND (NEW.value IS DISTINCT FROM OLD.value OR NEW.print IS DISTINCT FROM OLD.print
                                   OR NEW.sealed IS NULL <> (OLD.sealed IS NULL)) THEN
    RAISE EXCEPTION 'fact % is not rewritten; a new one stands beside it', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'facts_are_never_changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER registers_fact_stays BEFORE UPDATE ON registers_fact
  FOR EACH ROW EXECUTE FUNCTION registers_fact_stays();

-- The second lock. Staff see what lies at their place; nobody by their unit alone. A person sees what is about them, and
-- what is about the household and the home they live in.
CREATE FUNCTION registers_within(place_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = '*'
    OR current_setting('linli.sees', true) = 'place' AND current_setting('linli.scope', true) <> ''
       AND (starts_with(place_code, current_setting('linli.scope', true))
            OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
$$;
CREATE FUNCTION registers_lives(about text, subject uuid, place_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = 'own' AND CASE about
    WHEN 'person' THEN subject = nullif(current_setting('linli.person', true), '')::uuid
    WHEN 'household' THEN EXISTS (
      SELECT FROM people_residence r WHERE r.household_id = subject AND r.valid @> now()
        AND r.person_id = nullif(current_setting('linli.person', true), '')::uuid)
    WHEN 'place' THEN length(place_code) >= 27 AND EXISTS (
      SELECT FROM people_person p WHERE p.id = nullif(current_setting('linli.person', true), '')::uuid
        AND p.place_code = registers_lives.place_code)
    ELSE false END
$$;
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['site', 'entry', 'fact', 'confirmation', 'conflict', 'decision', 'contest', 'visit'] LOOP
    EXECUTE format('ALTER TABLE registers_%s ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE registers_%s FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($f$CREATE POLICY registers_%1$s_add ON registers_%1$s FOR INSERT
      WITH CHECK (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY registers_%1$s_change ON registers_%1$s FOR UPDATE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY registers_%1$s_remove ON registers_%1$s FOR DELETE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
  FOREACH room IN ARRAY ARRAY['entry', 'fact'] LOOP
    EXECUTE format($f$CREATE POLICY registers_%1$s_seen ON registers_%1$s FOR SELECT
      USING (registers_within(place_code) OR registers_lives(about, subject, place_code))$f$, room);
  END LOOP;
  FOREACH room IN ARRAY ARRAY['conflict', 'visit'] LOOP
    EXECUTE format($f$CREATE POLICY registers_%1$s_seen ON registers_%1$s FOR SELECT
      USING (registers_within(place_code))$f$, room);
  END LOOP;
  FOREACH room IN ARRAY ARRAY['confirmation', 'decision'] LOOP
    EXECUTE format($f$CREATE POLICY registers_%1$s_seen ON registers_%1$s FOR SELECT
      USING (EXISTS (SELECT FROM registers_fact f WHERE f.id = registers_%1$s.fact_id))$f$, room);
  END LOOP;
END $$;
-- Which places are subjects is no secret.
CREATE POLICY registers_site_seen ON registers_site FOR SELECT USING (current_setting('linli.sees', true) <> '');
-- A contest is its person's, and theirs who answer at the place; what a neighbour in the household contests is not mine.
CREATE POLICY registers_contest_seen ON registers_contest FOR SELECT
  USING (registers_within(place_code)
         OR current_setting('linli.sees', true) = 'own'
            AND person_id = nullif(current_setting('linli.person', true), '')::uuid);
