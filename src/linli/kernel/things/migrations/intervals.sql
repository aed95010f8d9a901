-- Who sees a thing sees how often it reported.
ALTER TABLE things_interval ENABLE ROW LEVEL SECURITY;
ALTER TABLE things_interval FORCE ROW LEVEL SECURITY;
CREATE POLICY things_interval_seen ON things_interval FOR SELECT
  USING (current_setting('linli.sees', true) = '*'
         OR EXISTS (SELECT FROM things_thing t WHERE t.id = things_interval.thing_id));
CREATE POLICY things_interval_add ON things_interval FOR INSERT WITH CHECK (current_setting('linli.sees', true) = '*');
CREATE POLICY things_interval_remove ON things_interval FOR DELETE USING (current_setting('linli.sees', true) = '*');
