-- Rates are public; what somebody declared, owes and paid is seen with the member.
CALL party_lock('declared', 'EXISTS (SELECT FROM party_member m WHERE m.id = member_id)');
CALL party_lock('due', 'branch_id = ANY ((SELECT party_mine())::uuid[])');
CALL party_lock('payment', 'EXISTS (SELECT FROM party_due d WHERE d.id = due_id)');

-- What came in is the sum of the payments that stand, and nothing else can say so.
CREATE FUNCTION party_due_paid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE which uuid := coalesce(NEW.due_id, OLD.due_id);
BEGIN
  UPDATE party_due d SET paid = s.paid, paid_on = s.last
  FROM (SELECT coalesce(sum(amount), 0) AS paid, max("on") AS last FROM party_payment
        WHERE due_id = which AND undone_at IS NULL) s WHERE d.id = which;
  RETURN NULL;
END $$;
CREATE TRIGGER party_due_paid AFTER INSERT OR UPDATE OR DELETE ON party_payment
  FOR EACH ROW EXECUTE FUNCTION party_due_paid();

CREATE FUNCTION party_due_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.paid <> coalesce((SELECT sum(amount) FROM party_payment WHERE due_id = NEW.id AND undone_at IS NULL), 0) THEN
    RAISE EXCEPTION 'what was paid is the sum of the payments' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.owed, OLD.month, OLD.member_id, OLD.table_id)
                          IS DISTINCT FROM (NEW.owed, NEW.month, NEW.member_id, NEW.table_id) THEN
    RAISE EXCEPTION 'what was reckoned is not changed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER party_due_sum BEFORE INSERT OR UPDATE ON party_due FOR EACH ROW EXECUTE FUNCTION party_due_sum();

CREATE FUNCTION party_payment_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.undone_at IS NOT NULL
     OR (OLD.due_id, OLD.amount, OLD."on", OLD.how) IS DISTINCT FROM (NEW.due_id, NEW.amount, NEW."on", NEW.how) THEN
    RAISE EXCEPTION 'a payment is undone, never changed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER party_payment_keep BEFORE UPDATE OR DELETE ON party_payment
  FOR EACH ROW EXECUTE FUNCTION party_payment_keep();

-- Rates by which something was reckoned stay as they were.
CREATE FUNCTION party_rates_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM party_due WHERE table_id = OLD.table_id) THEN
    RAISE EXCEPTION 'dues were reckoned by these rates' USING ERRCODE = 'check_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER party_rates_keep BEFORE UPDATE OR DELETE ON party_bracket FOR EACH ROW EXECUTE FUNCTION party_rates_keep();

-- 关于中国共产党党费收缴、使用和管理的规定 (中组发〔2008〕3号), arts 2, 5, 6.
WITH made AS (
  INSERT INTO party_ratetable (name, since, source)
  VALUES ('2008 年标准', '2008-04-01', '关于中国共产党党费收缴、使用和管理的规定（中组发〔2008〕3号）第二、五、六条')
  RETURNING id)
INSERT INTO party_bracket (table_id, category, above, per_myriad, flat)
SELECT made.id, b.* FROM made, (VALUES
  ('working', 0, 50, NULL::int), ('working', 300000, 100, NULL), ('working', 500000, 150, NULL),
  ('working', 1000000, 200, NULL), ('retired', 0, 50, NULL), ('retired', 500000, 100, NULL),
  ('farming', 0, NULL, 20), ('without', 0, NULL, 20)) b (category, above, per_myriad, flat);
