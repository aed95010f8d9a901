-- An era is this database's life in one cluster. Transaction ids count up within a cluster only: a dump brought into
-- another one comes with the old, high ids, while the new cluster counts from a low one. So the order in which
-- followers read is (era, tx, seq), and what is written in another cluster than before begins a new era.
CREATE TABLE audit_era (
  era integer PRIMARY KEY,
  cluster text NOT NULL,
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The cluster's own name, made by initdb and kept by its copies and replicas, whose ids go on counting.
CREATE FUNCTION audit_cluster() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT system_identifier::text FROM pg_control_system()
$$;

-- The era a record written now belongs to; its row is made when the first is written.
CREATE FUNCTION audit_present_era() RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN e.cluster = audit_cluster() THEN e.era ELSE e.era + 1 END FROM audit_era e ORDER BY e.era DESC LIMIT 1
$$;

INSERT INTO audit_era (era, cluster) VALUES (0, audit_cluster());

ALTER TABLE audit_record ADD COLUMN era integer NOT NULL DEFAULT 0;
ALTER TABLE audit_follower ADD COLUMN era integer NOT NULL DEFAULT 0;
CREATE INDEX audit_record_in_order ON audit_record (era, tx, seq);
DROP INDEX audit_record_order;

CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE head audit_head; present audit_era; cluster text := current_setting('linli.cluster', true);
BEGIN
  -- The row was routed to its month by now, so a false time is refused rather than mended.
  IF NEW.recorded_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() THEN
    RAISE EXCEPTION 'the database says when a record was taken, nobody else';
  END IF;
  IF coalesce(cluster, '') = '' THEN  -- asked once a session: no session outlives its cluster
    cluster := audit_cluster();
    PERFORM set_config('linli.cluster', cluster, false);
  END IF;
  SELECT * INTO STRICT present FROM audit_era ORDER BY era DESC LIMIT 1;
  NEW.era := present.era;
  IF present.cluster <> cluster THEN
    NEW.era := present.era + 1;
    INSERT INTO audit_era (era, cluster) VALUES (NEW.era, cluster) ON CONFLICT DO NOTHING;
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

-- Append-only. Two changes are allowed, and only whole: erasing what is past its time, leaving the digest; and
-- reading a record later than its era said, when mending the order (audit_mend).
CREATE OR REPLACE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
     AND NEW.before IS NULL AND NEW.after IS NULL AND NEW.note IS NULL AND NEW.salt IS NULL
     AND NEW.actor_name IS NULL AND NEW.address IS NULL
     AND (NEW.id, NEW.recorded_at, NEW.happened_at, NEW.era, NEW.tx, NEW.seq, NEW.stream, NEW.stream_seq, NEW.verb,
          NEW.actor_account, NEW.actor_post, NEW.actor_person, NEW.actor_role, NEW.actor_scope, NEW.via,
          NEW.place_code, NEW.unit_ids, NEW.person_ids, NEW.digest, NEW.prev, NEW.hash)
       IS NOT DISTINCT FROM
         (OLD.id, OLD.recorded_at, OLD.happened_at, OLD.era, OLD.tx, OLD.seq, OLD.stream, OLD.stream_seq, OLD.verb,
          OLD.actor_account, OLD.actor_post, OLD.actor_person, OLD.actor_role, OLD.actor_scope, OLD.via,
          OLD.place_code, OLD.unit_ids, OLD.person_ids, OLD.digest, OLD.prev, OLD.hash)
  THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' AND NEW.era = OLD.era + 1 AND EXISTS (SELECT FROM audit_era WHERE era = NEW.era) THEN
    OLD.era := NEW.era;
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'audit records are append-only (% refused)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

-- Whether an id that is committed lies in the future of this cluster, which only a dump from another can bring.
CREATE FUNCTION audit_is_ahead(id xid8) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT id >= pg_snapshot_xmax(pg_current_snapshot()) AND id IS DISTINCT FROM pg_current_xact_id_if_assigned()
$$;

-- How many of the present era do. After a plain move there are none: the next record begins an era of its own.
CREATE FUNCTION audit_ahead() RETURNS TABLE (records bigint, followers bigint) LANGUAGE sql STABLE AS $$
  SELECT (SELECT count(*) FROM audit_record
          WHERE era = (SELECT audit_present_era()) AND tx >= (SELECT pg_snapshot_xmax(pg_current_snapshot()))
            AND audit_is_ahead(tx)),
         (SELECT count(*) FROM audit_follower WHERE era = (SELECT audit_present_era()) AND audit_is_ahead(tx))
$$;

-- Begins a new era where one is due; returns it, and how many records were written after the move but numbered
-- before it: they are read in the new era. Without a fault it does nothing and returns no row. The lock waits for
-- who is writing and lets nobody write meanwhile, so that no record of the old era comes after this.
CREATE FUNCTION audit_mend() RETURNS TABLE (new_era integer, strays bigint) LANGUAGE plpgsql AS $$
DECLARE last audit_era; moved timestamptz; ahead record;
BEGIN
  LOCK TABLE audit_record IN SHARE MODE;
  SELECT * INTO STRICT last FROM audit_era ORDER BY era DESC LIMIT 1;
  new_era := last.era + 1;
  strays := 0;
  IF last.cluster <> audit_cluster() THEN
    INSERT INTO audit_era (era, cluster) VALUES (new_era, audit_cluster());
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT * INTO ahead FROM audit_ahead();
  IF ahead.records + ahead.followers = 0 THEN RETURN; END IF;
  SELECT max(recorded_at) INTO moved FROM audit_record WHERE era = last.era AND audit_is_ahead(tx);
  IF moved IS NULL THEN
    SELECT max(moved_at) INTO moved FROM audit_follower WHERE era = last.era AND audit_is_ahead(tx);
  END IF;
  INSERT INTO audit_era (era, cluster) VALUES (new_era, last.cluster);
  UPDATE audit_record SET era = new_era WHERE era = last.era AND NOT audit_is_ahead(tx) AND recorded_at > moved;
  GET DIAGNOSTICS strays = ROW_COUNT;
  RETURN NEXT;
END $$;
