-- How far each process that appends has come: an append that was in doubt and is made again finds its number taken.
CREATE TABLE readings_sender (
  id uuid PRIMARY KEY,
  seq bigint NOT NULL CHECK (seq >= 0),
  moved_at timestamptz NOT NULL
) WITH (fillfactor = 50);
