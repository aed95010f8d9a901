-- What devices said. Rows are many and narrow: no identity of their own, no row level security (COPY would not take
-- it). Whoever may see a thing may see its readings, so every question begins with a thing (docs/adr/0012).

CREATE TABLE readings_intake (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shard smallint NOT NULL CHECK (shard BETWEEN 0 AND 15),
  received_at timestamptz NOT NULL,
  entries bytea NOT NULL
);
-- Filled and emptied all day: looked for by shard in the order of arrival.
CREATE INDEX readings_intake_next ON readings_intake (shard, id);
ALTER TABLE readings_intake ALTER COLUMN entries SET STORAGE EXTERNAL;
ALTER TABLE readings_intake SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0, toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 20000);

-- Where a stream that is not in this database was read up to (JetStream: the sequence number), by shard.
CREATE TABLE readings_position (
  shard smallint PRIMARY KEY CHECK (shard BETWEEN 0 AND 15),
  stream text NOT NULL DEFAULT '',
  seq bigint NOT NULL DEFAULT 0 CHECK (seq >= 0),
  moved_at timestamptz
);

CREATE TABLE readings_reading (
  thing integer NOT NULL,
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  flags smallint NOT NULL DEFAULT 0,
  "values" double precision[] NOT NULL,
  PRIMARY KEY (thing, at)
) PARTITION BY RANGE (at);
-- For the minute that is rolled up: readings lie in the table about as they came.
CREATE INDEX readings_reading_at ON readings_reading USING brin (at) WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE readings_latest (
  thing integer PRIMARY KEY,
  at timestamptz,
  received_at timestamptz,
  changed_at timestamptz,
  "values" double precision[] NOT NULL DEFAULT '{}',
  repeats bigint[] NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);
ALTER TABLE readings_latest SET (autovacuum_vacuum_scale_factor = 0.5, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE readings_state (
  rule text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  shard smallint NOT NULL CHECK (shard BETWEEN 0 AND 15),
  state bytea NOT NULL,
  due_at timestamptz,
  PRIMARY KEY (rule, subject)
) WITH (fillfactor = 70);
CREATE INDEX readings_state_due ON readings_state (shard, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE readings_tally (
  thing integer NOT NULL,
  day date NOT NULL,
  what text NOT NULL CHECK (what IN ('repeated', 'late', 'skewed', 'partly', 'dead')),
  n integer NOT NULL CHECK (n > 0),
  PRIMARY KEY (thing, day, what)
) WITH (fillfactor = 70);

-- How far minutes have been rolled up: `closing` is what new readings count as late before, `rolled` what is done.
CREATE TABLE readings_rolling (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  closing timestamptz NOT NULL,
  rolled timestamptz NOT NULL CHECK (rolled <= closing)
);
INSERT INTO readings_rolling (closing, rolled) VALUES ('1970-01-01+00', '1970-01-01+00');

-- Since when devices have been listened to without a break: nobody is silent whom nobody could hear.
CREATE TABLE readings_listening (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  since timestamptz NOT NULL,
  heard_at timestamptz NOT NULL
);

-- Minutes that must be rolled up again, because a reading came late.
CREATE TABLE readings_dirty (
  thing integer NOT NULL,
  minute timestamptz NOT NULL,
  PRIMARY KEY (thing, minute)
);

CREATE TABLE readings_minute (
  thing integer NOT NULL, slot smallint NOT NULL, at timestamptz NOT NULL, n integer NOT NULL CHECK (n > 0),
  least double precision NOT NULL, sum double precision NOT NULL, most double precision NOT NULL,
  last double precision NOT NULL,
  PRIMARY KEY (thing, slot, at)
) PARTITION BY RANGE (at);
CREATE TABLE readings_hour (LIKE readings_minute INCLUDING ALL) PARTITION BY RANGE (at);
CREATE TABLE readings_day (LIKE readings_minute INCLUDING ALL) PARTITION BY RANGE (at);

-- A day's partition of readings and minutes, a month's of hours, a year's of days; made when first needed.
CREATE FUNCTION readings_ensure(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month date := date_trunc('month', day);
  year date := date_trunc('year', day);
  spans text[][] := ARRAY[
    ARRAY['readings_reading', to_char(day, 'YYYYMMDD'), day::text, (day + 1)::text],
    ARRAY['readings_minute', to_char(day, 'YYYYMMDD'), day::text, (day + 1)::text],
    ARRAY['readings_hour', to_char(day, 'YYYYMM'), month::text, (month + interval '1 month')::date::text],
    ARRAY['readings_day', to_char(day, 'YYYY'), year::text, (year + interval '1 year')::date::text]];
  span text[];
BEGIN
  FOREACH span SLICE 1 IN ARRAY spans LOOP
    IF to_regclass(span[1] || '_' || span[2]) IS NULL THEN
      PERFORM pg_advisory_xact_lock(hashtext('readings_ensure'));
      -- In UTC, whatever the session's time zone: a partition's bounds are instants.
      EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        span[1] || '_' || span[2], span[1], span[3] || ' 00:00:00+00', span[4] || ' 00:00:00+00');
    END IF;
  END LOOP;
END $$;
