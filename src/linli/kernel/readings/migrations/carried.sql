-- Which transaction last moved what rules had begun to count: along with a thing to another part of the stream, or along
-- with places to other codes. Rounds of evaluators hold the row while they write (`readings.carried`), who moves something
-- changes it first: no round writes what it remembers over what was moved meanwhile.
CREATE TABLE readings_carried (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  things bigint NOT NULL DEFAULT 0,
  places bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
INSERT INTO readings_carried DEFAULT VALUES;

CREATE OR REPLACE FUNCTION readings_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  here bigint := pg_current_xact_id()::text::bigint;
BEGIN
  UPDATE readings_carried SET things = here WHERE things <> here;
  UPDATE readings_state SET shard = NEW.shard WHERE subject = NEW.no::text AND shard <> NEW.shard;
  RETURN NULL;
END $$;
