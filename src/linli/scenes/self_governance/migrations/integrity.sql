-- A deduction that is proposed is seen by the person it is about and by those who work at the place.
ALTER TABLE self_governance_deduction ENABLE ROW LEVEL SECURITY;
ALTER TABLE self_governance_deduction FORCE ROW LEVEL SECURITY;
CREATE POLICY self_governance_deduction_add ON self_governance_deduction FOR INSERT
  WITH CHECK (current_setting('linli.sees', true) = '*');
CREATE POLICY self_governance_deduction_change ON self_governance_deduction FOR UPDATE
  USING (current_setting('linli.sees', true) = '*');
CREATE POLICY self_governance_deduction_remove ON self_governance_deduction FOR DELETE
  USING (current_setting('linli.sees', true) = '*');
CREATE POLICY self_governance_deduction_seen ON self_governance_deduction FOR SELECT
  USING (volunteering_own(person_id) OR volunteering_within(place_code));
