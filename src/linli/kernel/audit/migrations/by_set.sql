-- One formula each, of plain values: a function of a row is not inlined, and in a trigger it costs more than the hash.
CREATE FUNCTION audit_digest_of(salt bytea, actor_name text, address text, before jsonb, after jsonb, note text)
RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(salt || convert_to(jsonb_build_array(actor_name, address, before, after, note)::text, 'UTF8'))
$$;

CREATE FUNCTION audit_link_of(
  prev bytea, id uuid, stream text, stream_seq integer, verb text, happened_at timestamptz, recorded_at timestamptz,
  actor_account uuid, actor_post uuid, actor_person uuid, actor_role text, actor_scope text, via text,
  place_code text, unit_ids uuid[], person_ids uuid[], digest bytea)
RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(prev || convert_to(jsonb_build_array(
    id, stream, stream_seq, verb, extract(epoch FROM happened_at), extract(epoch FROM recorded_at),
    actor_account, actor_post, actor_person, actor_role, actor_scope, via,
    place_code, unit_ids, person_ids)::text, 'UTF8') || digest)
$$;

CREATE OR REPLACE FUNCTION audit_digest(r audit_record) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT audit_digest_of(r.salt, r.actor_name, r.address, r.before, r.after, r.note)
$$;

CREATE OR REPLACE FUNCTION audit_link(r audit_record) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT audit_link_of(r.prev, r.id, r.stream, r.stream_seq, r.verb, r.happened_at, r.recorded_at, r.actor_account,
    r.actor_post, r.actor_person, r.actor_role, r.actor_scope, r.via, r.place_code, r.unit_ids, r.person_ids, r.digest)
$$;

-- The head of a stream, locked, found by its key whatever the statistics say (0003). No row for a new stream.
CREATE FUNCTION audit_head_of(of_stream text, OUT seq integer, OUT hash bytea)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  SELECT h.seq, h.hash INTO seq, hash FROM audit_head h WHERE h.stream = of_stream FOR UPDATE;
END $$;

-- Every record is stamped, digested and linked here, whoever writes it and however. Who writes one record names no
-- place in the chain: the head of the stream is taken, locked and moved on. Who writes many at once names the record
-- before each (stream_seq, prev); the heads are then compared and moved by set when the statement ends, below.
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  present_era integer; present_cluster text; cluster text := current_setting('linli.cluster', true);
  head_seq integer; head_hash bytea; own boolean := NEW.prev IS NULL;
BEGIN
  -- The row was routed to its month by now, so a false time is refused rather than mended.
  IF NEW.recorded_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() THEN
    RAISE EXCEPTION 'the database says when a record was taken, nobody else';
  END IF;
  IF coalesce(cluster, '') = '' THEN  -- asked once a session: no session outlives its cluster
    cluster := audit_cluster();
    PERFORM set_config('linli.cluster', cluster, false);
  END IF;
  SELECT e.era, e.cluster INTO STRICT present_era, present_cluster FROM audit_era e ORDER BY e.era DESC LIMIT 1;
  IF present_cluster <> cluster THEN
    present_era := present_era + 1;
    INSERT INTO audit_era (era, cluster) VALUES (present_era, cluster) ON CONFLICT DO NOTHING;
  END IF;
  NEW.era := present_era;
  NEW.tx := pg_current_xact_id();
  NEW.erased_at := NULL;
  NEW.salt := uuid_send(gen_random_uuid());
  NEW.digest := audit_digest_of(NEW.salt, NEW.actor_name, NEW.address, NEW.before, NEW.after, NEW.note);
  LOOP  -- twice only where two transactions write the first record of a stream at once
    IF own THEN
      SELECT h.seq, h.hash INTO head_seq, head_hash FROM audit_head_of(NEW.stream) h;
      NEW.stream_seq := coalesce(head_seq, 0) + 1;
      NEW.prev := coalesce(head_hash, '\x'::bytea);
    END IF;
    NEW.hash := audit_link_of(NEW.prev, NEW.id, NEW.stream, NEW.stream_seq, NEW.verb, NEW.happened_at,
      NEW.recorded_at, NEW.actor_account, NEW.actor_post, NEW.actor_person, NEW.actor_role, NEW.actor_scope, NEW.via,
      NEW.place_code, NEW.unit_ids, NEW.person_ids, NEW.digest);
    EXIT WHEN NOT own;
    INSERT INTO audit_head AS h VALUES (NEW.stream, NEW.stream_seq, NEW.hash)
    ON CONFLICT (stream) DO UPDATE SET seq = EXCLUDED.seq, hash = EXCLUDED.hash WHERE h.seq = EXCLUDED.seq - 1;
    EXIT WHEN FOUND;
  END LOOP;
  RETURN NEW;
END $$;
ALTER FUNCTION audit_chain() RESET enable_seqscan;

-- The heads after a statement. Each record must be where its stream ends now: either its head was moved with it, above,
-- or it names the head as the record before it, and the head moves on here. So of one stream a statement takes any
-- number of records that name no place, or one that does. Whoever was faster by a moment is not overtaken.
CREATE FUNCTION audit_move_heads() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE written bigint; linked bigint; passed bigint; next bigint; followed bigint := 0; moved bigint := 0;
BEGIN
  SELECT count(*), count(*) FILTER (WHERE h.seq = f.stream_seq AND h.hash = f.hash),
         count(*) FILTER (WHERE h.seq > f.stream_seq),
         count(*) FILTER (WHERE (h.seq IS NULL AND f.stream_seq = 1 AND f.prev = '')
                             OR (h.seq = f.stream_seq - 1 AND h.hash = f.prev))
  INTO written, linked, passed, next
  FROM fresh f LEFT JOIN LATERAL (SELECT seq, hash FROM audit_head WHERE stream = f.stream OFFSET 0) h ON true;
  IF linked = written THEN
    RETURN NULL;
  END IF;
  IF passed > 0 THEN  -- several of one stream, each of which moved the head: the one after it is here too
    SELECT count(*) INTO followed FROM (
      SELECT hash, stream_seq, lead(prev) OVER w AS next_prev, lead(stream_seq) OVER w AS next_seq
      FROM fresh WINDOW w AS (PARTITION BY stream ORDER BY stream_seq)) f
    WHERE f.next_seq = f.stream_seq + 1 AND f.next_prev = f.hash;
  END IF;
  IF next > 0 THEN
    INSERT INTO audit_head AS h
    SELECT f.stream, f.stream_seq, f.hash
    FROM fresh f LEFT JOIN LATERAL (SELECT seq, hash FROM audit_head WHERE stream = f.stream OFFSET 0) h ON true
    WHERE (h.seq IS NULL AND f.stream_seq = 1 AND f.prev = '') OR (h.seq = f.stream_seq - 1 AND h.hash = f.prev)
    ORDER BY f.stream  -- two who move the same heads wait for each other, and do not lock each other out
    ON CONFLICT (stream) DO UPDATE SET seq = EXCLUDED.seq, hash = EXCLUDED.hash WHERE h.seq = EXCLUDED.seq - 1;
    GET DIAGNOSTICS moved = ROW_COUNT;
  END IF;
  IF passed <> followed OR moved <> next OR linked + passed + next <> written THEN
    RAISE EXCEPTION 'a record does not follow the end of its stream' USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_move_heads AFTER INSERT ON audit_record
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION audit_move_heads();

-- A statement that names a partition would pass by the trigger above.
CREATE FUNCTION audit_by_the_door() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'records are written to audit_record, not to a part of it' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE FUNCTION audit_add_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE first date := date_trunc('month', month); name text := 'audit_record_' || to_char(first, 'YYYYMM');
BEGIN
  IF to_regclass(name) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF audit_record FOR VALUES FROM (%L) TO (%L)',
      name, first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    EXECUTE format('CREATE TRIGGER audit_by_the_door BEFORE INSERT ON %I FOR EACH STATEMENT'
      ' EXECUTE FUNCTION audit_by_the_door()', name);
  END IF;
END $$;

DO $$
DECLARE part regclass;
BEGIN
  FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_record'::regclass LOOP
    EXECUTE format('CREATE TRIGGER audit_by_the_door BEFORE INSERT ON %s FOR EACH STATEMENT'
      ' EXECUTE FUNCTION audit_by_the_door()', part);
  END LOOP;
END $$;
