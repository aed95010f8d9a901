-- The tree keeps itself in order: who stands above whom, and every organisation knows all above it.
CREATE FUNCTION party_rank(kind text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_position(ARRAY['committee', 'general', 'branch', 'group'], kind)
$$;

CREATE FUNCTION party_organisation_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above party_organisation;
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.kind, OLD.parent_id) IS NOT DISTINCT FROM (NEW.kind, NEW.parent_id)
     AND OLD.path = NEW.path THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND EXISTS (SELECT FROM party_organisation WHERE parent_id = NEW.id) THEN
    RAISE EXCEPTION 'an organisation with others beneath it keeps its place' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.parent_id IS NULL THEN
    IF NEW.kind <> 'committee' THEN
      RAISE EXCEPTION 'only a committee stands at the top' USING ERRCODE = 'check_violation';
    END IF;
    NEW.path := ARRAY[NEW.id];
    RETURN NEW;
  END IF;
  SELECT * INTO above FROM party_organisation WHERE id = NEW.parent_id;
  IF NOT (party_rank(above.kind) < party_rank(NEW.kind) AND (NEW.kind <> 'group' OR above.kind = 'branch')
          AND (above.kind <> 'branch' OR NEW.kind = 'group')
          OR above.kind = 'committee' AND NEW.kind = 'committee') OR above.kind = 'group' THEN
    RAISE EXCEPTION 'a % does not stand beneath a %', NEW.kind, above.kind USING ERRCODE = 'check_violation';
  END IF;
  NEW.path := above.path || NEW.id;
  RETURN NEW;
END $$;
CREATE TRIGGER party_organisation_path BEFORE INSERT OR UPDATE ON party_organisation
  FOR EACH ROW EXECUTE FUNCTION party_organisation_path();

-- A member belongs to a branch, and to a group of that very branch.
CREATE FUNCTION party_member_branch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM party_organisation WHERE id = NEW.branch_id AND kind = 'branch') THEN
    RAISE EXCEPTION 'a member belongs to a branch' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.group_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM party_organisation WHERE id = NEW.group_id AND kind = 'group' AND parent_id = NEW.branch_id) THEN
    RAISE EXCEPTION 'a group is one of the branch' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER party_member_branch BEFORE INSERT OR UPDATE OF branch_id, group_id ON party_member
  FOR EACH ROW EXECUTE FUNCTION party_member_branch();

-- Into another branch only by a letter that was received on that day: looked at when everything of the act is written.
CREATE FUNCTION party_member_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM party_transfer t WHERE t.member_id = NEW.id AND t.from_branch_id = OLD.branch_id
                 AND t.to_branch_id = NEW.branch_id AND t.state = 'received' AND t.decided_on = NEW.branch_since) THEN
    RAISE EXCEPTION 'a member changes the branch by a received letter alone' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER party_member_moves AFTER UPDATE OF branch_id ON party_member
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.branch_id IS DISTINCT FROM NEW.branch_id)
  EXECUTE FUNCTION party_member_moves();

-- Stages in their order: nobody enters one before the one before it. The first that is written may be any (an old register).
CREATE FUNCTION party_entry_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stages text[] := ARRAY['applicant', 'activist', 'prospect', 'probationary', 'full'];
BEGIN
  IF EXISTS (SELECT FROM party_entry e WHERE e.member_id = NEW.member_id AND e.id <> NEW.id
    AND ((array_position(stages, e.stage) < array_position(stages, NEW.stage)) <> (e.since < NEW.since)
         AND e.since <> NEW.since)) THEN
    RAISE EXCEPTION 'stages are entered one after the other' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER party_entry_order BEFORE INSERT OR UPDATE ON party_entry
  FOR EACH ROW EXECUTE FUNCTION party_entry_order();
CREATE SEQUENCE party_letter AS bigint;
