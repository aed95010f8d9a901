-- Help is seen by who asked, who helps, and those who work at the place; what looks for a helper is shown to volunteers by a
-- query that masks the name.
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['request', 'offer'] LOOP
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
CREATE POLICY self_governance_request_seen ON self_governance_request FOR SELECT
  USING (volunteering_own(person_id) OR volunteering_own(helper_id) OR volunteering_within(place_code));
CREATE POLICY self_governance_offer_seen ON self_governance_offer FOR SELECT
  USING (volunteering_own(person_id)
         OR EXISTS (SELECT FROM self_governance_request r WHERE r.id = self_governance_offer.request_id));
ALTER TABLE self_governance_request ADD CONSTRAINT help_is_no_longer_than_its_time CHECK (
  minutes * interval '1 minute' <= upper(lasts) - lower(lasts));
