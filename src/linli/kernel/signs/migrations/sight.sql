-- The second lock on suggestions. Who works in a street or a neighbourhood sees those of its places; a district sees none,
-- for it does not go there. Who lives at a home sees what was decided about it. Only the room's verbs write, with the
-- system's eyes.
CREATE FUNCTION signs_works_at(place text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = '*'
    OR (current_setting('linli.sees', true) = 'place' AND length(current_setting('linli.scope', true)) >= 9
        AND (starts_with(place, current_setting('linli.scope', true))
             OR place ^@ ANY (string_to_array(nullif(current_setting('linli.also', true), ''), ','))))
$$;
ALTER TABLE signs_suggestion ENABLE ROW LEVEL SECURITY;
ALTER TABLE signs_suggestion FORCE ROW LEVEL SECURITY;
CREATE POLICY signs_suggestion_seen ON signs_suggestion FOR SELECT USING (signs_works_at(place_code));
CREATE POLICY signs_suggestion_add ON signs_suggestion FOR INSERT WITH CHECK (current_setting('linli.sees', true) = '*');
CREATE POLICY signs_suggestion_change ON signs_suggestion FOR UPDATE USING (current_setting('linli.sees', true) = '*');
CREATE POLICY signs_suggestion_remove ON signs_suggestion FOR DELETE USING (current_setting('linli.sees', true) = '*');
