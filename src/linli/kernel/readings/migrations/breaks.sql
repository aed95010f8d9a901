-- When nobody listened, for whoever looks back: a device was not silent while nobody could hear it. Written by the very
-- note that says that somebody listens again; before the first of all, what lies here was filled in from elsewhere.
CREATE TABLE readings_break (
  began timestamptz PRIMARY KEY,
  ended timestamptz NOT NULL CHECK (ended >= began)
);
CREATE FUNCTION readings_note_break() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  began timestamptz := CASE WHEN TG_OP = 'UPDATE' THEN OLD.heard_at
    ELSE coalesce((SELECT max(received_at) FROM readings_latest WHERE received_at < NEW.since), NEW.since) END;
BEGIN
  INSERT INTO readings_break (began, ended) VALUES (began, NEW.since) ON CONFLICT DO NOTHING;
  DELETE FROM readings_break WHERE ended < NEW.since - interval '1 year';
  RETURN NULL;
END $$;
CREATE TRIGGER readings_began_to_listen AFTER INSERT ON readings_listening
  FOR EACH ROW EXECUTE FUNCTION readings_note_break();
CREATE TRIGGER readings_listens_again AFTER UPDATE ON readings_listening
  FOR EACH ROW WHEN (NEW.since > OLD.since) EXECUTE FUNCTION readings_note_break();
