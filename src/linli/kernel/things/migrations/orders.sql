-- Who sees a thing sees what it was told to do. The connections' process writes how far an order came with the system's eyes.
ALTER TABLE things_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE things_order FORCE ROW LEVEL SECURITY;
CREATE POLICY things_order_seen ON things_order FOR SELECT
  USING (current_setting('linli.sees', true) = '*'
         OR EXISTS (SELECT FROM things_thing t WHERE t.id = things_order.thing_id));
CREATE POLICY things_order_add ON things_order FOR INSERT WITH CHECK (current_setting('linli.sees', true) = '*');
CREATE POLICY things_order_change ON things_order FOR UPDATE USING (current_setting('linli.sees', true) = '*');
CREATE POLICY things_order_remove ON things_order FOR DELETE USING (current_setting('linli.sees', true) = '*');
