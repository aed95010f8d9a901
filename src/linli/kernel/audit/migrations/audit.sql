-- The second lock: which rows the person at this connection may see. See linli/kernel/access/door.py.
CREATE FUNCTION linli_sees(place_code text, unit_ids uuid[], person_ids uuid[]) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE current_setting('linli.sees', true)
    WHEN '*' THEN true
    WHEN 'place' THEN current_setting('linli.scope', true) <> '' AND starts_with(place_code, current_setting('linli.scope', true))
    WHEN 'unit' THEN current_setting('linli.scope', true) <> '' AND starts_with(place_code, current_setting('linli.scope', true))
                     AND nullif(current_setting('linli.unit', true), '')::uuid = ANY (unit_ids)
    WHEN 'own' THEN nullif(current_setting('linli.person', true), '')::uuid = ANY (person_ids)
    ELSE false
  END
$$;

CREATE TABLE audit_head (
  stream text COLLATE "C" PRIMARY KEY,
  seq integer NOT NULL CHECK (seq > 0),
  hash bytea NOT NULL CHECK (length(hash) = 32)
) WITH (fillfactor = 80);

CREATE SEQUENCE audit_record_seq AS bigint CACHE 32;

CREATE TABLE audit_record (
  id uuid NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  happened_at timestamptz NOT NULL,
  tx xid8 NOT NULL,
  seq bigint NOT NULL DEFAULT nextval('audit_record_seq'),
  stream text COLLATE "C" NOT NULL CHECK (stream <> ''),
  stream_seq integer NOT NULL,
  verb text NOT NULL CHECK (verb <> ''),
  actor_account uuid, actor_post uuid, actor_person uuid,
  actor_role text NOT NULL, actor_scope text COLLATE "C" NOT NULL,
  actor_name text,
  via text NOT NULL,
  address text,
  place_code text COLLATE "C" NOT NULL,
  unit_ids uuid[] NOT NULL DEFAULT '{}',
  person_ids uuid[] NOT NULL DEFAULT '{}',
  before jsonb, after jsonb, note text,
  salt bytea, digest bytea NOT NULL, prev bytea NOT NULL, hash bytea NOT NULL,
  erased_at timestamptz,
  PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);

CREATE INDEX audit_record_order ON audit_record (tx, seq);
CREATE INDEX audit_record_stream ON audit_record (stream, stream_seq);
CREATE INDEX audit_record_when ON audit_record USING brin (recorded_at);

CREATE FUNCTION audit_digest(r audit_record) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(r.salt || convert_to(jsonb_build_array(r.actor_name, r.address, r.before, r.after, r.note)::text, 'UTF8'))
$$;

CREATE FUNCTION audit_link(r audit_record) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(r.prev || convert_to(jsonb_build_array(
    r.id, r.stream, r.stream_seq, r.verb,
    extract(epoch FROM r.happened_at), extract(epoch FROM r.recorded_at),
    r.actor_account, r.actor_post, r.actor_person, r.actor_role, r.actor_scope, r.via,
    r.place_code, r.unit_ids, r.person_ids)::text, 'UTF8') || r.digest)
$$;

-- Every record is chained here, whoever writes it and however: there is no way around a trigger of the table.
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head audit_head;
BEGIN
  -- The row was routed to its month by now, so a false time is refused rather than mended.
  IF NEW.recorded_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() THEN
    RAISE EXCEPTION 'the database says when a record was taken, nobody else';
  END IF;
  NEW.tx := pg_current_xact_id();
  NEW.erased_at := NULL;
  NEW.salt := uuid_send(gen_random_uuid());
  NEW.digest := audit_digest(NEW);
  LOOP  -- twice only where two transactions write the first record of a stream at once
    SELECT * INTO head FROM audit_head WHERE stream = NEW.stream FOR UPDATE;
    NEW.stream_seq := coalesce(head.seq, 0) + 1;
    NEW.prev := coalesce(head.hash, '\x'::bytea);
    NEW.hash := audit_link(NEW);
    IF head.stream IS NOT NULL THEN
      UPDATE audit_head SET seq = NEW.stream_seq, hash = NEW.hash WHERE stream = NEW.stream;
      EXIT;
    END IF;
    INSERT INTO audit_head VALUES (NEW.stream, 1, NEW.hash) ON CONFLICT DO NOTHING;
    EXIT WHEN FOUND;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_chain BEFORE INSERT ON audit_record FOR EACH ROW EXECUTE FUNCTION audit_chain();

-- Append-only. One change is allowed, and only whole: erasing what is past its time, leaving the digest.
CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
     AND NEW.before IS NULL AND NEW.after IS NULL AND NEW.note IS NULL AND NEW.salt IS NULL
     AND NEW.actor_name IS NULL AND NEW.address IS NULL
     AND (NEW.id, NEW.recorded_at, NEW.happened_at, NEW.tx, NEW.seq, NEW.stream, NEW.stream_seq, NEW.verb,
          NEW.actor_account, NEW.actor_post, NEW.actor_person, NEW.actor_role, NEW.actor_scope, NEW.via,
          NEW.place_code, NEW.unit_ids, NEW.person_ids, NEW.digest, NEW.prev, NEW.hash)
       IS NOT DISTINCT FROM
         (OLD.id, OLD.recorded_at, OLD.happened_at, OLD.tx, OLD.seq, OLD.stream, OLD.stream_seq, OLD.verb,
          OLD.actor_account, OLD.actor_post, OLD.actor_person, OLD.actor_role, OLD.actor_scope, OLD.via,
          OLD.place_code, OLD.unit_ids, OLD.person_ids, OLD.digest, OLD.prev, OLD.hash)
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'audit records are append-only (% refused)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON audit_record FOR EACH ROW EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();

CREATE FUNCTION audit_head_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.stream = OLD.stream AND NEW.seq = OLD.seq + 1 THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'the head of an audit stream only moves on (% refused)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_head_keep BEFORE UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_keep();
CREATE TRIGGER audit_head_keep_all BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_head_keep();

-- Wakes the followers. Equal notices of one transaction are sent once.
CREATE FUNCTION audit_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('linli_audit', ''); RETURN NULL; END $$;
CREATE TRIGGER audit_wake AFTER INSERT ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION audit_wake();

CREATE FUNCTION audit_add_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE first date := date_trunc('month', month); name text := 'audit_record_' || to_char(first, 'YYYYMM');
BEGIN
  IF to_regclass(name) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF audit_record FOR VALUES FROM (%L) TO (%L)',
      name, first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
  END IF;
END $$;
SELECT audit_add_month((date_trunc('month', now()) + make_interval(months => n))::date) FROM generate_series(-1, 13) n;

ALTER TABLE audit_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_record FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_record_read ON audit_record FOR SELECT
  USING (linli_sees(place_code, unit_ids, person_ids) OR current_setting('linli.sees', true) = 'audit');
CREATE POLICY audit_record_add ON audit_record FOR INSERT WITH CHECK (true);
CREATE POLICY audit_record_erase ON audit_record FOR UPDATE USING (current_setting('linli.sees', true) = '*');
CREATE POLICY audit_record_none ON audit_record FOR DELETE USING (true);

CREATE TABLE audit_follower (
  name text PRIMARY KEY,
  tx xid8 NOT NULL DEFAULT '0',
  seq bigint NOT NULL DEFAULT 0,
  moved_at timestamptz,
  failures integer NOT NULL DEFAULT 0,
  last_error text NOT NULL DEFAULT '',
  retry_at timestamptz
);
