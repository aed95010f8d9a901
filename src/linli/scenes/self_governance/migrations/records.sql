-- The record of a volunteer is seen by the person, and by those who work where they live.
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['volunteer', 'training', 'commendation', 'certificate', 'line'] LOOP
    EXECUTE format('ALTER TABLE self_governance_%s ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE self_governance_%s FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($f$CREATE POLICY self_governance_%1$s_add ON self_governance_%1$s FOR INSERT
      WITH CHECK (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY self_governance_%1$s_change ON self_governance_%1$s FOR UPDATE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY self_governance_%1$s_remove ON self_governance_%1$s FOR DELETE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
  FOREACH room IN ARRAY ARRAY['volunteer', 'training', 'commendation', 'certificate'] LOOP
    EXECUTE format($f$CREATE POLICY self_governance_%1$s_seen ON self_governance_%1$s FOR SELECT
      USING (volunteering_own(person_id) OR volunteering_within(place_code))$f$, room);
  END LOOP;
END $$;
CREATE POLICY self_governance_line_seen ON self_governance_line FOR SELECT
  USING (EXISTS (SELECT FROM self_governance_certificate c WHERE c.id = self_governance_line.certificate_id));

-- A certificate says for ever what it said on the day it was issued; only its place may be called otherwise.
CREATE FUNCTION self_governance_certificate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'certificate % was issued and does not change', OLD.number
    USING ERRCODE = 'check_violation', CONSTRAINT = 'a_certificate_does_not_change';
END $$;
CREATE TRIGGER self_governance_certificate_changed BEFORE UPDATE ON self_governance_certificate FOR EACH ROW
  WHEN ((OLD.number, OLD.person_id, OLD.issued_at, OLD.since, OLD.until, OLD.minutes, OLD.contents, OLD.hash)
        IS DISTINCT FROM (NEW.number, NEW.person_id, NEW.issued_at, NEW.since, NEW.until, NEW.minutes, NEW.contents, NEW.hash))
  EXECUTE FUNCTION self_governance_certificate_stays();
CREATE FUNCTION self_governance_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a line of a certificate does not change'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'a_certificate_does_not_change';
END $$;
CREATE TRIGGER self_governance_line_changed BEFORE UPDATE ON self_governance_line FOR EACH ROW
  EXECUTE FUNCTION self_governance_line_stays();
