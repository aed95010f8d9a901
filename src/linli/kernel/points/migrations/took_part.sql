-- Who had a part in a deduction is written down with it, and never changed; staff at the place may see it.
ALTER TABLE points_tookpart ENABLE ROW LEVEL SECURITY;
ALTER TABLE points_tookpart FORCE ROW LEVEL SECURITY;
CREATE POLICY points_tookpart_all ON points_tookpart
  USING (current_setting('linli.sees', true) = '*') WITH CHECK (current_setting('linli.sees', true) = '*');
CREATE POLICY points_tookpart_seen ON points_tookpart FOR SELECT
  USING (current_setting('linli.sees', true) = 'place'
    AND EXISTS (SELECT FROM points_transfer t WHERE t.id = points_tookpart.transfer_id OFFSET 0));
CREATE TRIGGER points_never BEFORE UPDATE OR DELETE ON points_tookpart FOR EACH ROW EXECUTE FUNCTION points_never();

-- Neither is somebody made the reviewer of what they had a part in, nor named afterwards as having had a part in what they review.
-- Who had a part is committed with the deduction, so it is there before anybody can object to that.
CREATE FUNCTION points_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE eyes text := coalesce(current_setting('linli.sees', true), ''); done text; involved boolean;
BEGIN
  done := set_config('linli.sees', '*', true);
  IF TG_TABLE_NAME = 'points_appeal' THEN
    involved := EXISTS (SELECT FROM points_tookpart p WHERE p.transfer_id = NEW.transfer_id AND p.account = NEW.reviewer);
  ELSE
    involved := EXISTS (SELECT FROM points_appeal a WHERE a.transfer_id = NEW.transfer_id AND a.reviewer = NEW.account);
  END IF;
  done := set_config('linli.sees', eyes, true);
  IF involved THEN
    RAISE EXCEPTION 'nobody reviews what they had a part in'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_reviews_what_they_had_a_part_in';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER points_apart BEFORE INSERT OR UPDATE OF reviewer, transfer_id ON points_appeal
  FOR EACH ROW WHEN (NEW.reviewer IS NOT NULL) EXECUTE FUNCTION points_apart();
CREATE TRIGGER points_apart BEFORE INSERT ON points_tookpart FOR EACH ROW EXECUTE FUNCTION points_apart();
