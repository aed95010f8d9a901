-- Minutes are rolled up by the evaluator that holds a shard, in the transactions in which it writes readings, so each
-- shard stands for itself: what is said of minutes before `upto` is late. `readings_rolling` goes on telling how far hours
-- and days are reckoned (`rolled`), or are being reckoned (`closing`): never further than the shard that is furthest behind.
CREATE TABLE readings_rolled (
  shard smallint PRIMARY KEY CHECK (shard BETWEEN 0 AND 15),
  upto timestamptz NOT NULL
);
INSERT INTO readings_rolled (shard, upto) SELECT n, rolled FROM generate_series(0, 15) n, readings_rolling;
UPDATE readings_rolling SET closing = rolled;
-- Nobody looks for readings by their instant alone any more.
DROP INDEX readings_reading_at;
