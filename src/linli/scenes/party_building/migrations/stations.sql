-- A station and who stands there hang at its door: whoever looks with any eyes reads them. Only verbs write.
CREATE FUNCTION party_anybody() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(current_setting('linli.sees', true), '') <> ''
$$;
CALL party_lock('station', 'party_anybody()');
CALL party_lock('opening', 'party_anybody()');
CALL party_lock('watch', 'party_anybody()');
CALL party_lock('visits', 'party_staff()');

-- Two spans of one station's week never overlap.
ALTER TABLE party_opening ADD CONSTRAINT a_station_is_open_once_at_a_time EXCLUDE USING gist (
  int8range(station_id, station_id, '[]') WITH &&,
  int4range(weekday::int * 1440 + opens, weekday::int * 1440 + closes) WITH &&);
