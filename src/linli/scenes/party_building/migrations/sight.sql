-- The second lock: by organisation and what lies beneath it, never by place. Whoever's post is in an organisation's unit
-- sees that subtree and nothing else; a member sees themselves by a print that this room alone can make, with the
-- system's eyes (queries.own), because the row does not say who it is.
CREATE FUNCTION party_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = '*'
$$;

-- Every organisation beneath the looker's own, and that itself; nothing for everybody else. Asked once for a statement.
CREATE FUNCTION party_mine() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN current_setting('linli.sees', true) = 'unit' AND coalesce(current_setting('linli.unit', true), '') <> ''
    THEN ARRAY(SELECT o.id FROM party_organisation mine JOIN party_organisation o ON mine.id = ANY (o.path)
               WHERE mine.unit_id = current_setting('linli.unit', true)::uuid)
    ELSE '{}'::uuid[] END
$$;

-- Only the system's eyes write; `seen` says who reads.
CREATE PROCEDURE party_lock(room text, seen text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE party_%s ENABLE ROW LEVEL SECURITY', room);
  EXECUTE format('ALTER TABLE party_%s FORCE ROW LEVEL SECURITY', room);
  EXECUTE format('CREATE POLICY party_%1$s_seen ON party_%1$s FOR SELECT USING (party_all() OR %2$s)', room, seen);
  EXECUTE format('CREATE POLICY party_%1$s_add ON party_%1$s FOR INSERT WITH CHECK (party_all())', room);
  EXECUTE format('CREATE POLICY party_%1$s_change ON party_%1$s FOR UPDATE USING (party_all())', room);
  EXECUTE format('CREATE POLICY party_%1$s_remove ON party_%1$s FOR DELETE USING (party_all())', room);
END $$;

CALL party_lock('member', 'branch_id = ANY ((SELECT party_mine())::uuid[])');
CALL party_lock('entry', 'EXISTS (SELECT FROM party_member m WHERE m.id = member_id)');
CALL party_lock('transfer', 'from_branch_id = ANY ((SELECT party_mine())::uuid[]) OR to_branch_id = ANY ((SELECT party_mine())::uuid[])');
CALL party_lock('office', 'EXISTS (SELECT FROM party_member m WHERE m.id = member_id)');
