-- A thing of a personal model works only under an agreement that is in force, whoever writes the row. Each side looks at
-- the other under a lock: of two transactions that would break it together, one waits, or both are told of a deadlock.
-- The functions look with the system's eyes: what the session may not see must not be taken for what is not there.

CREATE FUNCTION things_works_only_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE eyes text := current_setting('linli.sees', true);
BEGIN
  IF EXISTS (SELECT FROM things_personalmodel p WHERE p.model = NEW.model) THEN
    PERFORM set_config('linli.sees', '*', true);
    PERFORM FROM things_agreement a WHERE a.thing_id = NEW.id AND a.begun_at IS NOT NULL AND a.ended_at IS NULL
      FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'thing % is of a personal model, and no agreement is in force', NEW.key
        USING ERRCODE = 'check_violation', CONSTRAINT = 'a_personal_thing_works_only_agreed';
    END IF;
    PERFORM set_config('linli.sees', coalesce(eyes, ''), true);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER things_thing_agreed AFTER INSERT OR UPDATE OF state, model ON things_thing
  FOR EACH ROW WHEN (NEW.state = 'working') EXECUTE FUNCTION things_works_only_agreed();

CREATE FUNCTION things_ends_before_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE eyes text := current_setting('linli.sees', true);
BEGIN
  PERFORM set_config('linli.sees', '*', true);
  PERFORM FROM things_thing t JOIN things_personalmodel p USING (model)
    WHERE t.id = OLD.thing_id AND t.state = 'working' FOR SHARE OF t;
  IF FOUND THEN
    RAISE EXCEPTION 'the thing of agreement % still works', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'a_thing_stops_before_its_agreement_ends';
  END IF;
  PERFORM set_config('linli.sees', coalesce(eyes, ''), true);
  RETURN NULL;
END $$;
CREATE TRIGGER things_agreement_ended AFTER UPDATE OF ended_at, begun_at, thing_id ON things_agreement
  FOR EACH ROW WHEN (OLD.begun_at IS NOT NULL AND OLD.ended_at IS NULL
    AND (NEW.ended_at IS NOT NULL OR NEW.begun_at IS NULL OR NEW.thing_id <> OLD.thing_id))
  EXECUTE FUNCTION things_ends_before_agreement();
CREATE TRIGGER things_agreement_removed AFTER DELETE ON things_agreement
  FOR EACH ROW WHEN (OLD.begun_at IS NOT NULL AND OLD.ended_at IS NULL)
  EXECUTE FUNCTION things_ends_before_agreement();

-- It begins when it is signed: by all of them, or (shared) by one. Its words are not changed under those who signed.
CREATE FUNCTION things_begins_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE eyes text := current_setting('linli.sees', true);
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.text_id <> NEW.text_id THEN
    RAISE EXCEPTION 'the words of agreement % cannot be changed', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_agreed_to_stays';
  END IF;
  PERFORM set_config('linli.sees', '*', true);
  IF NEW.begun_at IS NOT NULL AND NEW.ended_at IS NULL AND NOT (
      EXISTS (SELECT FROM things_signature s
              WHERE s.agreement_id = NEW.id AND s.signed_at IS NOT NULL AND s.withdrawn_at IS NULL)
      AND (NEW.shared OR NOT EXISTS (SELECT FROM things_signature s
              WHERE s.agreement_id = NEW.id AND (s.signed_at IS NULL OR s.withdrawn_at IS NOT NULL)))) THEN
    RAISE EXCEPTION 'agreement % is not signed', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'an_agreement_begins_when_it_is_signed';
  END IF;
  PERFORM set_config('linli.sees', coalesce(eyes, ''), true);
  RETURN NULL;
END $$;
CREATE TRIGGER things_agreement_begun AFTER INSERT OR UPDATE OF begun_at, text_id ON things_agreement
  FOR EACH ROW EXECUTE FUNCTION things_begins_signed();

-- Nobody's signature is taken from under an agreement that goes on; at the end of the transaction, for the verb withdraws
-- first and ends then.
CREATE FUNCTION things_stays_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE eyes text := current_setting('linli.sees', true);
BEGIN
  PERFORM set_config('linli.sees', '*', true);
  PERFORM FROM things_agreement a WHERE a.id = OLD.agreement_id AND a.begun_at IS NOT NULL AND a.ended_at IS NULL
    AND (NOT a.shared OR NOT EXISTS (SELECT FROM things_signature s WHERE s.agreement_id = a.id
      AND s.signed_at IS NOT NULL AND s.withdrawn_at IS NULL)) FOR SHARE;
  IF FOUND THEN
    RAISE EXCEPTION 'agreement % goes on without its signature', OLD.agreement_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'an_agreement_ends_with_its_signature';
  END IF;
  PERFORM set_config('linli.sees', coalesce(eyes, ''), true);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER things_signature_taken AFTER UPDATE OF signed_at, withdrawn_at, agreement_id ON things_signature
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.signed_at IS NOT NULL AND OLD.withdrawn_at IS NULL
    AND (NEW.signed_at IS NULL OR NEW.withdrawn_at IS NOT NULL OR NEW.agreement_id <> OLD.agreement_id))
  EXECUTE FUNCTION things_stays_signed();
CREATE CONSTRAINT TRIGGER things_signature_removed AFTER DELETE ON things_signature
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL AND OLD.withdrawn_at IS NULL)
  EXECUTE FUNCTION things_stays_signed();

-- The second lock. Who signed is seen by whoever sees the person, the person and the guardian among them; that something
-- was signed, by whoever sees the thing as well. Words are everybody's to read.
ALTER TABLE things_signature ENABLE ROW LEVEL SECURITY;
ALTER TABLE things_signature FORCE ROW LEVEL SECURITY;
CREATE POLICY things_signature_seen ON things_signature FOR SELECT
  USING (current_setting('linli.sees', true) = '*'
         OR EXISTS (SELECT FROM people_person p WHERE p.id = things_signature.person_id OR p.id = things_signature.guardian_id));
ALTER TABLE things_agreement ENABLE ROW LEVEL SECURITY;
ALTER TABLE things_agreement FORCE ROW LEVEL SECURITY;
CREATE POLICY things_agreement_seen ON things_agreement FOR SELECT
  USING (current_setting('linli.sees', true) = '*'
         OR EXISTS (SELECT FROM things_thing t WHERE t.id = things_agreement.thing_id)
         OR EXISTS (SELECT FROM things_signature s WHERE s.agreement_id = things_agreement.id));
ALTER TABLE things_erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE things_erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY things_erasure_seen ON things_erasure FOR SELECT
  USING (current_setting('linli.sees', true) = '*'
         OR EXISTS (SELECT FROM things_thing t WHERE t.id = things_erasure.thing_id));
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['signature', 'agreement', 'erasure'] LOOP
    EXECUTE format('CREATE POLICY things_%1$s_add ON things_%1$s FOR INSERT WITH CHECK (true)', room);
    EXECUTE format($f$CREATE POLICY things_%1$s_change ON things_%1$s FOR UPDATE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY things_%1$s_remove ON things_%1$s FOR DELETE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
END $$;
