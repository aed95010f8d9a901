-- The second lock. An emergency is seen by whoever has its place in scope, whoever works in one of the neighbourhoods
-- its zone touches, and the units that have a task in it. It is written through the verbs, which look as the system.
CREATE FUNCTION linli_in_emergency(place_code text, inside text[], unit_ids uuid[]) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN current_setting('linli.sees', true) = '*' THEN true
    WHEN current_setting('linli.sees', true) IN ('place', 'unit') AND current_setting('linli.scope', true) <> '' THEN
      starts_with(place_code, current_setting('linli.scope', true))
      OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ','))
      OR EXISTS (SELECT FROM unnest(inside) code
                 WHERE starts_with(code, current_setting('linli.scope', true))
                    OR starts_with(current_setting('linli.scope', true), code))
      OR coalesce(nullif(current_setting('linli.unit', true), '')::uuid = ANY (unit_ids), false)
    ELSE false
  END
$$;

ALTER TABLE emergencies_emergency ENABLE ROW LEVEL SECURITY;
ALTER TABLE emergencies_emergency FORCE ROW LEVEL SECURITY;
CREATE POLICY emergencies_emergency_seen ON emergencies_emergency FOR SELECT
  USING (linli_in_emergency(place_code, inside, unit_ids));
CREATE POLICY emergencies_emergency_add ON emergencies_emergency FOR INSERT WITH CHECK (true);
CREATE POLICY emergencies_emergency_change ON emergencies_emergency FOR UPDATE
  USING (linli_in_emergency(place_code, inside, unit_ids)) WITH CHECK (true);
CREATE POLICY emergencies_emergency_remove ON emergencies_emergency FOR DELETE
  USING (current_setting('linli.sees', true) = '*');

ALTER TABLE emergencies_task ENABLE ROW LEVEL SECURITY;
ALTER TABLE emergencies_task FORCE ROW LEVEL SECURITY;
CREATE POLICY emergencies_task_seen ON emergencies_task
  USING (current_setting('linli.sees', true) = '*'
         OR EXISTS (SELECT FROM emergencies_emergency e WHERE e.id = emergencies_task.emergency_id)) WITH CHECK (true);

-- The course of an emergency, whole, for whoever sees the emergency: also what was written before they did.
CREATE FUNCTION emergencies_course(emergency uuid) RETURNS SETOF audit_record LANGUAGE plpgsql AS $$
DECLARE eyes text := coalesce(current_setting('linli.sees', true), '');
BEGIN
  IF eyes IN ('place', 'unit') AND EXISTS (SELECT FROM emergencies_emergency e WHERE e.id = emergency) THEN
    PERFORM set_config('linli.sees', '*', true);
  END IF;
  RETURN QUERY SELECT * FROM audit_record r WHERE r.stream = 'emergency:' || emergency ORDER BY r.stream_seq;
  PERFORM set_config('linli.sees', eyes, true);
END $$;
