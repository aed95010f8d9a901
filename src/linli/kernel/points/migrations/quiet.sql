-- As before; but the record is written quietly (audit 0008): NOTIFY would let all writers commit one after the other.
-- Everything a transfer does to the books, and its record. `outcome`: done; same (the key is known, for the same); other (the
-- key is known, for something else); missing, closed, clock, lowest, highest, clearing, reversed, nothing (refused, nothing
-- written); refused (an award that caps leave nothing of: written, moves nothing). `room` is what there was, where something
-- was too much; `cap` what cut it.
-- `partly`: as much as caps and limits leave. `lots` are taken first; of an expiry they alone, and whatever is left in them.
-- `books`: of the accounts, in order. `a_verb` is null where the caller writes the record.
CREATE OR REPLACE FUNCTION points_write(
  t_id uuid, t_ledger text, t_kind text, t_state text, t_source uuid, t_target uuid, t_out_by uuid, t_in_by uuid,
  t_amount bigint, t_event_at timestamptz, t_at timestamptz, t_lapses_at timestamptz, t_expires_at timestamptz,
  t_key text, t_digest bytea, t_rule text, t_text uuid, t_reason text, t_basis text, t_evidence jsonb, t_reverses uuid,
  partly boolean, lots uuid[],
  day_begins timestamptz, day_ends timestamptz, month_begins timestamptz, month_ends timestamptz,
  day_cap bigint, month_cap bigint, ever_cap bigint, books uuid[],
  a_verb text, a_id uuid, a_stream text, a_place text, a_persons uuid[], a_units uuid[], a_account uuid, a_post uuid,
  a_person uuid, a_role text, a_scope text, a_name text, a_via text, a_address text, a_more jsonb,
  OUT outcome text, OUT transfer_id uuid, OUT moved bigint, OUT room bigint, OUT cap text
) LANGUAGE plpgsql SET enable_seqscan = off AS $$
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
    done := set_config('linli.quiet', 'on', true);
    INSERT INTO audit_record (id, happened_at, stream, verb, actor_account, actor_post, actor_person, actor_role,
      actor_scope, actor_name, via, address, place_code, unit_ids, person_ids, after)
    VALUES (a_id, t_at, a_stream, a_verb, a_account, a_post, a_person, a_role, a_scope, a_name, a_via, a_address, a_place,
      a_units, a_persons, jsonb_build_object('transfer', t_id, 'ledger', t_ledger, 'kind', t_kind, 'amount', moved,
        'from', t_source, 'to', t_target) || a_more
        || CASE WHEN cap = '' THEN '{}'::jsonb ELSE jsonb_build_object('asked', t_amount, 'why', cap) END);
    done := set_config('linli.quiet', '', true);
  END IF;
  done := set_config('linli.sees', eyes, true);
END $$;

