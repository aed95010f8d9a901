-- Cards and charges: the customer's own; a shop's own are asked by its verbs, with the system's eyes. Which shops there are
-- is public.
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['card', 'shop', 'keeper', 'charge', 'settlement'] LOOP
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
CREATE POLICY self_governance_shop_seen ON self_governance_shop FOR SELECT USING (true);
CREATE POLICY self_governance_card_seen ON self_governance_card FOR SELECT
  USING (current_setting('linli.sees', true) = '*' OR volunteering_own(person_id));
CREATE POLICY self_governance_keeper_seen ON self_governance_keeper FOR SELECT
  USING (volunteering_own(person_id) OR EXISTS (
    SELECT FROM self_governance_shop s WHERE s.unit_id = self_governance_keeper.shop_id AND volunteering_within(s.place_code)));
-- What somebody bought is theirs and the shop's; staff see what a shop took in a month, not who came.
CREATE POLICY self_governance_charge_seen ON self_governance_charge FOR SELECT
  USING (current_setting('linli.sees', true) = '*' OR volunteering_own(person_id));
CREATE POLICY self_governance_settlement_seen ON self_governance_settlement FOR SELECT
  USING (volunteering_within(place_code));
