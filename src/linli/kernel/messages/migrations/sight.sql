-- The second lock: see linli/kernel/messages/models.py. The person alone; the room writes with the system's eyes.
ALTER TABLE told_message ENABLE ROW LEVEL SECURITY;
ALTER TABLE told_message FORCE ROW LEVEL SECURITY;
CREATE POLICY told_message_seen ON told_message USING (
  current_setting('linli.sees', true) = '*'
  OR (current_setting('linli.sees', true) = 'own'
      AND person_id = nullif(current_setting('linli.person', true), '')::uuid))
  WITH CHECK (current_setting('linli.sees', true) = '*');

DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['told_ring', 'told_choice'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($p$CREATE POLICY %I ON %I USING (current_setting('linli.sees', true) = '*')
      WITH CHECK (current_setting('linli.sees', true) = '*')$p$, room || '_seen', room);
  END LOOP;
END $$;

-- What was told stays as it was told. Whose it is may change: two registrations can be one person.
CREATE FUNCTION told_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.print, OLD.said_sealed, OLD.at) IS DISTINCT FROM (NEW.id, NEW.print, NEW.said_sealed, NEW.at)
     OR (OLD.read_at IS NOT NULL AND NEW.read_at IS DISTINCT FROM OLD.read_at)
  THEN RAISE EXCEPTION 'what was told is not changed' USING ERRCODE = 'insufficient_privilege'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER told_keep BEFORE UPDATE ON told_message FOR EACH ROW EXECUTE FUNCTION told_keep();
