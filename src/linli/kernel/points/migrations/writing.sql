-- Everything a transfer does to the books, in one call. Locks are taken in one order everywhere: books (shared), accounts
-- by id, then what hangs on an account (transfers, lots). Who holds an account waits for no other account.

-- Takes up to `amount` from an account's lots, the given ones first, then what expires first. Returns how much it took.
CREATE FUNCTION points_take(of_account uuid, by_transfer uuid, amount bigint, first uuid[]) RETURNS bigint LANGUAGE plpgsql AS $$
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
  IF taken < amount THEN
    FOR lot IN SELECT l.id, l."left" FROM points_lot l WHERE l.account_id = of_account AND l."left" > 0
               ORDER BY l.expires_at NULLS LAST, l.earned_at, l.id LOOP
      part := least(lot."left", amount - taken);
      UPDATE points_lot SET "left" = "left" - part WHERE id = lot.id;
      INSERT INTO points_lotmove (lot_id, transfer_id, amount) VALUES (lot.id, by_transfer, -part);
      taken := taken + part;
      EXIT WHEN taken = amount;
    END LOOP;
  END IF;
  RETURN taken;
END $$;

CREATE FUNCTION points_new_lot(for_account uuid, by_transfer uuid, earned timestamptz, expires timestamptz, amount bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE made uuid := uuidv7();
BEGIN
  INSERT INTO points_lot (id, account_id, transfer_id, earned_at, expires_at, amount, "left")
  VALUES (made, for_account, by_transfer, earned, expires, amount, amount);
  IF expires IS NOT NULL THEN
    INSERT INTO points_due (lot_id, at) VALUES (made, expires);
  END IF;
END $$;

-- Gives back to the lots that `of_transfer` took from, up to `amount`; what expired meanwhile comes back as a lot of its own
-- that lasts as long as was left when it was taken. Returns how much was given back.
CREATE FUNCTION points_give_back(to_account uuid, of_transfer uuid, by_transfer uuid, amount bigint, at timestamptz)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE took record; part bigint; given bigint := 0; since timestamptz;
BEGIN
  SELECT recorded_at INTO since FROM points_transfer WHERE id = of_transfer;
  FOR took IN SELECT l.id, l.earned_at, l.expires_at, -m.amount AS amount
              FROM points_lotmove m JOIN points_lot l ON l.id = m.lot_id
              WHERE m.transfer_id = of_transfer AND m.amount < 0 AND l.account_id = to_account
              ORDER BY l.expires_at DESC NULLS FIRST, l.earned_at DESC, l.id DESC LOOP
    EXIT WHEN given = amount;
    part := least(took.amount, amount - given);
    IF took.expires_at IS NULL OR took.expires_at > at THEN
      UPDATE points_lot SET "left" = "left" + part WHERE id = took.id;
      INSERT INTO points_lotmove (lot_id, transfer_id, amount) VALUES (took.id, by_transfer, part);
      given := given + part;
    ELSIF took.expires_at > since THEN
      PERFORM points_new_lot(to_account, by_transfer, took.earned_at, at + (took.expires_at - since), part);
      given := given + part;
    END IF;
  END LOOP;
  RETURN given;
END $$;

-- What came to an account is put into lots: of its own age when somebody else had it before, back to where it was taken
-- when something is reversed or voided, else as a lot that expires at `t.expires_at`. `room` is how much of it is above
-- nought: what fills a debt is in no lot.
CREATE FUNCTION points_bring(to_account uuid, t points_transfer, room bigint, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE took record; part bigint; rest bigint := room;
BEGIN
  IF rest <= 0 THEN RETURN; END IF;
  IF t.kind = 'reverse' THEN
    rest := rest - points_give_back(to_account, t.reverses_id, t.id, rest, at);
  ELSIF t.state = 'voided' THEN
    rest := rest - points_give_back(to_account, t.id, t.id, rest, at);
  ELSE
    FOR took IN SELECT l.earned_at, l.expires_at, -m.amount AS amount
                FROM points_lotmove m JOIN points_lot l ON l.id = m.lot_id
                WHERE m.transfer_id = t.id AND m.amount < 0
                ORDER BY l.expires_at DESC NULLS FIRST, l.earned_at DESC, l.id DESC LOOP
      EXIT WHEN rest = 0;
      part := least(took.amount, rest);
      PERFORM points_new_lot(to_account, t.id, took.earned_at, took.expires_at, part);
      rest := rest - part;
    END LOOP;
  END IF;
  IF rest > 0 THEN
    PERFORM points_new_lot(to_account, t.id, t.event_at, t.expires_at, rest);
  END IF;
END $$;

-- The accounts of a transfer with what each gets, in the order of their ids.
CREATE FUNCTION points_sides(t points_transfer) RETURNS TABLE (account_id uuid, amount bigint) LANGUAGE sql IMMUTABLE AS $$
  SELECT s.account_id, s.amount FROM unnest(
    ARRAY[t.source_id, t.out_by_id, t.in_by_id, t.target_id],
    CASE WHEN t.out_by_id IS NULL THEN ARRAY[-t.amount, NULL, NULL, t.amount]
         ELSE ARRAY[-t.amount, t.amount, -t.amount, t.amount] END) s(account_id, amount)
  WHERE s.account_id IS NOT NULL ORDER BY s.account_id
$$;

-- Shared with every other transfer in these books; closing a period takes it alone (points_close).
CREATE FUNCTION points_hold_books(accounts uuid[]) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock_shared(70241, hashtext(b.book_id::text))
  FROM (SELECT DISTINCT book_id FROM points_account WHERE id = ANY(accounts) ORDER BY book_id OFFSET 0) b
$$;

-- Locks the accounts, judges, writes. `outcome`: done; same (the key is known, for the same); other (the key is known, for
-- something else); missing, closed, clock, lowest, highest, clearing, reversed, nothing (refused, nothing written); refused (an award that
-- caps leave nothing of: written, moves nothing). `room` is what there was, where something was too much.
-- `partly`: as much as caps and limits leave. `lots`: taken first; for an expiry they alone, and whatever is left in them.
CREATE FUNCTION points_write(
  t_id uuid, t_ledger text, t_kind text, t_state text, t_source uuid, t_target uuid, t_out_by uuid, t_in_by uuid,
  t_amount bigint, t_event_at timestamptz, t_at timestamptz, t_lapses_at timestamptz, t_expires_at timestamptz,
  t_key text, t_digest bytea, t_rule text, t_text uuid, t_reason text, t_basis text, t_evidence jsonb, t_reverses uuid,
  t_by uuid, partly boolean, lots uuid[],
  day_begins timestamptz, day_ends timestamptz, month_begins timestamptz, month_ends timestamptz,
  day_cap bigint, month_cap bigint, ever_cap bigint,
  OUT outcome text, OUT transfer_id uuid, OUT moved bigint, OUT room bigint, OUT cap text
) LANGUAGE plpgsql AS $$
DECLARE
  ids uuid[] := array_remove(ARRAY[t_source, t_out_by, t_in_by, t_target], NULL);
  a points_account; f points_account; g points_account; t points_transfer; known record; n integer := 0;
  capped uuid := CASE WHEN t_kind = 'deduct' THEN t_source ELSE t_target END;
  today bigint; this_month bigint; ever bigint; least_room bigint;
BEGIN
  cap := '';
  PERFORM points_hold_books(ids);
  FOR a IN SELECT * FROM points_account WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE LOOP
    n := n + 1;
    IF a.id = t_source THEN f := a; ELSIF a.id = t_target THEN g := a; END IF;
    IF a.ledger <> t_ledger THEN n := -9; END IF;
    IF t_at < a.moved_at - interval '5 minutes' THEN outcome := 'clock'; END IF;
  END LOOP;
  SELECT x.id, x.digest, x.amount INTO known FROM points_transfer x WHERE x.ledger = t_ledger AND x.key = t_key;
  IF FOUND THEN
    outcome := CASE WHEN known.digest = t_digest THEN 'same' ELSE 'other' END;
    transfer_id := known.id; moved := known.amount;
    RETURN;
  END IF;
  IF n <> cardinality(ids) THEN outcome := 'missing'; RETURN; END IF;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  IF EXISTS (SELECT FROM points_book b WHERE b.id IN (f.book_id, g.book_id) AND t_event_at < b.closed_before) THEN
    outcome := 'closed'; RETURN;
  END IF;
  moved := t_amount;
  IF t_kind = 'reverse' THEN
    IF EXISTS (SELECT FROM points_transfer r WHERE r.reverses_id = t_reverses) THEN outcome := 'reversed'; RETURN; END IF;
    lots := ARRAY(SELECT l.id FROM points_lot l WHERE l.transfer_id = t_reverses AND l.account_id = t_source);
  END IF;
  IF t_kind = 'expire' THEN
    SELECT coalesce(sum(l."left"), 0) INTO moved FROM points_lot l WHERE l.id = ANY(lots) AND l.account_id = t_source;
    t_amount := moved;
    IF moved = 0 THEN outcome := 'nothing'; RETURN; END IF;
  END IF;
  IF coalesce(day_cap, month_cap, ever_cap) IS NOT NULL THEN
    SELECT coalesce(sum(x.amount) FILTER (WHERE x.event_at >= day_begins AND x.event_at < day_ends), 0),
           coalesce(sum(x.amount) FILTER (WHERE x.event_at >= month_begins AND x.event_at < month_ends), 0),
           coalesce(sum(x.amount), 0)
    INTO today, this_month, ever
    FROM points_transfer x
    WHERE CASE WHEN t_kind = 'deduct' THEN x.source_id ELSE x.target_id END = capped
      AND x.rule = t_rule AND x.kind = t_kind AND x.state IN ('pending', 'posted')
      AND (ever_cap IS NOT NULL OR x.event_at >= least(day_begins, month_begins))
      AND NOT EXISTS (SELECT FROM points_transfer r WHERE r.reverses_id = x.id);
    IF ever + moved > ever_cap THEN moved := greatest(0, ever_cap - ever); cap := 'ever'; END IF;
    IF this_month + moved > month_cap THEN moved := greatest(0, month_cap - this_month); cap := 'month'; END IF;
    IF today + moved > day_cap THEN moved := greatest(0, day_cap - today); cap := 'day'; END IF;
  END IF;
  IF f.lowest IS NOT NULL AND f.balance - f.reserved - moved < f.lowest THEN
    room := f.balance - f.reserved - f.lowest;
    IF NOT partly THEN
      outcome := CASE WHEN f.owner = 'clearing' THEN 'clearing' ELSE 'lowest' END; RETURN;
    END IF;
    moved := greatest(0, room); cap := 'lowest';
  END IF;
  IF g.highest IS NOT NULL AND g.balance + g.arriving + moved > g.highest THEN
    room := g.highest - g.balance - g.arriving;
    IF NOT partly THEN
      outcome := CASE WHEN g.owner = 'clearing' THEN 'clearing' ELSE 'highest' END; RETURN;
    END IF;
    moved := greatest(0, room); cap := 'highest';
  END IF;
  IF t_out_by IS NOT NULL THEN
    SELECT min(least(CASE WHEN x.id = t_out_by THEN x.highest - x.balance - x.arriving END,
                     CASE WHEN x.id = t_in_by THEN x.balance - x.reserved - x.lowest END)) INTO least_room
    FROM points_account x WHERE x.id IN (t_out_by, t_in_by);
    IF least_room < moved THEN outcome := 'clearing'; room := least_room; RETURN; END IF;
  END IF;
  INSERT INTO points_transfer AS x (id, ledger, kind, state, source_id, target_id, out_by_id, in_by_id, amount, asked,
    event_at, recorded_at, lapses_at, expires_at, key, digest, rule, text_id, reason, basis, evidence, why_less, reverses_id, by_account)
  VALUES (t_id, t_ledger, t_kind, CASE WHEN moved = 0 THEN 'refused' ELSE t_state END, t_source, t_target, t_out_by, t_in_by,
    moved, t_amount, t_event_at, t_at, t_lapses_at, t_expires_at, t_key, t_digest, t_rule, t_text, t_reason, t_basis, t_evidence,
    cap, t_reverses, t_by)
  ON CONFLICT (ledger, key) DO NOTHING
  RETURNING * INTO t;
  IF NOT FOUND THEN  -- the same key a moment ago, for other accounts
    SELECT x.id, CASE WHEN x.digest = t_digest THEN 'same' ELSE 'other' END, x.amount INTO transfer_id, outcome, moved
    FROM points_transfer x WHERE x.ledger = t_ledger AND x.key = t_key;
    RETURN;
  END IF;
  transfer_id := t.id;
  IF moved = 0 THEN outcome := 'refused'; RETURN; END IF;
  IF f.owner IN ('person', 'unit', 'fund') THEN
    PERFORM points_take(f.id, t.id, least(moved, greatest(0, f.balance - f.reserved)), lots);
  END IF;
  IF t_state = 'pending' THEN
    UPDATE points_account x SET reserved = x.reserved + greatest(0, -s.amount), arriving = x.arriving + greatest(0, s.amount)
    FROM points_sides(t) s WHERE x.id = s.account_id;
  ELSE
    PERFORM points_enter(t, g, t_at);
  END IF;
  outcome := 'done';
END $$;

-- Writes the entries of a transfer whose accounts are held; `g` is the account it goes to, as it was.
CREATE FUNCTION points_enter(t points_transfer, g points_account, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO points_entry (transfer_id, account_id, amount, previous, current, version)
  SELECT t.id, s.account_id, s.amount, 0, 0, 0 FROM points_sides(t) s;
  IF g.owner IN ('person', 'unit', 'fund') THEN
    PERFORM points_bring(g.id, t, greatest(0, g.balance - g.reserved + t.amount) - greatest(0, g.balance - g.reserved), at);
  END IF;
END $$;

-- What is pending is posted or voided, once. `outcome`: done, missing, settled (it was before), closed.
CREATE FUNCTION points_settle(of_transfer uuid, t_at timestamptz, post boolean, OUT outcome text) LANGUAGE plpgsql AS $$
DECLARE t points_transfer; f points_account; g points_account; a points_account; ids uuid[];
BEGIN
  SELECT * INTO t FROM points_transfer WHERE id = of_transfer;
  IF NOT FOUND THEN outcome := 'missing'; RETURN; END IF;
  ids := array_remove(ARRAY[t.source_id, t.out_by_id, t.in_by_id, t.target_id], NULL);
  PERFORM points_hold_books(ids);
  FOR a IN SELECT * FROM points_account WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE LOOP
    IF a.id = t.source_id THEN f := a; ELSIF a.id = t.target_id THEN g := a; END IF;
    IF t_at < a.moved_at - interval '5 minutes' THEN outcome := 'clock'; RETURN; END IF;
  END LOOP;
  SELECT * INTO t FROM points_transfer WHERE id = of_transfer FOR NO KEY UPDATE;
  IF t.state <> 'pending' THEN outcome := 'settled'; RETURN; END IF;
  IF post AND EXISTS (SELECT FROM points_book b WHERE b.id IN (f.book_id, g.book_id) AND t.event_at < b.closed_before) THEN
    outcome := 'closed'; RETURN;
  END IF;
  UPDATE points_transfer SET state = CASE WHEN post THEN 'posted' ELSE 'voided' END, settled_at = t_at WHERE id = t.id
  RETURNING * INTO t;
  UPDATE points_account x SET reserved = x.reserved - greatest(0, -s.amount), arriving = x.arriving - greatest(0, s.amount)
  FROM points_sides(t) s WHERE x.id = s.account_id;
  IF post THEN
    PERFORM points_enter(t, g, t_at);
  ELSIF f.owner IN ('person', 'unit', 'fund') THEN
    PERFORM points_bring(f.id, t, greatest(0, f.balance - f.reserved + t.amount) - greatest(0, f.balance - f.reserved), t_at);
  END IF;
  outcome := 'done';
END $$;
