-- Of each thing the last local day that is over on which it said its main quantity, and how often: written in the transaction
-- that rolls the day up, so that whoever asks of all things reads one row of each. Who has a row of an earlier day said
-- nothing since; who has none never spoke.
CREATE TABLE readings_spoken (
  thing integer PRIMARY KEY,
  day timestamptz NOT NULL,
  n integer NOT NULL CHECK (n > 0)
) WITH (fillfactor = 50);
ALTER TABLE readings_spoken SET (autovacuum_vacuum_scale_factor = 0.5, autovacuum_vacuum_cost_delay = 0);
-- Until the next day is rolled up, by the quantity that came most often: which is the main one only the scenes know.
INSERT INTO readings_spoken (thing, day, n)
SELECT DISTINCT ON (d.thing) d.thing, d.at, max(d.n) FROM readings_day d, readings_rolling r
WHERE d.at >= r.rolled - interval '10 days' AND d.at + interval '1 day' <= r.rolled
GROUP BY d.thing, d.at ORDER BY d.thing, d.at DESC;
