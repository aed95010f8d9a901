-- A thing that moves takes what rules had begun to count of it along to its new part of the stream: whoever leases that
-- reads it there.
CREATE FUNCTION readings_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE readings_state SET shard = NEW.shard WHERE subject = NEW.no::text AND shard <> NEW.shard;
  RETURN NULL;
END $$;
CREATE TRIGGER things_thing_followed AFTER UPDATE OF shard ON things_thing FOR EACH ROW
  WHEN (OLD.shard IS DISTINCT FROM NEW.shard) EXECUTE FUNCTION readings_follow();
