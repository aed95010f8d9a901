-- What is needed and what is there to give is no secret among organisations; wishes that were checked are everybody's.
CREATE FUNCTION party_works_at(place text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) = 'place' AND coalesce(current_setting('linli.scope', true), '') <> ''
    AND (starts_with(place, current_setting('linli.scope', true))
         OR place ^@ ANY (string_to_array(current_setting('linli.also', true), ',')))
$$;
-- The organisations that sit in a neighbourhood: whoever reported there reported to them.
CREATE FUNCTION party_host(place text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT FROM party_organisation o WHERE o.id = ANY (party_mine()) AND o.place_code = place)
$$;
CREATE FUNCTION party_staff() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('linli.sees', true) IN ('unit', 'place')
$$;

CALL party_lock('wish', $s$ (state IN ('published', 'claimed', 'fulfilled', 'thanked')
    AND current_setting('linli.sees', true) IN ('own', 'unit', 'place', 'public'))
  OR party_works_at(place_code)
  OR current_setting('linli.sees', true) = 'own' AND EXISTS (SELECT FROM party_asker a WHERE a.wish_id = id
     AND a.person_id::text = current_setting('linli.person', true)) $s$);
CALL party_lock('asker', $s$ current_setting('linli.sees', true) = 'own' AND person_id::text = current_setting('linli.person', true) $s$);
CALL party_lock('claim', 'EXISTS (SELECT FROM party_wish w WHERE w.id = wish_id)');
CALL party_lock('reported', $s$ organisation_id IS NOT NULL AND party_staff()
  OR EXISTS (SELECT FROM party_member m WHERE m.id = member_id) OR party_host(place_code) $s$);
CALL party_lock('task', $s$ current_setting('linli.sees', true) IN ('own', 'unit', 'place') $s$);
CALL party_lock('part', 'EXISTS (SELECT FROM party_reported r WHERE r.id = reported_id)');
CALL party_lock('listing', 'party_staff()');
CALL party_lock('project', 'party_staff()');
