-- The second lock. An operation is seen by whoever has its place in scope, and by the units that take part, wherever
-- their own place lies below it.
CREATE FUNCTION operations_within(place_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = '*'
    OR current_setting('linli.sees', true) IN ('place', 'unit') AND current_setting('linli.scope', true) <> ''
       AND (starts_with(place_code, current_setting('linli.scope', true))
            OR place_code ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
$$;
DO $$
DECLARE room text;
BEGIN
  FOREACH room IN ARRAY ARRAY['operation', 'party', 'step', 'line', 'linked'] LOOP
    EXECUTE format('ALTER TABLE operations_%s ENABLE ROW LEVEL SECURITY', room);
    EXECUTE format('ALTER TABLE operations_%s FORCE ROW LEVEL SECURITY', room);
    EXECUTE format($f$CREATE POLICY operations_%1$s_add ON operations_%1$s FOR INSERT
      WITH CHECK (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY operations_%1$s_change ON operations_%1$s FOR UPDATE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
    EXECUTE format($f$CREATE POLICY operations_%1$s_remove ON operations_%1$s FOR DELETE
      USING (current_setting('linli.sees', true) = '*')$f$, room);
  END LOOP;
  FOREACH room IN ARRAY ARRAY['step', 'line', 'linked'] LOOP
    EXECUTE format($f$CREATE POLICY operations_%1$s_seen ON operations_%1$s FOR SELECT
      USING (EXISTS (SELECT FROM operations_operation o WHERE o.id = operations_%1$s.operation_id))$f$, room);
  END LOOP;
END $$;
-- Which units take part is no secret: else each of the two would ask the other.
CREATE POLICY operations_party_seen ON operations_party FOR SELECT
  USING (current_setting('linli.sees', true) IN ('*', 'place', 'unit'));
CREATE POLICY operations_operation_seen ON operations_operation FOR SELECT
  USING (operations_within(place_code)
         OR current_setting('linli.sees', true) IN ('place', 'unit') AND EXISTS (
           SELECT FROM operations_party p WHERE p.operation_id = operations_operation.id
             AND p.unit_id::text = current_setting('linli.unit', true)));
