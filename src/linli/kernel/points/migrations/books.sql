-- The books. Entries are the only thing that moves a balance; a statement that writes entries writes whole transfers;
-- nothing that was written is changed. `points_write`, below, does in one call what a transfer needs while it holds
-- its accounts, so that they are held no longer than one statement and a commit (docs/adr/0028).

-- An entry moves its account: the balance before and after and the number are the database's own words.
CREATE FUNCTION points_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE points_account SET balance = balance + NEW.amount, version = version + 1,
    moved_at = greatest(moved_at, (SELECT coalesce(settled_at, recorded_at) FROM points_transfer WHERE id = NEW.transfer_id))
  WHERE id = NEW.account_id
  RETURNING balance - NEW.amount, balance, version INTO NEW.previous, NEW.current, NEW.version;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'an entry has an account' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER points_move BEFORE INSERT ON points_entry FOR EACH ROW EXECUTE FUNCTION points_move();

-- A balance is moved by an entry, never by hand; whose an account is never changes, but that a person is forgotten.
CREATE FUNCTION points_keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF (NEW.balance, NEW.version, NEW.reserved, NEW.arriving) IS DISTINCT FROM (0::bigint, 0::bigint, 0::bigint, 0::bigint) THEN
      RAISE EXCEPTION 'an account begins with nothing' USING ERRCODE = 'check_violation', CONSTRAINT = 'an_account_begins_with_nothing';
    END IF;
    IF NOT EXISTS (SELECT FROM points_book b WHERE b.id = NEW.book_id AND b.ledger = NEW.ledger) THEN
      RAISE EXCEPTION 'an account is in a book of its ledger' USING ERRCODE = 'check_violation', CONSTRAINT = 'an_account_is_in_its_ledger';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.version > 0 THEN
      RAISE EXCEPTION 'an account with entries stays' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
  END IF;
  IF (NEW.balance, NEW.version) IS DISTINCT FROM (OLD.balance, OLD.version) AND pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'a balance is moved by an entry' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (NEW.id, NEW.book_id, NEW.ledger, NEW.owner, NEW.unit_id, NEW.other_id) IS DISTINCT FROM
     (OLD.id, OLD.book_id, OLD.ledger, OLD.owner, OLD.unit_id, OLD.other_id)
     OR (NEW.person_id IS DISTINCT FROM OLD.person_id AND (NEW.person_id IS NOT NULL OR NEW.forgotten_at IS NULL)) THEN
    RAISE EXCEPTION 'an account keeps its owner' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER points_keep_account BEFORE INSERT OR UPDATE OR DELETE ON points_account
  FOR EACH ROW EXECUTE FUNCTION points_keep_account();

-- A statement that writes entries writes whole transfers, each nought altogether and nought in each community's books.
CREATE FUNCTION points_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM fresh f JOIN points_account a ON a.id = f.account_id GROUP BY f.transfer_id, a.book_id HAVING sum(f.amount) <> 0
  ) OR EXISTS (
    SELECT FROM fresh f JOIN points_account a ON a.id = f.account_id JOIN points_transfer t ON t.id = f.transfer_id
    GROUP BY t.id
    HAVING bool_or(a.ledger <> t.ledger) OR t.state <> 'posted'
      OR bool_or(f.account_id NOT IN (t.source_id, t.target_id, coalesce(t.out_by_id, t.source_id), coalesce(t.in_by_id, t.source_id)))
      OR count(*) <> CASE WHEN t.out_by_id IS NULL THEN 2 ELSE 4 END
      OR bool_or(abs(f.amount) <> t.amount)
      OR count(*) <> (SELECT count(*) FROM points_entry e WHERE e.transfer_id = t.id)
  ) THEN
    RAISE EXCEPTION 'a transfer is nought altogether' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_transfer_is_nought_altogether';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER points_balanced AFTER INSERT ON points_entry REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION points_balanced();

-- At the commit: what is posted has its entries, what is not has none. By then the connection has its own eyes again.
CREATE FUNCTION points_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE present text; entries bigint; total numeric; eyes text := current_setting('linli.sees', true);
BEGIN
  PERFORM set_config('linli.sees', '*', true);
  SELECT t.state INTO present FROM points_transfer t WHERE t.id = NEW.id;
  SELECT count(*), coalesce(sum(amount), 0) INTO entries, total FROM points_entry WHERE transfer_id = NEW.id;
  PERFORM set_config('linli.sees', coalesce(eyes, ''), true);
  IF total <> 0 OR (present = 'posted') <> (entries >= 2) OR (present <> 'posted' AND entries > 0) THEN
    RAISE EXCEPTION 'what is posted has its entries' USING ERRCODE = 'check_violation', CONSTRAINT = 'what_is_posted_has_its_entries';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER points_whole AFTER INSERT OR UPDATE OF state ON points_transfer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION points_whole();

CREATE FUNCTION points_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed (% refused)', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER points_never BEFORE UPDATE OR DELETE ON points_entry FOR EACH ROW EXECUTE FUNCTION points_never();
CREATE TRIGGER points_never BEFORE UPDATE OR DELETE ON points_lotmove FOR EACH ROW EXECUTE FUNCTION points_never();
CREATE TRIGGER points_never BEFORE UPDATE OR DELETE ON points_ruletext FOR EACH ROW EXECUTE FUNCTION points_never();

-- A transfer changes once, from pending to posted or voided; and its words are erased when a person is forgotten.
CREATE FUNCTION points_keep_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was points_transfer := OLD;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state = 'pending' AND NEW.state IN ('posted', 'voided') AND NEW.settled_at IS NOT NULL THEN
      was.state := NEW.state; was.settled_at := NEW.settled_at;
    END IF;
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.reason = '' AND NEW.basis = '' AND NEW.evidence = '[]' THEN
      was.erased_at := NEW.erased_at; was.reason := ''; was.basis := ''; was.evidence := '[]';
    END IF;
    IF was IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'a transfer is reversed, never changed (% refused)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER points_keep_transfer BEFORE UPDATE OR DELETE ON points_transfer
  FOR EACH ROW EXECUTE FUNCTION points_keep_transfer();
