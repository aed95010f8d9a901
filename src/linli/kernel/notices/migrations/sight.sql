-- The second lock: see linli/kernel/notices/models.
CREATE FUNCTION notices_works_at(place text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) IN ('place', 'unit', 'things') AND current_setting('linli.scope', true) <> ''
    AND (starts_with(place, current_setting('linli.scope', true))
         OR EXISTS (SELECT FROM unnest(string_to_array(nullif(current_setting('linli.also', true), ''), ',')) a (code)
                    WHERE starts_with(place, a.code)))
$$;
CREATE FUNCTION notices_works_beneath(place text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) IN ('place', 'unit', 'things') AND current_setting('linli.scope', true) <> ''
    AND starts_with(current_setting('linli.scope', true), place)
$$;

ALTER TABLE notices_notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices_notice FORCE ROW LEVEL SECURITY;
CREATE POLICY notices_notice_seen ON notices_notice FOR SELECT USING (
  current_setting('linli.sees', true) = '*'
  OR (standing > 0 AND (audience = 'everyone'
      OR (audience IN ('residents', 'volunteers') AND current_setting('linli.sees', true) = 'own')
      OR notices_works_beneath(place_code)))
  OR notices_works_at(place_code));
CREATE POLICY notices_notice_add ON notices_notice FOR INSERT WITH CHECK (current_setting('linli.sees', true) = '*');
CREATE POLICY notices_notice_change ON notices_notice FOR UPDATE USING (current_setting('linli.sees', true) = '*');
CREATE POLICY notices_notice_remove ON notices_notice FOR DELETE USING (current_setting('linli.sees', true) = '*');

-- A version is seen with its notice; one that never stood only by who works there.
ALTER TABLE notices_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices_version FORCE ROW LEVEL SECURITY;
CREATE POLICY notices_version_seen ON notices_version FOR SELECT USING (
  current_setting('linli.sees', true) = '*'
  OR EXISTS (SELECT FROM notices_notice n WHERE n.id = notice_id
             AND (stands_at IS NOT NULL OR notices_works_at(n.place_code))));
CREATE POLICY notices_version_add ON notices_version FOR INSERT WITH CHECK (current_setting('linli.sees', true) = '*');
CREATE POLICY notices_version_change ON notices_version FOR UPDATE USING (current_setting('linli.sees', true) = '*');
CREATE POLICY notices_version_remove ON notices_version FOR DELETE USING (current_setting('linli.sees', true) = '*');

-- What everybody read is never silently edited.
CREATE FUNCTION notices_version_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.stands_at IS NOT NULL AND (OLD.notice_id, OLD.number, OLD.title, OLD.body, OLD.title_en, OLD.body_en,
      OLD.picture_id, OLD.why, OLD.by_id, OLD.at, OLD.stands_at)
    IS DISTINCT FROM (NEW.notice_id, NEW.number, NEW.title, NEW.body, NEW.title_en, NEW.body_en,
      NEW.picture_id, NEW.why, NEW.by_id, NEW.at, NEW.stands_at)
  THEN RAISE EXCEPTION 'a version that was published is not changed: write the next one'
    USING ERRCODE = 'insufficient_privilege'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER notices_version_keep BEFORE UPDATE ON notices_version
  FOR EACH ROW EXECUTE FUNCTION notices_version_keep();

-- Rows of persons: the person alone; the room writes and counts with the system's eyes.
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['notices_delivery', 'notices_opening'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($p$CREATE POLICY %I ON %I USING (current_setting('linli.sees', true) = '*'
      OR (current_setting('linli.sees', true) = 'own'
          AND person_id = nullif(current_setting('linli.person', true), '')::uuid))
      WITH CHECK (current_setting('linli.sees', true) = '*')$p$, room || '_seen', room);
  END LOOP;
  FOREACH room IN ARRAY ARRAY['notices_mailing', 'notices_subscription', 'notices_preference', 'notices_tally',
                              'notices_shown'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($p$CREATE POLICY %I ON %I USING (current_setting('linli.sees', true) = '*')
      WITH CHECK (current_setting('linli.sees', true) = '*')$p$, room || '_seen', room);
  END LOOP;
END $$;
