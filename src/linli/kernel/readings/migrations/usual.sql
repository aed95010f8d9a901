-- What is usual of a thing's quantity at an hour of the local week (0: Monday from midnight), learned daily (usual.py).
CREATE TABLE readings_usual (
  thing integer NOT NULL,
  slot smallint NOT NULL,
  how smallint NOT NULL CHECK (how BETWEEN 0 AND 167),
  n integer NOT NULL CHECK (n > 0),
  mean double precision NOT NULL,
  sd double precision NOT NULL CHECK (sd >= 0),
  PRIMARY KEY (thing, slot, how)
);
-- When that was: whoever keeps it in memory asks here whether to read it again.
CREATE TABLE readings_learned (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  at timestamptz NOT NULL
);
