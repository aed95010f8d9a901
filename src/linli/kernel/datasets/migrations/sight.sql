-- The second lock on what came in from elsewhere: rows, lines and doubts are seen by who works at their place. Only the
-- room's verbs write, with the system's eyes. The catalogue names nobody and has none.
CREATE FUNCTION datasets_works_at(place text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = '*'
    OR (current_setting('linli.sees', true) IN ('place', 'things') AND current_setting('linli.scope', true) <> ''
        AND (starts_with(place, current_setting('linli.scope', true))
             OR place ^@ ANY (string_to_array(current_setting('linli.also', true), ','))))
$$;
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['datasets_row', 'datasets_doubt', 'datasets_job'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', room);
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING (datasets_works_at(place_code))', room || '_seen', room);
    EXECUTE format($p$CREATE POLICY %I ON %I FOR INSERT WITH CHECK (current_setting('linli.sees', true) = '*')$p$, room || '_add', room);
    EXECUTE format($p$CREATE POLICY %I ON %I FOR UPDATE USING (current_setting('linli.sees', true) = '*')$p$, room || '_change', room);
    EXECUTE format($p$CREATE POLICY %I ON %I FOR DELETE USING (current_setting('linli.sees', true) = '*')$p$, room || '_remove', room);
  END LOOP;
END $$;

-- A line is seen with its job.
ALTER TABLE datasets_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE datasets_line FORCE ROW LEVEL SECURITY;
CREATE POLICY datasets_line_seen ON datasets_line FOR SELECT USING (
  current_setting('linli.sees', true) = '*' OR EXISTS (SELECT FROM datasets_job j WHERE j.id = job_id));
CREATE POLICY datasets_line_add ON datasets_line FOR INSERT WITH CHECK (current_setting('linli.sees', true) = '*');
CREATE POLICY datasets_line_change ON datasets_line FOR UPDATE USING (current_setting('linli.sees', true) = '*');
CREATE POLICY datasets_line_remove ON datasets_line FOR DELETE USING (current_setting('linli.sees', true) = '*');
