-- The second lock. A board is seen by who has its place in scope, also by who keeps the register ('things'), which names
-- nobody. A television besides by its person alone. Which screen this is, is asked with the system's eyes, by its key.
ALTER TABLE displays_display ENABLE ROW LEVEL SECURITY;
ALTER TABLE displays_display FORCE ROW LEVEL SECURITY;
CREATE FUNCTION linli_sees_display(kind text, place_code text, person_id uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE current_setting('linli.sees', true)
    WHEN '*' THEN true
    WHEN 'own' THEN coalesce(person_id = nullif(current_setting('linli.person', true), '')::uuid, false)
    WHEN 'place' THEN current_setting('linli.scope', true) <> ''
                      AND (starts_with(place_code, current_setting('linli.scope', true))
                           OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
    WHEN 'things' THEN kind = 'board' AND current_setting('linli.scope', true) <> ''
                       AND (starts_with(place_code, current_setting('linli.scope', true))
                            OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
    ELSE false
  END
$$;
CREATE POLICY displays_display_seen ON displays_display FOR SELECT
  USING (linli_sees_display(kind, place_code, person_id));
CREATE POLICY displays_display_add ON displays_display FOR INSERT WITH CHECK (true);
CREATE POLICY displays_display_change ON displays_display FOR UPDATE
  USING (linli_sees_display(kind, place_code, person_id)) WITH CHECK (true);
CREATE POLICY displays_display_remove ON displays_display FOR DELETE
  USING (current_setting('linli.sees', true) = '*');
