-- Meetings and what was missed are seen by the subtree; who was there only with the member.
CALL party_lock('meeting', 'organisation_id = ANY ((SELECT party_mine())::uuid[])');
CALL party_lock('missed', 'organisation_id = ANY ((SELECT party_mine())::uuid[])');
CALL party_lock('attendance', 'EXISTS (SELECT FROM party_meeting m WHERE m.id = meeting_id) AND EXISTS (SELECT FROM party_member p WHERE p.id = member_id)');

-- What two persons stand for is not written anew.
CREATE FUNCTION party_meeting_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'confirmed' THEN
    RAISE EXCEPTION 'confirmed minutes are not changed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER party_meeting_keep BEFORE UPDATE ON party_meeting FOR EACH ROW EXECUTE FUNCTION party_meeting_keep();
