-- Any number of orders in one statement. All accounts are held first, in the one order; every order is judged after what those
-- before it did; then balances, entries and records are written by set. So writers who come at once share a round trip, a
-- statement and a flush to disk, and each still has its own answer (docs/adr/0049).
DROP FUNCTION points_write(uuid, text, text, text, uuid, uuid, uuid, uuid, bigint, timestamptz, timestamptz, timestamptz,
  timestamptz, text, bytea, text, uuid, text, text, jsonb, uuid, boolean, uuid[], timestamptz, timestamptz, timestamptz,
  timestamptz, bigint, bigint, bigint, uuid[], text, uuid, text, text, uuid[], uuid[], uuid, uuid, uuid, text, text, text,
  text, text, jsonb);

-- A balance moves with the entries that say so, in one statement, or not at all: one after the other from what it was.
CREATE OR REPLACE FUNCTION points_agree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM was w JOIN now_is n ON n.id = w.id
    WHERE (n.balance <> w.balance OR n.version <> w.version) AND NOT coalesce((
      SELECT count(*) = n.version - w.version AND max(e.current) FILTER (WHERE e.version = n.version) = n.balance
        AND bool_and(e.previous = CASE WHEN e.version = w.version + 1 THEN w.balance ELSE (
          SELECT p.current FROM points_entry p WHERE p.account_id = n.id AND p.version = e.version - 1) END)
      FROM points_entry e WHERE e.account_id = n.id AND e.version > w.version AND e.version <= n.version), false)
  ) THEN
    RAISE EXCEPTION 'a balance is moved by an entry' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_balance_is_moved_by_an_entry';
  END IF;
  RETURN NULL;
END $$;

-- A statement that writes entries writes whole transfers: each side what the transfer says, nought altogether and nought in
-- each community's books. That an account has counted an entry makes it one of those that moved it, above.
CREATE OR REPLACE FUNCTION points_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(DISTINCT transfer_id) FROM fresh) <> (SELECT count(*) FROM (
    SELECT FROM fresh f
    JOIN points_transfer t ON t.id = f.transfer_id AND t.state = 'posted'
    JOIN points_account a ON a.id = f.account_id AND a.ledger = t.ledger AND f.version <= a.version
    GROUP BY t.id
    HAVING count(*) = CASE WHEN t.out_by_id IS NULL THEN 2 ELSE 4 END AND sum(f.amount) = 0
      AND bool_and(f.amount = CASE f.account_id WHEN t.source_id THEN -t.amount WHEN t.target_id THEN t.amount
                              WHEN t.out_by_id THEN t.amount WHEN t.in_by_id THEN -t.amount END)
      AND min(a.book_id::text) FILTER (WHERE f.account_id = t.source_id)
        = min(a.book_id::text) FILTER (WHERE f.account_id = coalesce(t.out_by_id, t.target_id))
      AND min(a.book_id::text) FILTER (WHERE f.account_id = t.target_id)
        = min(a.book_id::text) FILTER (WHERE f.account_id = coalesce(t.in_by_id, t.source_id))) whole)
  THEN
    RAISE EXCEPTION 'a transfer is nought altogether' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_transfer_is_nought_altogether';
  END IF;
  RETURN NULL;
END $$;

-- Everything the orders do to the books, and their records; a row for each, in their order. `accounts` and `books` are all that
-- they touch. `outcome`: done; same (the key is known, for the same); other (the key is known, for something else); missing,
-- closed, clock, lowest, highest, clearing, reversed, nothing (refused, nothing written); refused (an award that caps leave
-- nothing of: written, moves nothing). `room` is what there was, where something was too much; `cap` what cut it.
-- Of an order: `partly`: as much as caps and limits leave; `lots` are taken first, of an expiry they alone, and whatever is
-- left in them; `record` is what the record of it says beside the transfer.
CREATE FUNCTION points_write(orders jsonb, accounts uuid[], books uuid[])
RETURNS TABLE (outcome text, written uuid, moved bigint, room bigint, cap text)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  eyes text := coalesce(current_setting('linli.sees', true), ''); done text; book uuid; o record; n integer := 0;
  ids uuid[]; ledgers text[]; owners text[]; held boolean[]; keeps boolean[]; balances bigint[]; versions bigint[];
  reserves bigint[]; arrivals bigint[]; lowests bigint[]; highests bigint[]; moves timestamptz[]; closings timestamptz[];
  s integer; t integer; x integer; y integer; side integer; sides integer[]; touched boolean[]; any_touched boolean := false;
  free bigint; coming bigint; had bigint; between_room bigint; delta bigint; today bigint; this_month bigint; ever bigint;
  e_transfers uuid[] := '{}'; e_accounts uuid[] := '{}'; e_amounts bigint[] := '{}'; e_currents bigint[] := '{}';
  e_versions bigint[] := '{}'; said_of integer[] := '{}'; said jsonb[] := '{}';
BEGIN
  done := set_config('linli.sees', '*', true);
  FOREACH book IN ARRAY books LOOP
    done := pg_advisory_xact_lock_shared(70241, hashtext(book::text))::text;
  END LOOP;
  SELECT array_agg(a.id), array_agg(a.ledger::text), array_agg(a.owner::text), array_agg(a.book_id = ANY(books)),
    array_agg(a.keeps_lots), array_agg(a.balance), array_agg(a.version), array_agg(a.reserved), array_agg(a.arriving),
    array_agg(a.lowest), array_agg(a.highest), array_agg(a.moved_at), array_agg(a.closed_before), array_agg(false)
  INTO ids, ledgers, owners, held, keeps, balances, versions, reserves, arrivals, lowests, highests, moves, closings, touched
  FROM (SELECT p.*, b.closed_before FROM points_account p JOIN points_book b ON b.id = p.book_id
        WHERE p.id = ANY(accounts) ORDER BY p.id FOR NO KEY UPDATE OF p) a;
  FOR o IN SELECT * FROM jsonb_to_recordset(orders) AS q(
    id uuid, ledger text, kind text, state text, source uuid, target uuid, out_by uuid, in_by uuid, amount bigint,
    event_at timestamptz, at timestamptz, lapses_at timestamptz, expires_at timestamptz, key text, digest bytea, rule text,
    text uuid, reason text, basis text, evidence jsonb, reverses uuid, partly boolean, lots uuid[], day_begins timestamptz,
    day_ends timestamptz, month_begins timestamptz, month_ends timestamptz, day_cap bigint, month_cap bigint, ever_cap bigint,
    by_account uuid, record jsonb)
  LOOP
    n := n + 1;
    outcome := NULL; written := NULL; moved := o.amount; room := NULL; cap := '';
    s := array_position(ids, o.source); t := array_position(ids, o.target);
    IF o.out_by IS NULL THEN
      x := NULL; y := NULL; sides := ARRAY[s, t]; between_room := NULL;
    ELSE
      x := array_position(ids, o.out_by); y := array_position(ids, o.in_by);
      sides := ARRAY[s, t, x, y];
      between_room := least(highests[x] - balances[x] - arrivals[x], balances[y] - reserves[y] - lowests[y]);
    END IF;
    FOREACH side IN ARRAY sides LOOP
      IF side IS NULL OR ledgers[side] <> o.ledger OR NOT held[side] THEN outcome := 'missing';
      ELSIF outcome IS DISTINCT FROM 'missing' AND o.at < moves[side] - interval '5 minutes' THEN outcome := 'clock';
      ELSIF outcome IS NULL AND o.event_at < closings[side] THEN outcome := 'closed';
      END IF;
    END LOOP;
    free := balances[s] - reserves[s]; coming := balances[t] + arrivals[t]; had := balances[t] - reserves[t];
    IF outcome IS NULL AND o.kind = 'reverse' THEN
      IF EXISTS (SELECT FROM points_transfer r WHERE r.reverses_id = o.reverses) THEN outcome := 'reversed'; END IF;
      o.lots := ARRAY(SELECT l.id FROM points_lot l WHERE l.transfer_id = o.reverses AND l.account_id = o.source);
    ELSIF outcome IS NULL AND o.kind = 'expire' THEN
      SELECT coalesce(sum(l."left"), 0) INTO moved FROM points_lot l
      WHERE l.id = ANY(o.lots) AND l.account_id = o.source AND l.expires_at <= o.at;
      o.amount := moved;
      IF moved = 0 THEN outcome := 'nothing'; END IF;
    END IF;
    IF outcome IS NULL AND coalesce(o.day_cap, o.month_cap, o.ever_cap) IS NOT NULL THEN
      SELECT coalesce(sum(c.amount) FILTER (WHERE c.event_at >= o.day_begins AND c.event_at < o.day_ends), 0),
             coalesce(sum(c.amount) FILTER (WHERE c.event_at >= o.month_begins AND c.event_at < o.month_ends), 0),
             coalesce(sum(c.amount), 0)
      INTO today, this_month, ever
      FROM points_capped(CASE WHEN o.kind = 'deduct' THEN o.source ELSE o.target END, o.rule, o.kind,
                         CASE WHEN o.ever_cap IS NULL THEN least(o.day_begins, o.month_begins) ELSE '-infinity' END) c;
      IF ever + moved > o.ever_cap THEN moved := greatest(0, o.ever_cap - ever); cap := 'ever'; END IF;
      IF this_month + moved > o.month_cap THEN moved := greatest(0, o.month_cap - this_month); cap := 'month'; END IF;
      IF today + moved > o.day_cap THEN moved := greatest(0, o.day_cap - today); cap := 'day'; END IF;
    END IF;
    IF outcome IS NULL AND free - moved < lowests[s] THEN
      room := free - lowests[s];
      IF NOT o.partly THEN outcome := CASE WHEN owners[s] = 'clearing' THEN 'clearing' ELSE 'lowest' END; END IF;
      moved := greatest(0, room); cap := 'lowest';
    END IF;
    IF outcome IS NULL AND coming + moved > highests[t] THEN
      room := highests[t] - coming;
      IF NOT o.partly THEN outcome := CASE WHEN owners[t] = 'clearing' THEN 'clearing' ELSE 'highest' END; END IF;
      moved := greatest(0, room); cap := 'highest';
    END IF;
    IF outcome IS NULL AND between_room < moved THEN outcome := 'clearing'; room := between_room; END IF;
    IF outcome IS NULL THEN
      INSERT INTO points_transfer (id, ledger, kind, state, source_id, target_id, out_by_id, in_by_id, amount, asked, event_at,
        recorded_at, lapses_at, expires_at, key, digest, rule, text_id, reason, basis, evidence, why_less, reverses_id, by_account)
      VALUES (o.id, o.ledger, o.kind, CASE WHEN moved = 0 THEN 'refused' ELSE o.state END, o.source, o.target, o.out_by, o.in_by,
        moved, o.amount, o.event_at, o.at, o.lapses_at, o.expires_at, o.key, o.digest, o.rule, o.text, o.reason, o.basis,
        o.evidence, cap, o.reverses, o.by_account)
      ON CONFLICT (ledger, key) DO NOTHING;
      outcome := CASE WHEN NOT FOUND THEN 'known' WHEN moved = 0 THEN 'refused' ELSE 'done' END;
    END IF;
    IF outcome NOT IN ('done', 'refused') THEN  -- asked again, or not possible now: what was done before comes first
      SELECT k.id, CASE WHEN k.digest = o.digest THEN 'same' ELSE 'other' END, k.amount INTO written, done, ever
      FROM points_transfer k WHERE k.ledger = o.ledger AND k.key = o.key;
      IF FOUND THEN outcome := done; moved := ever; END IF;
      RETURN NEXT;
      CONTINUE;
    END IF;
    written := o.id;
    IF outcome = 'done' THEN
      any_touched := true;
      IF keeps[s] AND free > 0 THEN
        done := points_take(o.source, o.id, least(moved, free), o.lots)::text;
      END IF;
      FOREACH side IN ARRAY sides LOOP
        delta := CASE WHEN side = s OR side = y THEN -moved ELSE moved END;
        touched[side] := true;
        IF o.state = 'pending' THEN
          reserves[side] := reserves[side] + greatest(0, -delta); arrivals[side] := arrivals[side] + greatest(0, delta);
        ELSE
          balances[side] := balances[side] + delta;
          versions[side] := versions[side] + 1;
          moves[side] := greatest(moves[side], o.at);
          e_transfers := e_transfers || o.id; e_accounts := e_accounts || ids[side]; e_amounts := e_amounts || delta;
          e_currents := e_currents || balances[side]; e_versions := e_versions || versions[side];
        END IF;
      END LOOP;
      IF o.state <> 'pending' AND keeps[t] THEN
        done := points_bring(o.target, o.id, greatest(0, had + moved) - greatest(0, had), o.reverses, o.event_at, o.expires_at,
          o.at)::text;
      END IF;
    END IF;
    said_of := said_of || n;
    said := said || (jsonb_build_object('transfer', o.id, 'ledger', o.ledger, 'kind', o.kind, 'amount', moved,
        'from', o.source, 'to', o.target) || o.record
      || CASE WHEN cap = '' THEN '{}'::jsonb ELSE jsonb_build_object('asked', o.amount, 'why', cap) END);
    RETURN NEXT;
  END LOOP;
  IF any_touched THEN
    WITH moved AS (
      UPDATE points_account a SET balance = m.balance, version = m.version, reserved = m.reserved, arriving = m.arriving,
        moved_at = m.moved_at
      FROM unnest(ids, balances, versions, reserves, arrivals, moves, touched)
        m(id, balance, version, reserved, arriving, moved_at, touched)
      WHERE a.id = m.id AND m.touched)
    INSERT INTO points_entry (transfer_id, account_id, amount, previous, current, version)
    SELECT e.transfer, e.account, e.amount, e.current - e.amount, e.current, e.version
    FROM unnest(e_transfers, e_accounts, e_amounts, e_currents, e_versions) e(transfer, account, amount, current, version);
  END IF;
  IF said_of <> '{}' THEN
    done := set_config('linli.quiet', 'on', true);
    INSERT INTO audit_record (id, happened_at, stream, verb, actor_account, actor_post, actor_person, actor_role,
      actor_scope, actor_name, via, address, place_code, unit_ids, person_ids, after)
    SELECT r.a_id, r.at, r.stream, r.verb, r.by_account, r.post, r.person, r.role, r.scope, r.name, r.via, r.address, r.place,
      r.units, r.persons, w.says
    FROM unnest(said_of, said) w(number, says), LATERAL jsonb_to_record(orders -> (w.number - 1)) AS r(
      a_id uuid, at timestamptz, stream text, verb text, by_account uuid, post uuid, person uuid, role text, scope text,
      name text, via text, address text, place text, units uuid[], persons uuid[]);
    done := set_config('linli.quiet', '', true);
  END IF;
  done := set_config('linli.sees', eyes, true);
END $$;
