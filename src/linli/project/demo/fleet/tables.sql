-- The demo's own: what its devices prove themselves with, and what the panel started. Made when the fleet is placed.
CREATE TABLE IF NOT EXISTS demo_fleet (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  seed bigint NOT NULL,
  sealed bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS demo_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  place_code text COLLATE "C" NOT NULL,
  place text NOT NULL,
  keys text[] NOT NULL DEFAULT '{}',
  by_name text NOT NULL DEFAULT '',
  began_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL CHECK (ends_at > began_at)
);
