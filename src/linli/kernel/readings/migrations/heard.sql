-- How far each sender has been heard in each part of a JetStream stream: an append that was in doubt for longer than the
-- server remembers comes twice, under the same number. Several messages of one append may lie in the stream in any order.
CREATE TABLE readings_heard (
  shard smallint NOT NULL CHECK (shard BETWEEN 0 AND 15),
  sender text COLLATE "C" NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 0),
  nth integer[] NOT NULL,
  heard_at timestamptz NOT NULL,
  PRIMARY KEY (shard, sender)
) WITH (fillfactor = 50);
