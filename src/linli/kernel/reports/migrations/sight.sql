-- What was signed is never changed: it is sent once, and what it says of a person goes when its time is over.
CREATE FUNCTION reports_signed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - 'sent_at') IS DISTINCT FROM (to_jsonb(OLD) - 'sent_at') OR OLD.sent_at IS NOT NULL THEN
    RAISE EXCEPTION 'handing % was signed; another is signed beside it', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_signed_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reports_signed_stays BEFORE UPDATE ON reports_handing
  FOR EACH ROW EXECUTE FUNCTION reports_signed_stays();
CREATE FUNCTION reports_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.handing_id IS DISTINCT FROM OLD.handing_id OR NEW.number IS DISTINCT FROM OLD.number
     OR NEW.erased_at IS NULL AND (to_jsonb(NEW) - 'subject') IS DISTINCT FROM (to_jsonb(OLD) - 'subject') THEN
    RAISE EXCEPTION 'line % was signed', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_signed_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reports_line_stays BEFORE UPDATE ON reports_line FOR EACH ROW EXECUTE FUNCTION reports_line_stays();
CREATE FUNCTION reports_basis_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'basis % was signed', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_signed_stays';
END $$;
CREATE TRIGGER reports_basis_stays BEFORE UPDATE ON reports_basis FOR EACH ROW EXECUTE FUNCTION reports_basis_stays();

-- The second lock. Who has a place in scope sees its sheets, and reports asked there; a neighbourhood sees what it is asked.
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['report', 'sheet', 'filled', 'handing', 'line', 'basis'] LOOP
    EXECUTE format('ALTER TABLE reports_%s ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE reports_%s FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($f$CREATE POLICY reports_%1$s_add ON reports_%1$s FOR INSERT
      WITH CHECK (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY reports_%1$s_change ON reports_%1$s FOR UPDATE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY reports_%1$s_remove ON reports_%1$s FOR DELETE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
END $$;
CREATE POLICY reports_sheet_seen ON reports_sheet FOR SELECT USING (linli_sees(place_code, '{}', '{}'));
CREATE POLICY reports_report_seen ON reports_report FOR SELECT
  USING (linli_sees(place_code, '{}', '{}')
         OR EXISTS (SELECT FROM reports_sheet s WHERE s.report_id = reports_report.id));
CREATE POLICY reports_filled_seen ON reports_filled FOR SELECT
  USING (EXISTS (SELECT FROM reports_sheet s WHERE s.id = reports_filled.sheet_id));
-- Above the neighbourhood a sheet is there once it was sent, and not before.
CREATE POLICY reports_handing_seen ON reports_handing FOR SELECT
  USING (EXISTS (SELECT FROM reports_sheet s WHERE s.id = reports_handing.sheet_id)
         AND (sent_at IS NOT NULL OR current_setting('linli.sees', true) = '*'
              OR length(current_setting('linli.scope', true)) >= 12));
CREATE POLICY reports_line_seen ON reports_line FOR SELECT
  USING (EXISTS (SELECT FROM reports_handing h WHERE h.id = reports_line.handing_id));
CREATE POLICY reports_basis_seen ON reports_basis FOR SELECT
  USING (EXISTS (SELECT FROM reports_handing h WHERE h.id = reports_basis.handing_id));
