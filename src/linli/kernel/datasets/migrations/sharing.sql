-- The second lock on shares: the two units concerned, and nobody else; the room's verbs write with the system's eyes.
ALTER TABLE datasets_share ENABLE ROW LEVEL SECURITY;
ALTER TABLE datasets_share FORCE ROW LEVEL SECURITY;
CREATE POLICY datasets_share_seen ON datasets_share FOR SELECT USING (
  current_setting('linli.sees', true) = '*'
  OR unit_id = nullif(current_setting('linli.unit', true), '')::uuid
  OR EXISTS (SELECT FROM datasets_dataset d WHERE d.id = dataset_id
             AND d.owner_id = nullif(current_setting('linli.unit', true), '')::uuid));
CREATE POLICY datasets_share_add ON datasets_share FOR INSERT WITH CHECK (current_setting('linli.sees', true) = '*');
CREATE POLICY datasets_share_change ON datasets_share FOR UPDATE USING (current_setting('linli.sees', true) = '*');
CREATE POLICY datasets_share_remove ON datasets_share FOR DELETE USING (current_setting('linli.sees', true) = '*');
ALTER TABLE datasets_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE datasets_use FORCE ROW LEVEL SECURITY;
CREATE POLICY datasets_use_seen ON datasets_use FOR SELECT USING (
  current_setting('linli.sees', true) = '*' OR EXISTS (SELECT FROM datasets_share s WHERE s.id = share_id));
CREATE POLICY datasets_use_add ON datasets_use FOR INSERT WITH CHECK (current_setting('linli.sees', true) = '*');
-- A use is a trace: it is neither changed nor removed but with its share.
CREATE POLICY datasets_use_remove ON datasets_use FOR DELETE USING (current_setting('linli.sees', true) = '*');
