-- The second lock on what people work with; raw readings are asked for through a thing (tables.sql).

ALTER TABLE readings_incident ENABLE ROW LEVEL SECURITY;
ALTER TABLE readings_incident FORCE ROW LEVEL SECURITY;
CREATE POLICY readings_incident_seen ON readings_incident FOR SELECT USING (linli_within(place_code));
CREATE POLICY readings_incident_add ON readings_incident FOR INSERT WITH CHECK (true);
CREATE POLICY readings_incident_change ON readings_incident FOR UPDATE USING (linli_within(place_code)) WITH CHECK (true);
CREATE POLICY readings_incident_remove ON readings_incident FOR DELETE USING (current_setting('linli.sees', true) = '*');

ALTER TABLE readings_warning ENABLE ROW LEVEL SECURITY;
ALTER TABLE readings_warning FORCE ROW LEVEL SECURITY;
CREATE POLICY readings_warning_seen ON readings_warning FOR SELECT USING (linli_within(place_code));
CREATE POLICY readings_warning_add ON readings_warning FOR INSERT WITH CHECK (true);
CREATE POLICY readings_warning_change ON readings_warning FOR UPDATE USING (linli_within(place_code)) WITH CHECK (true);
CREATE POLICY readings_warning_remove ON readings_warning FOR DELETE USING (current_setting('linli.sees', true) = '*');

ALTER TABLE readings_deadletter ENABLE ROW LEVEL SECURITY;
ALTER TABLE readings_deadletter FORCE ROW LEVEL SECURITY;
CREATE POLICY readings_deadletter_seen ON readings_deadletter FOR SELECT USING (linli_within(place_code));
CREATE POLICY readings_deadletter_add ON readings_deadletter FOR INSERT WITH CHECK (true);
CREATE POLICY readings_deadletter_change ON readings_deadletter FOR UPDATE USING (linli_within(place_code)) WITH CHECK (true);
CREATE POLICY readings_deadletter_remove ON readings_deadletter FOR DELETE USING (current_setting('linli.sees', true) = '*');
