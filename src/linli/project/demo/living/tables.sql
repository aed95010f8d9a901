-- The demo's own: how fast the district lives. One row.
CREATE TABLE IF NOT EXISTS demo_pace (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  speed integer NOT NULL CHECK (speed BETWEEN 0 AND 1000),
  since timestamptz NOT NULL,
  by_name text NOT NULL DEFAULT ''
);
