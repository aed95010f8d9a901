-- Rows of persons: the person alone; the room writes and counts with the system's eyes, and asks who is on duty.
ALTER TABLE emergencies_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE emergencies_answer FORCE ROW LEVEL SECURITY;
CREATE POLICY emergencies_answer_seen ON emergencies_answer USING (
  current_setting('linli.sees', true) = '*'
  OR (current_setting('linli.sees', true) = 'own'
      AND person_id = nullif(current_setting('linli.person', true), '')::uuid))
  WITH CHECK (current_setting('linli.sees', true) = '*');
