-- A transfer alone is one statement: it takes its locks, judges, writes and is committed, and nobody waits for a program
-- meanwhile. So the record is written here too, and the balance of both accounts in the statement that writes the entries.
DROP TRIGGER points_move ON points_entry;
DROP FUNCTION points_move();
DROP FUNCTION points_write(uuid, text, text, text, uuid, uuid, uuid, uuid, bigint, timestamptz, timestamptz, timestamptz,
  timestamptz, text, bytea, text, uuid, text, text, jsonb, uuid, uuid, boolean, uuid[], timestamptz, timestamptz,
  timestamptz, timestamptz, bigint, bigint, bigint);
DROP FUNCTION points_settle(uuid, timestamptz, boolean);
DROP FUNCTION points_enter(points_transfer, points_account, timestamptz);
DROP FUNCTION points_hold_books(uuid[]);
DROP FUNCTION points_bring(uuid, points_transfer, bigint, timestamptz);
DROP FUNCTION points_sides(points_transfer);

-- Whose an account is never changes, but that a person is forgotten; none is taken away.
CREATE OR REPLACE FUNCTION points_keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.book_id, NEW.ledger, NEW.owner, NEW.unit_id, NEW.other_id) IS DISTINCT FROM
       (OLD.id, OLD.book_id, OLD.ledger, OLD.owner, OLD.unit_id, OLD.other_id)
       OR (NEW.person_id IS DISTINCT FROM OLD.person_id AND (NEW.person_id IS NOT NULL OR NEW.forgotten_at IS NULL)) THEN
      RAISE EXCEPTION 'an account keeps its owner' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'an account stays' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.balance <> 0 OR NEW.version <> 0 OR NEW.reserved <> 0 OR NEW.arriving <> 0 THEN
    RAISE EXCEPTION 'an account begins with nothing' USING ERRCODE = 'check_violation', CONSTRAINT = 'an_account_begins_with_nothing';
  END IF;
  IF NOT EXISTS (SELECT FROM points_book b WHERE b.id = NEW.book_id AND b.ledger = NEW.ledger) THEN
    RAISE EXCEPTION 'an account is in a book of its ledger' USING ERRCODE = 'check_violation', CONSTRAINT = 'an_account_is_in_its_ledger';
  END IF;
  RETURN NEW;
END $$;

-- A balance moves with the entry that says so, in one statement, or not at all.
CREATE FUNCTION points_agree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM was w JOIN now_is n ON n.id = w.id
    WHERE (n.balance <> w.balance OR n.version <> w.version) AND NOT EXISTS (
      SELECT FROM points_entry e WHERE e.account_id = n.id AND e.version = n.version AND n.version = w.version + 1
        AND e.previous = w.balance AND e.current = n.balance)
  ) THEN
    RAISE EXCEPTION 'a balance is moved by an entry' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_balance_is_moved_by_an_entry';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER points_agree AFTER UPDATE ON points_account REFERENCING OLD TABLE AS was NEW TABLE AS now_is
  FOR EACH STATEMENT EXECUTE FUNCTION points_agree();

-- A statement that writes entries writes whole transfers: each side what the transfer says, nought altogether and nought in
-- each community's books, and the accounts say the same.
CREATE OR REPLACE FUNCTION points_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(DISTINCT transfer_id) FROM fresh) <> (SELECT count(*) FROM (
    SELECT FROM fresh f
    JOIN points_transfer t ON t.id = f.transfer_id AND t.state = 'posted'
    JOIN points_account a ON a.id = f.account_id AND a.ledger = t.ledger AND a.balance = f.current AND a.version = f.version
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

-- At the commit: what is posted has its entries. By then the connection has its own eyes again.
DROP TRIGGER points_whole ON points_transfer;
CREATE OR REPLACE FUNCTION points_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE eyes text := coalesce(current_setting('linli.sees', true), ''); done text;
BEGIN
  done := set_config('linli.sees', '*', true);
  IF NOT EXISTS (SELECT FROM points_entry WHERE transfer_id = NEW.id) THEN
    RAISE EXCEPTION 'what is posted has its entries' USING ERRCODE = 'check_violation', CONSTRAINT = 'what_is_posted_has_its_entries';
  END IF;
  done := set_config('linli.sees', eyes, true);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER points_whole AFTER INSERT OR UPDATE OF state ON points_transfer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'posted') EXECUTE FUNCTION points_whole();

-- What a verb must know of accounts before it asks anything of them, with the system's eyes.
CREATE FUNCTION points_look(ids uuid[]) RETURNS TABLE (id uuid, ledger text, owner text, person_id uuid, unit_id uuid,
  book_id uuid, place_code text, forgotten boolean) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE eyes text := coalesce(current_setting('linli.sees', true), ''); done text;
BEGIN
  done := set_config('linli.sees', '*', true);
  RETURN QUERY SELECT a.id, a.ledger::text, a.owner::text, a.person_id, a.unit_id, a.book_id, a.place_code::text,
    a.forgotten_at IS NOT NULL FROM points_account a WHERE a.id = ANY(ids);
  done := set_config('linli.sees', eyes, true);
END $$;

-- Takes a book's lock, shared with every other transfer in it; closing a period takes it alone.
CREATE FUNCTION points_hold_books(books uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE done text; book uuid;
BEGIN
  FOREACH book IN ARRAY books LOOP
    done := pg_advisory_xact_lock_shared(70241, hashtext(book::text))::text;
  END LOOP;
END $$;

-- Takes up to `amount` from an account's lots, the given ones first, then what expires first. Returns how much it took.
CREATE OR REPLACE FUNCTION points_take(of_account uuid, by_transfer uuid, amount bigint, first uuid[]) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE lot record; part bigint; taken bigint := 0;
BEGIN
  IF first IS NOT NULL THEN
    FOR lot IN SELECT l.id, l."left" FROM points_lot l WHERE l.id = ANY(first) AND l.account_id = of_account AND l."left" > 0
               ORDER BY l.expires_at NULLS LAST, l.earned_at, l.id LOOP
      EXIT WHEN taken = amount;
      part := least(lot."left", amount - taken);
      UPDATE points_lot SET "left" = "left" - part WHERE id = lot.id;
      INSERT INTO points_lotmove (lot_id, transfer_id, amount) VALUES (lot.id, by_transfer, -part);
      taken := taken + part;
    END LOOP;
  END IF;
  WHILE taken < amount LOOP
    SELECT l.id, l."left" INTO lot FROM points_lot l WHERE l.account_id = of_account AND l."left" > 0
    ORDER BY l.expires_at NULLS LAST, l.earned_at, l.id LIMIT 1;
    EXIT WHEN NOT FOUND;
    part := least(lot."left", amount - taken);
    WITH took AS (UPDATE points_lot SET "left" = "left" - part WHERE id = lot.id RETURNING id)
    INSERT INTO points_lotmove (lot_id, transfer_id, amount) SELECT id, by_transfer, -part FROM took;
    taken := taken + part;
  END LOOP;
  RETURN taken;
END $$;

-- What came to an account is put into lots: back to where it was taken when something is reversed (`back_of`), of its own age
-- when somebody else had it before, else as a lot of its own. `room` is how much of it is above nought: what fills a debt is
-- in no lot.
CREATE FUNCTION points_bring(to_account uuid, t_id uuid, room bigint, back_of uuid, t_event_at timestamptz,
  t_expires_at timestamptz, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE took record; part bigint; rest bigint := room;
BEGIN
  IF rest <= 0 THEN RETURN; END IF;
  IF back_of IS NOT NULL THEN
    rest := rest - points_give_back(to_account, back_of, t_id, rest, at);
  ELSE
    FOR took IN SELECT l.earned_at, l.expires_at, -m.amount AS amount
                FROM points_lotmove m JOIN points_lot l ON l.id = m.lot_id
                WHERE m.transfer_id = t_id AND m.amount < 0
                ORDER BY l.expires_at DESC NULLS FIRST, l.earned_at DESC, l.id DESC LOOP
      EXIT WHEN rest = 0;
      part := least(took.amount, rest);
      PERFORM points_new_lot(to_account, t_id, took.earned_at, took.expires_at, part);
      rest := rest - part;
    END LOOP;
  END IF;
  IF rest > 0 THEN
    PERFORM points_new_lot(to_account, t_id, t_event_at, t_expires_at, rest);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION points_new_lot(for_account uuid, by_transfer uuid, earned timestamptz, expires timestamptz, amount bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE made uuid := uuidv7();
BEGIN
  INSERT INTO points_lot (id, account_id, transfer_id, earned_at, expires_at, amount, "left")
  VALUES (made, for_account, by_transfer, earned, expires, amount, amount);
  IF expires IS NOT NULL THEN
    INSERT INTO points_due (lot_id, at) VALUES (made, expires);
  END IF;
END $$;

-- The sides of a transfer, as arrays in one order: what each account gets.
CREATE FUNCTION points_deltas(amount bigint, across boolean) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN across THEN ARRAY[-amount, amount, -amount, amount] ELSE ARRAY[-amount, amount] END
$$;

-- Everything a transfer does to the books, and its record. `outcome`: done; same (the key is known, for the same); other (the
-- key is known, for something else); missing, closed, clock, lowest, highest, clearing, reversed, nothing (refused, nothing
-- written); refused (an award that caps leave nothing of: written, moves nothing). `room` is what there was, where something
-- was too much; `cap` what cut it.
-- `partly`: as much as caps and limits leave. `lots` are taken first; of an expiry they alone, and whatever is left in them.
-- `books`: of the accounts, in order. `a_verb` is null where the caller writes the record.
CREATE FUNCTION points_write(
  t_id uuid, t_ledger text, t_kind text, t_state text, t_source uuid, t_target uuid, t_out_by uuid, t_in_by uuid,
  t_amount bigint, t_event_at timestamptz, t_at timestamptz, t_lapses_at timestamptz, t_expires_at timestamptz,
  t_key text, t_digest bytea, t_rule text, t_text uuid, t_reason text, t_basis text, t_evidence jsonb, t_reverses uuid,
  partly boolean, lots uuid[],
  day_begins timestamptz, day_ends timestamptz, month_begins timestamptz, month_ends timestamptz,
  day_cap bigint, month_cap bigint, ever_cap bigint, books uuid[],
  a_verb text, a_id uuid, a_stream text, a_place text, a_persons uuid[], a_units uuid[], a_account uuid, a_post uuid,
  a_person uuid, a_role text, a_scope text, a_name text, a_via text, a_address text, a_more jsonb,
  OUT outcome text, OUT transfer_id uuid, OUT moved bigint, OUT room bigint, OUT cap text
) LANGUAGE plpgsql AS $$
DECLARE
  across boolean := t_out_by IS NOT NULL;
  ids uuid[] := CASE WHEN t_out_by IS NULL THEN ARRAY[t_source, t_target] ELSE ARRAY[t_source, t_out_by, t_in_by, t_target] END;
  book uuid; eyes text := coalesce(current_setting('linli.sees', true), ''); done text; found_all boolean; last_moved timestamptz;
  closed timestamptz; free bigint; lowest bigint; held bigint; highest bigint; between_room bigint; got bigint;
  from_lots boolean; to_lots boolean; from_owner text; to_owner text; today bigint; this_month bigint; ever bigint;
BEGIN
  done := set_config('linli.sees', '*', true);
  cap := '';
  FOREACH book IN ARRAY books LOOP
    done := pg_advisory_xact_lock_shared(70241, hashtext(book::text))::text;
  END LOOP;
  SELECT count(*) = cardinality(ids) AND bool_and(x.ledger = t_ledger) AND bool_and(x.book_id = ANY(books)),
    max(x.moved_at), max(x.closed_before),
    max(x.balance - x.reserved) FILTER (WHERE x.id = t_source), max(x.lowest) FILTER (WHERE x.id = t_source),
    max(x.balance + x.arriving) FILTER (WHERE x.id = t_target), max(x.highest) FILTER (WHERE x.id = t_target),
    max(x.balance - x.reserved) FILTER (WHERE x.id = t_target),
    least(min(x.highest - x.balance - x.arriving) FILTER (WHERE x.id = t_out_by),
          min(x.balance - x.reserved - x.lowest) FILTER (WHERE x.id = t_in_by)),
    bool_or(x.keeps_lots) FILTER (WHERE x.id = t_source), bool_or(x.keeps_lots) FILTER (WHERE x.id = t_target),
    max(x.owner) FILTER (WHERE x.id = t_source), max(x.owner) FILTER (WHERE x.id = t_target)
  INTO found_all, last_moved, closed, free, lowest, held, highest, got, between_room, from_lots, to_lots, from_owner, to_owner
  FROM (SELECT a.*, b.closed_before FROM points_account a JOIN points_book b ON b.id = a.book_id
        WHERE a.id = ANY(ids) ORDER BY a.id FOR NO KEY UPDATE OF a) x;
  moved := t_amount;
  IF found_all IS NOT TRUE THEN outcome := 'missing';
  ELSIF t_at < last_moved - interval '5 minutes' THEN outcome := 'clock';
  ELSIF t_event_at < closed THEN outcome := 'closed';
  ELSIF t_kind = 'reverse' THEN
    IF EXISTS (SELECT FROM points_transfer r WHERE r.reverses_id = t_reverses) THEN outcome := 'reversed'; END IF;
    lots := ARRAY(SELECT l.id FROM points_lot l WHERE l.transfer_id = t_reverses AND l.account_id = t_source);
  ELSIF t_kind = 'expire' THEN
    SELECT coalesce(sum(l."left"), 0) INTO moved FROM points_lot l
    WHERE l.id = ANY(lots) AND l.account_id = t_source AND l.expires_at <= t_at;
    t_amount := moved;
    IF moved = 0 THEN outcome := 'nothing'; END IF;
  END IF;
  IF outcome IS NULL AND coalesce(day_cap, month_cap, ever_cap) IS NOT NULL THEN
    SELECT coalesce(sum(x.amount) FILTER (WHERE x.event_at >= day_begins AND x.event_at < day_ends), 0),
           coalesce(sum(x.amount) FILTER (WHERE x.event_at >= month_begins AND x.event_at < month_ends), 0),
           coalesce(sum(x.amount), 0)
    INTO today, this_month, ever
    FROM points_capped(CASE WHEN t_kind = 'deduct' THEN t_source ELSE t_target END, t_rule, t_kind,
                       CASE WHEN ever_cap IS NULL THEN least(day_begins, month_begins) ELSE '-infinity' END) x;
    IF ever + moved > ever_cap THEN moved := greatest(0, ever_cap - ever); cap := 'ever'; END IF;
    IF this_month + moved > month_cap THEN moved := greatest(0, month_cap - this_month); cap := 'month'; END IF;
    IF today + moved > day_cap THEN moved := greatest(0, day_cap - today); cap := 'day'; END IF;
  END IF;
  IF outcome IS NULL AND free - moved < lowest THEN
    room := free - lowest;
    IF NOT partly THEN outcome := CASE WHEN from_owner = 'clearing' THEN 'clearing' ELSE 'lowest' END; END IF;
    moved := greatest(0, room); cap := 'lowest';
  END IF;
  IF outcome IS NULL AND held + moved > highest THEN
    room := highest - held;
    IF NOT partly THEN outcome := CASE WHEN to_owner = 'clearing' THEN 'clearing' ELSE 'highest' END; END IF;
    moved := greatest(0, room); cap := 'highest';
  END IF;
  IF outcome IS NULL AND between_room < moved THEN outcome := 'clearing'; room := between_room; END IF;
  IF outcome IS NULL THEN
    INSERT INTO points_transfer (id, ledger, kind, state, source_id, target_id, out_by_id, in_by_id, amount, asked, event_at,
      recorded_at, lapses_at, expires_at, key, digest, rule, text_id, reason, basis, evidence, why_less, reverses_id, by_account)
    VALUES (t_id, t_ledger, t_kind, CASE WHEN moved = 0 THEN 'refused' ELSE t_state END, t_source, t_target, t_out_by, t_in_by,
      moved, t_amount, t_event_at, t_at, t_lapses_at, t_expires_at, t_key, t_digest, t_rule, t_text, t_reason, t_basis, t_evidence,
      cap, t_reverses, a_account)
    ON CONFLICT (ledger, key) DO NOTHING;
    outcome := CASE WHEN NOT FOUND THEN 'known' WHEN moved = 0 THEN 'refused' ELSE 'done' END;
  END IF;
  IF outcome NOT IN ('done', 'refused') THEN  -- asked again, or not possible now: what was done before comes first
    SELECT x.id, CASE WHEN x.digest = t_digest THEN 'same' ELSE 'other' END, x.amount INTO transfer_id, done, ever
    FROM points_transfer x WHERE x.ledger = t_ledger AND x.key = t_key;
    IF FOUND THEN outcome := done; moved := ever; END IF;
    done := set_config('linli.sees', eyes, true);
    RETURN;
  END IF;
  transfer_id := t_id;
  IF outcome = 'done' THEN
    IF from_lots AND free > 0 THEN
      done := points_take(t_source, t_id, least(moved, free), lots)::text;
    END IF;
    IF t_state = 'pending' THEN
      UPDATE points_account x SET reserved = x.reserved + greatest(0, -s.delta), arriving = x.arriving + greatest(0, s.delta)
      FROM unnest(ids, points_deltas(moved, across)) s(account_id, delta) WHERE x.id = s.account_id;
    ELSE
      done := points_enter(t_id, ids, points_deltas(moved, across), t_at)::text;
      IF to_lots THEN
        done := points_bring(t_target, t_id, greatest(0, got + moved) - greatest(0, got),
          t_reverses, t_event_at, t_expires_at, t_at)::text;
      END IF;
    END IF;
  END IF;
  IF a_verb IS NOT NULL THEN
    INSERT INTO audit_record (id, happened_at, stream, verb, actor_account, actor_post, actor_person, actor_role,
      actor_scope, actor_name, via, address, place_code, unit_ids, person_ids, after)
    VALUES (a_id, t_at, a_stream, a_verb, a_account, a_post, a_person, a_role, a_scope, a_name, a_via, a_address, a_place,
      a_units, a_persons, jsonb_build_object('transfer', t_id, 'ledger', t_ledger, 'kind', t_kind, 'amount', moved,
        'from', t_source, 'to', t_target) || a_more
        || CASE WHEN cap = '' THEN '{}'::jsonb ELSE jsonb_build_object('asked', t_amount, 'why', cap) END);
  END IF;
  done := set_config('linli.sees', eyes, true);
END $$;

-- What counts towards an owner's caps by a rule.
CREATE FUNCTION points_capped(owner uuid, of_rule text, of_kind text, since timestamptz)
RETURNS TABLE (amount bigint, event_at timestamptz) LANGUAGE plpgsql AS $$
BEGIN
  IF of_kind = 'deduct' THEN
    RETURN QUERY SELECT x.amount, x.event_at FROM points_transfer x
      WHERE x.source_id = owner AND x.rule = of_rule AND x.kind = 'deduct' AND x.event_at >= since
        AND x.state IN ('pending', 'posted') AND NOT EXISTS (SELECT FROM points_transfer r WHERE r.reverses_id = x.id);
  ELSE
    RETURN QUERY SELECT x.amount, x.event_at FROM points_transfer x
      WHERE x.target_id = owner AND x.rule = of_rule AND x.rule <> '' AND x.kind = of_kind AND x.event_at >= since
        AND x.state IN ('pending', 'posted') AND NOT EXISTS (SELECT FROM points_transfer r WHERE r.reverses_id = x.id);
  END IF;
END $$;

-- The entries of a transfer whose accounts are held, and the balances with them.
CREATE FUNCTION points_enter(t_id uuid, ids uuid[], deltas bigint[], at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH moved AS (
    UPDATE points_account a SET balance = a.balance + s.delta, version = a.version + 1, moved_at = greatest(a.moved_at, at)
    FROM unnest(ids, deltas) s(account_id, delta) WHERE a.id = s.account_id
    RETURNING a.id, s.delta, a.balance, a.version)
  INSERT INTO points_entry (transfer_id, account_id, amount, previous, current, version)
  SELECT t_id, m.id, m.delta, m.balance - m.delta, m.balance, m.version FROM moved m;
END $$;

-- What is pending is posted or voided, once; the caller writes the record. `outcome`: done, missing, settled, closed, clock.
CREATE FUNCTION points_settle(of_transfer uuid, t_at timestamptz, post boolean, OUT outcome text)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE t points_transfer; f points_account; g points_account; a points_account; ids uuid[]; deltas bigint[]; done text;
BEGIN
  SELECT * INTO t FROM points_transfer WHERE id = of_transfer;
  IF NOT FOUND THEN outcome := 'missing'; RETURN; END IF;
  ids := CASE WHEN t.out_by_id IS NULL THEN ARRAY[t.source_id, t.target_id] ELSE ARRAY[t.source_id, t.out_by_id, t.in_by_id, t.target_id] END;
  deltas := points_deltas(t.amount, t.out_by_id IS NOT NULL);
  PERFORM points_hold_books(ARRAY(SELECT DISTINCT x.book_id FROM points_account x WHERE x.id = ANY(ids) ORDER BY x.book_id));
  FOR a IN SELECT * FROM points_account WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE LOOP
    IF a.id = t.source_id THEN f := a; ELSIF a.id = t.target_id THEN g := a; END IF;
    IF t_at < a.moved_at - interval '5 minutes' THEN outcome := 'clock'; RETURN; END IF;
  END LOOP;
  SELECT * INTO t FROM points_transfer WHERE id = of_transfer FOR NO KEY UPDATE;
  IF t.state <> 'pending' THEN outcome := 'settled'; RETURN; END IF;
  IF post AND EXISTS (SELECT FROM points_book b WHERE b.id IN (f.book_id, g.book_id) AND t.event_at < b.closed_before) THEN
    outcome := 'closed'; RETURN;
  END IF;
  UPDATE points_transfer SET state = CASE WHEN post THEN 'posted' ELSE 'voided' END, settled_at = t_at WHERE id = t.id;
  UPDATE points_account x SET reserved = x.reserved - greatest(0, -s.delta), arriving = x.arriving - greatest(0, s.delta)
  FROM unnest(ids, deltas) s(account_id, delta) WHERE x.id = s.account_id;
  IF post THEN
    PERFORM points_enter(t.id, ids, deltas, t_at);
    IF g.keeps_lots THEN
      PERFORM points_bring(g.id, t.id, greatest(0, g.balance - g.reserved + t.amount) - greatest(0, g.balance - g.reserved),
        NULL, t.event_at, t.expires_at, t_at);
    END IF;
  ELSIF f.keeps_lots THEN
    PERFORM points_bring(f.id, t.id, greatest(0, f.balance - f.reserved + t.amount) - greatest(0, f.balance - f.reserved),
      t.id, t.event_at, t.expires_at, t_at);
  END IF;
  outcome := 'done';
END $$;

-- Planned while a table is small, a plan would go on reading all of it.
ALTER FUNCTION points_write SET enable_seqscan = off;
