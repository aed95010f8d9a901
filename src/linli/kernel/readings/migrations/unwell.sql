-- Of which things a rule over their own health holds (`readings.unwell`): what holds already is not found again, also when
-- somebody has closed its warning; what holds no more is cleared, once.
CREATE TABLE readings_unwell (
  rule text COLLATE "C" NOT NULL,
  thing integer NOT NULL,
  found_at timestamptz NOT NULL,
  PRIMARY KEY (rule, thing)
);
-- When each such rule was looked at last: of several workers one looks, about once an hour.
CREATE TABLE readings_looked (
  rule text COLLATE "C" PRIMARY KEY,
  at timestamptz NOT NULL
);
