#include "tests/infra/store/old_job.hpp"

namespace racefill {

std::string old_job_schema() {
  return R"sql(
CREATE TABLE ra_mst_races (
  race_id varchar(50) PRIMARY KEY, racing_api_race_id varchar(50),
  is_from_api boolean DEFAULT true, race_date date NOT NULL,
  course_id varchar(50), course_name varchar(100), region varchar(10),
  race_name text, off_time varchar(10) NOT NULL, off_datetime timestamp,
  race_type varchar(20), race_class varchar(20), pattern varchar(50),
  age_band varchar(20), rating_band varchar(20), sex_restriction varchar(20),
  distance varchar(20), distance_f varchar(20), distance_meters integer,
  prize varchar(50), prize_money integer, field_size integer,
  going varchar(50), surface varchar(20), big_race boolean,
  is_abandoned boolean DEFAULT false, fetched_at timestamptz,
  api_data jsonb, created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now());
CREATE TABLE ra_mst_runners (
  runner_id varchar(100) PRIMARY KEY, race_id varchar(50) NOT NULL,
  horse_id varchar(50) NOT NULL, fetched_at timestamptz,
  is_from_api boolean DEFAULT true, racing_api_horse_id varchar(50),
  racing_api_jockey_id varchar(50), horse_name varchar(100) NOT NULL,
  age integer, sex varchar(10), number integer NOT NULL, draw integer NOT NULL,
  stall integer, jockey_id varchar(50), jockey_name varchar(100),
  jockey_claim varchar(10), trainer_id varchar(50), trainer_name varchar(100),
  owner_id varchar(50), owner_name varchar(200), weight varchar(10) NOT NULL,
  weight_lbs integer, headgear varchar(10), sire_id varchar(50),
  sire_name varchar(100), dam_id varchar(50), dam_name varchar(100),
  form varchar(20), form_string varchar(20), days_since_last_run integer,
  prize_money_won numeric, official_rating integer, racing_post_rating integer,
  rpr integer, tsr integer, comment text, silk_url text, api_data jsonb,
  past_results_flags text[], position integer,
  created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE TABLE ra_horses (
  horse_id varchar(50) PRIMARY KEY, racing_api_horse_id varchar(50),
  name varchar(100) NOT NULL, sex varchar(20), dob date, sex_code varchar(5),
  colour varchar(20), colour_code varchar(10), region varchar(10),
  created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE TABLE ra_horse_pedigree (
  horse_id varchar(50) PRIMARY KEY, sire_id varchar(50), sire varchar(100),
  dam_id varchar(50), dam varchar(100), damsire_id varchar(50),
  damsire varchar(100), breeder varchar(100), region varchar(10),
  created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE TABLE ra_jockeys (jockey_id varchar(50) PRIMARY KEY,
  name varchar(100) NOT NULL, created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now());
CREATE TABLE ra_trainers (trainer_id varchar(50) PRIMARY KEY,
  name varchar(100) NOT NULL, wins integer,
  created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE TABLE ra_owners (owner_id varchar(50) PRIMARY KEY,
  name varchar(30) NOT NULL, created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now());
CREATE TABLE ra_courses (course_id varchar(50) PRIMARY KEY,
  name varchar(100) NOT NULL, region varchar(50), country varchar(50),
  latitude numeric, longitude numeric, created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now());
CREATE TABLE ra_bookmakers (bookmaker_id varchar(50) PRIMARY KEY,
  bookmaker_name varchar(100), bookmaker_type varchar(50), active boolean,
  created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
)sql";
}

std::string old_job_rows(int days, int races, int runners) {
  const auto count = [](int x) { return std::to_string(x); };
  const auto old = std::string{"'2025-10-17T00:00:00Z'::timestamptz"};
  const auto horses = days * races * runners / 8 + 10;
  return R"sql(
INSERT INTO ra_mst_races (race_id,race_date,course_id,course_name,region,
  race_name,off_time,off_datetime,distance,distance_f,distance_meters,
  prize_money,field_size,going,big_race,created_at,updated_at)
SELECT 'rac_' || (d * 1000 + r), date '2023-01-01' + d, 'crs_' || r % 5,
  'Course ' || r % 5, 'GB', 'Race ' || r, '1:30',
  timestamp '2023-01-01 13:30' + d * interval '1 day', '1m', '8', 1609, 4000,
  )sql" + count(runners)
         + R"sql(, 'Good', false, )sql" + old + ", " + old
         + " FROM generate_series(0," + count(days - 1)
         + ") d, generate_series(0," + count(races - 1) + ") r;\n" + R"sql(
INSERT INTO ra_horses (horse_id,name,sex,dob,sex_code,colour,colour_code,
  created_at,updated_at)
SELECT 'hrs_' || h, 'HORSE ' || h, 'gelding',
  CASE WHEN h % 5 > 0 THEN date '2019-03-01' END,
  CASE WHEN h % 5 > 0 THEN 'G' END, CASE WHEN h % 5 > 0 THEN 'b' END,
  CASE WHEN h % 5 > 0 THEN 'B' END, )sql"
         + old + ", " + old + " FROM generate_series(0," + count(horses - 1)
         + ") h;\n" + R"sql(
INSERT INTO ra_horse_pedigree (horse_id,sire_id,sire,dam_id,dam,created_at,
  updated_at)
SELECT horse_id, 'sir_1', 'Old Sire', 'dam_1', 'Old Dam', created_at, updated_at
  FROM ra_horses WHERE dob IS NOT NULL;
INSERT INTO ra_jockeys (jockey_id,name,created_at,updated_at)
SELECT 'jky_' || j, CASE WHEN j % 7 = 0 THEN 'Jack Martin(' || j % 4 + 3 || ')'
  ELSE 'Jockey ' || j END, )sql"
         + old + ", " + old + " FROM generate_series(0,99) j;\n" + R"sql(
INSERT INTO ra_trainers (trainer_id,name,wins,created_at,updated_at)
SELECT 'trn_' || t, 'Trainer ' || t, t, )sql"
         + old + ", " + old + " FROM generate_series(0,49) t;\n" + R"sql(
INSERT INTO ra_owners (owner_id,name,created_at,updated_at)
SELECT 'own_' || o, 'Owner ' || o, )sql"
         + old + ", " + old + " FROM generate_series(0,49) o;\n" + R"sql(
INSERT INTO ra_courses (course_id,name,region,latitude,created_at,updated_at)
SELECT 'crs_' || c, 'Course ' || c, 'gb', 51.4, )sql"
         + old + ", " + old + " FROM generate_series(0,4) c;\n" + R"sql(
INSERT INTO ra_bookmakers (bookmaker_id,bookmaker_name,bookmaker_type,active)
VALUES ('bet365','bet365','online',true);
INSERT INTO ra_mst_runners (runner_id,race_id,horse_id,horse_name,number,draw,
  jockey_id,jockey_name,trainer_id,trainer_name,owner_id,owner_name,weight,
  weight_lbs,official_rating,position,created_at,updated_at)
SELECT race_id || '_' || horse, race_id, horse, 'HORSE', n + 1, n + 1,
  'jky_' || (x % 100), 'Jack Martin(7)', 'trn_' || (x % 50), 'T',
  'own_' || (x % 50), 'O', '9-5', 131, 60, n + 1, created_at, updated_at
FROM (SELECT r.*, n, (row_number() OVER ()) AS x,
        'hrs_' || (abs(hashint4(n + hashtext(r.race_id))) % )sql"
         + count(horses) + R"sql( / 8 * 8 + n % 8 + (n / 8) * 100000) AS horse
      FROM ra_mst_races r, generate_series(0, )sql"
         + count(runners - 1) + R"sql() n
      WHERE NOT ((r.race_date - date '2023-01-01') % 10 = 9
                 AND r.race_id LIKE '%000')) s
ON CONFLICT DO NOTHING;
)sql";
}

std::string old_job_checksums() {
  // What racefill does not write, of every row that was there.
  return R"sql(
SELECT 'races', count(*), md5(string_agg(race_id || race_date || course_id
  || off_time || coalesce(api_data::text,'') || is_from_api || created_at, ','
  ORDER BY race_id)) FROM ra_mst_races
  WHERE created_at = '2025-10-17T00:00:00Z'
UNION ALL SELECT 'runners', count(*), md5(string_agg(runner_id || race_id
  || horse_id || position || weight || created_at, ',' ORDER BY runner_id))
  FROM ra_mst_runners WHERE position IS NOT NULL
UNION ALL SELECT 'trainers', count(*), md5(string_agg(trainer_id || wins
  || created_at, ',' ORDER BY trainer_id)) FROM ra_trainers
  WHERE wins IS NOT NULL
UNION ALL SELECT 'courses', count(*), md5(string_agg(course_id || latitude
  || coalesce(country,'') || created_at, ',' ORDER BY course_id))
  FROM ra_courses WHERE latitude IS NOT NULL
UNION ALL SELECT 'horses', count(*), md5(string_agg(horse_id || created_at, ','
  ORDER BY horse_id)) FROM ra_horses
  WHERE created_at = '2025-10-17T00:00:00Z'
)sql";
}

} // namespace racefill
