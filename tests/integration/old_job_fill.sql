-- Fills the old job's tables from the truth of a world (table raw, one JSON a
-- line) as that job would have left them: every tenth day one race without its
-- runners, every seventeenth day not there at all, every fifth horse bare, every
-- fiftieth gone (its runners are orphans), claims glued to every seventh
-- jockey's name, numbers and draws guessed where they must not be NULL.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET timezone = 'UTC';

CREATE TABLE truth_horses AS
SELECT doc->'row'->>'horse_id' AS horse_id, doc->'row'->>'name' AS name,
  (doc->'row'->>'dob')::date AS dob, doc->'row'->>'colour_code' AS colour_code,
  doc->'row' AS r, (hashtext(doc->'row'->>'horse_id') & 1023) AS h
FROM raw WHERE doc->>'table' = 'ra_horses';
CREATE TABLE truth_pedigrees AS
SELECT doc->'row'->>'horse_id' AS horse_id, doc->'row' AS r
FROM raw WHERE doc->>'table' = 'ra_horse_pedigree';
CREATE TABLE truth_days AS
SELECT day, row_number() OVER (ORDER BY day) AS n FROM (
  SELECT DISTINCT (doc->'row'->>'race_date')::date AS day
  FROM raw WHERE doc->>'table' = 'ra_mst_races') d;
CREATE TABLE truth_races AS
SELECT r.*, d.n AS day_number,
  row_number() OVER (PARTITION BY r.race_date ORDER BY r.race_id) AS nth
FROM (SELECT doc->'row'->>'race_id' AS race_id,
        (doc->'row'->>'race_date')::date AS race_date, doc->'row' AS r
      FROM raw WHERE doc->>'table' = 'ra_mst_races') r
JOIN truth_days d ON d.day = r.race_date;
CREATE UNIQUE INDEX ON truth_races (race_id);
ANALYZE truth_races;

INSERT INTO ra_mst_races (race_id, racing_api_race_id, race_date, course_id,
  course_name, region, race_name, off_time, off_datetime, race_type, distance,
  distance_f, distance_meters, prize, field_size, going, big_race, fetched_at,
  api_data, created_at, updated_at)
SELECT race_id, race_id, race_date, r->>'course_id', r->>'course_name',
  r->>'region', r->>'race_name', COALESCE(r->>'off_time', ''),
  (r->>'off_dt')::timestamptz, left(r->>'race_type', 20),
  left(r->>'distance', 20), r->>'distance_f', (r->>'distance_m')::int,
  r->>'prize', (r->>'runner_count')::int, r->>'going',
  (r->>'is_big_race')::boolean, :old, '{"by": "the old job"}', :old, :old
FROM truth_races WHERE day_number % 17 <> 0;

INSERT INTO ra_mst_runners (runner_id, race_id, horse_id, fetched_at,
  horse_name, age, sex, number, draw, jockey_id, jockey_name, trainer_id,
  owner_id, weight, weight_lbs, official_rating, form, comment, api_data,
  position, created_at, updated_at)
SELECT u.r->>'runner_id', t.race_id, u.r->>'horse_id', :old,
  COALESCE(u.r->>'horse_name', ''), (u.r->>'age')::int, left(u.r->>'sex', 10),
  COALESCE((u.r->>'number')::int, 0), COALESCE((u.r->>'draw')::int, 0),
  u.r->>'jockey_id', u.r->>'jockey_name', u.r->>'trainer_id', u.r->>'owner_id', '9-5',
  (u.r->>'lbs')::int, (u.r->>'ofr')::int, u.r->>'form', u.r->>'comment',
  '{"by": "the old job"}', 1, :old, :old
FROM (SELECT doc->'row' AS r FROM raw WHERE doc->>'table' = 'ra_mst_runners') u
JOIN truth_races t ON t.race_id = u.r->>'race_id'
WHERE day_number % 17 <> 0 AND NOT (day_number % 10 = 0 AND nth = 1);

CREATE TABLE known_horses AS
SELECT DISTINCT horse_id FROM ra_mst_runners;
INSERT INTO ra_horses (horse_id, name, sex, dob, sex_code, colour, colour_code,
  created_at, updated_at)
SELECT horse_id, left(CASE WHEN h % 5 = 0 THEN regexp_replace(name,
    ' \([A-Z]+\)$', '') ELSE name END, 100),
  CASE WHEN h % 5 > 0 THEN r->>'sex' END, CASE WHEN h % 5 > 0 THEN dob END,
  CASE WHEN h % 5 > 0 THEN r->>'sex_code' END,
  CASE WHEN h % 5 > 0 THEN r->>'colour' END,
  CASE WHEN h % 5 > 0 THEN colour_code END, :old, :old
FROM truth_horses JOIN known_horses USING (horse_id) WHERE h % 50 <> 7;
INSERT INTO ra_horse_pedigree (horse_id, sire_id, sire, dam_id, dam,
  damsire_id, damsire, breeder, created_at, updated_at)
SELECT horse_id, p.r->>'sire_id', p.r->>'sire', p.r->>'dam_id', p.r->>'dam',
  p.r->>'damsire_id', p.r->>'damsire', left(p.r->>'breeder', 100), :old, :old
FROM truth_pedigrees p JOIN truth_horses t USING (horse_id)
JOIN ra_horses USING (horse_id) WHERE h % 5 > 0;

INSERT INTO ra_jockeys (jockey_id, name, created_at, updated_at)
SELECT r->>'jockey_id', CASE WHEN hashtext(r->>'jockey_id') % 7 = 0
  THEN (r->>'name') || '(7)' ELSE r->>'name' END, :old, :old
FROM (SELECT doc->'row' AS r FROM raw WHERE doc->>'table' = 'ra_jockeys') x;
INSERT INTO ra_trainers (trainer_id, name, wins, created_at, updated_at)
SELECT r->>'trainer_id', r->>'name', 7, :old, :old
FROM (SELECT doc->'row' AS r FROM raw WHERE doc->>'table' = 'ra_trainers') x;
INSERT INTO ra_owners (owner_id, name, created_at, updated_at)
SELECT r->>'owner_id', left(r->>'name', 30), :old, :old
FROM (SELECT doc->'row' AS r FROM raw WHERE doc->>'table' = 'ra_owners') x;
INSERT INTO ra_courses (course_id, name, region, latitude, created_at,
  updated_at)
SELECT r->>'course_id', r->>'name', r->>'region', 51.4, :old, :old
FROM (SELECT doc->'row' AS r FROM raw WHERE doc->>'table' = 'ra_courses') x;
INSERT INTO ra_bookmakers (bookmaker_id, bookmaker_name, bookmaker_type, active,
  created_at, updated_at) VALUES ('bet365', 'bet365', 'online', true, :old, :old);

-- What it was, to hold every old column of every row against later.
CREATE SCHEMA kept;
SELECT format('CREATE TABLE kept.%I AS TABLE public.%I', relname, relname)
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
  AND relname LIKE 'ra\_%' \gexec
ALTER TABLE truth_horses SET SCHEMA kept;
ALTER TABLE truth_pedigrees SET SCHEMA kept;
ALTER TABLE truth_races SET SCHEMA kept;
ALTER TABLE truth_days SET SCHEMA kept;
DROP TABLE known_horses, raw;
GRANT USAGE ON SCHEMA kept TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA kept TO PUBLIC;
SELECT format('ALTER TABLE %I OWNER TO keeper', relname) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace \gexec
ANALYZE;
