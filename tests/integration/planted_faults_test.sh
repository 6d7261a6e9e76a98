#!/usr/bin/env bash
# A sound database with planted faults: validate finds each by name, the printed
# commands repair it with the fewest calls, and then all passes. On SQLite and
# PostgreSQL. The seed's five queries give the numbers that validate shows.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"
begin planted_faults_test

world=(--seed 7 --races-per-day 10 --horses 0.2 --oddities 0
  --missing-profiles 0)
last_day=2024-03-06
range=(--start-date "$first_day" --end-date "$last_day")
make_truth "$work/truth.jsonl" "${world[@]}"
start_simulator "$work/sim" "${world[@]}" --limit 50

# validate_now DIR DB: sets status; the report is in DIR/validate.json.
validate_now() {
  "$RACEFILL" validate --db "$2" --state-dir "$1" "${range[@]}" --json \
    >"$1/validate.json" 2>"$1/validate.err"
  status=$?
  [[ $status -le 1 ]] || fail 'validate itself fails' "$1/validate.err"
}

check_of() { # DIR ID FIELD
  jq -r --arg id "$2" ".checks[] | select(.id == \$id) | $3" "$1/validate.json"
}

expect_found() { # DIR ID KEY WHAT
  [[ $(check_of "$1" "$2" .outcome) != pass ]] ||
    fail "$4: $2 passes" "$1/validate.json"
  check_of "$1" "$2" '.keys | join(" ")' | grep -q -- "$3" ||
    fail "$4: $2 does not name $3: $(check_of "$1" "$2" '.keys | join(" ")')"
}

# repair_all DIR DB: runs the printed commands, the first one first, until
# nothing fails.
repair_all() {
  local dir=$1 db=$2 round line statements
  for round in 1 2 3 4 5 6 7 8 9 10; do
    validate_now "$dir" "$db"
    line=$(jq -r '[.checks[] | select(.outcome != "pass" and .repair_sql == ""
      and .repair != "") | .repair][0] // ""' "$dir/validate.json")
    statements=$(jq -r '[.checks[] | select(.outcome != "pass") |
      .repair_sql] | map(select(. != "")) | unique | join("\n")' \
      "$dir/validate.json")
    [[ -z $line && -z $statements ]] && return
    if [[ -n $statements ]]; then
      say "  $statements"
      admin_sql "$db" "$statements"
      continue
    fi
    say "  $line"
    racefill() { # What the printed line calls.
      local command=$1
      shift
      case $command in
        run) run_words "$dir" "$db" "$@" ;;
        *) words=("$RACEFILL" "$command" --db "$db" --state-dir "$dir" "$@") ;;
      esac
      "${words[@]}" >"$dir/out" 2>"$dir/err"
    }
    eval "$line"
    status=$?
    unset -f racefill
    [[ $status -eq 0 ]] || fail "'$line' ends with $status" "$dir/out" "$dir/err"
  done
  fail 'ten rounds did not repair it' "$dir/validate.json"
}

# Statements of somebody who goes round the foreign keys.
admin_sql() { # DB STATEMENTS
  case $1 in
    sqlite:*) sqlite3 -batch "${1#sqlite:}" "$2" ;;
    *) sql "$(pg_socket planted)" "SET session_replication_role = replica; $2" ;;
  esac >/dev/null || fail "the statements fail: $2"
}

check_database() { # NAME DB DB-FOR-US
  local name=$1 db=$2 ours=$3 dir=$work/$1
  local day race horse seen calls wanted unenriched
  mkdir -p "$dir"
  run_racefill "$dir" "$db" "${range[@]}"
  expect_status 0 "$dir" "$name: the first run"
  validate_now "$dir" "$db"
  expect_status 0 "$dir" "$name: sound, but validate fails"
  [[ $(jq .warned "$dir/validate.json") -eq 0 ]] ||
    fail "$name: sound, but validate warns" "$dir/validate.json"

  # A missing day, which the ledger has forgotten too; one whose rows went
  # alone; a thin race; an orphan; horses without dob or pedigree; races in
  # the future; a foreign day.
  race=$(sql "$ours" "SELECT MIN(race_id) FROM ra_mst_races
    WHERE race_date = '2024-03-04'")
  horse=$(sql "$ours" "SELECT MIN(u.horse_id) FROM ra_mst_runners u JOIN
    ra_mst_races r ON r.race_id = u.race_id WHERE r.race_date = '2024-03-05'")
  unenriched=$(sql "$ours" "SELECT COUNT(*) / 8 FROM ra_horses")
  for day in 2024-03-02 2024-03-03; do
    admin_sql "$db" "DELETE FROM ra_mst_runners WHERE race_id IN (SELECT race_id
        FROM ra_mst_races WHERE race_date = '$day');
      DELETE FROM ra_mst_races WHERE race_date = '$day';"
  done
  admin_sql "$db" "
    DELETE FROM racefill_days WHERE day = '2024-03-02';
    DELETE FROM ra_mst_runners WHERE race_id = '$race' AND runner_id <>
      (SELECT MIN(runner_id) FROM ra_mst_runners WHERE race_id = '$race');
    DELETE FROM ra_horse_pedigree WHERE horse_id = '$horse';
    DELETE FROM ra_horses WHERE horse_id = '$horse';
    UPDATE ra_horses SET dob = NULL WHERE horse_id IN (SELECT horse_id FROM
      ra_horses ORDER BY horse_id LIMIT $unenriched);
    DELETE FROM ra_horse_pedigree WHERE horse_id IN (SELECT horse_id FROM
      ra_horses ORDER BY horse_id LIMIT $unenriched);
    INSERT INTO ra_mst_races (race_id, race_date, region, fetched_at,
        updated_at) VALUES
      ('rac_future', '2099-06-01', 'GB', '2024-01-01', '2024-01-01'),
      ('rac_foreign', '2024-02-20', 'FR', '2024-01-01', '2024-01-01');
    INSERT INTO ra_mst_runners (runner_id, race_id, horse_id, fetched_at,
        updated_at)
      SELECT r.race_id || '_' || h.horse_id, r.race_id, h.horse_id,
        r.fetched_at, r.updated_at FROM ra_mst_races r, (SELECT horse_id FROM
        ra_horses ORDER BY horse_id DESC LIMIT 6) h
      WHERE r.race_id IN ('rac_future', 'rac_foreign');"
  if [[ $db != sqlite:* ]]; then
    admin_sql "$db" "ALTER TABLE ra_mst_runners DROP CONSTRAINT IF EXISTS
        ra_mst_runners_race_id_horse_id_key;
      ALTER TABLE ra_mst_runners DROP CONSTRAINT IF EXISTS ra_mst_runners_check;
      INSERT INTO ra_mst_runners (runner_id, race_id, horse_id, fetched_at,
          updated_at)
        SELECT 'copy_' || runner_id, race_id, horse_id, fetched_at, updated_at
        FROM ra_mst_runners WHERE race_id IN (SELECT MIN(race_id)
          FROM ra_mst_races WHERE race_date = '2024-03-06') LIMIT 1;"
  fi

  validate_now "$dir" "$db"
  expect_status 1 "$dir" "$name: planted, but validate passes"
  expect_found "$dir" K1 2024-03-02 'a missing day'
  expect_found "$dir" K8 2024-03-03 'a day whose rows went'
  expect_found "$dir" K8 2024-03-04 'a thin race'
  expect_found "$dir" X1 "$race" 'a thin race'
  expect_found "$dir" V5 "$horse" 'an orphan'
  expect_found "$dir" V2 hrs_ 'unenriched horses'
  expect_found "$dir" V3 hrs_ 'horses without pedigree'
  expect_found "$dir" X6 2099-06-01 'a future date'
  expect_found "$dir" X5 2024-02-20 'a foreign day'
  [[ $db == sqlite:* ]] || expect_found "$dir" X2 hrs_ 'a duplicate'

  sleep 1 # The window of the run before.
  seen=$(arrivals_count)
  repair_all "$dir" "$db"
  # Three days, and the horses; all horses without a pedigree, the orphan too.
  wanted=$((3 + unenriched + 1))
  calls=$(($(arrivals_count) - seen))
  [[ $calls -eq $wanted ]] ||
    fail "$name: $calls calls instead of $wanted: $(tail -n +$((seen + 1)) \
      "$sim_dir/arrivals.jsonl" | jq -r .path | sort | uniq -c | sort -rn |
      head -n 5)"
  validate_now "$dir" "$db"
  expect_status 0 "$dir" "$name: repaired, but validate fails"
  [[ $(jq .warned "$dir/validate.json") -eq 0 ]] ||
    fail "$name: repaired, but validate warns" "$dir/validate.json"
  # A lost horse comes back by its profile, without what only cards tell (its
  # region): so races and runners are compared, and horses counted.
  expect_no_false_done "$ours" "$work/truth.jsonl" "$name: repaired"
  [[ $(sql "$ours" 'SELECT COUNT(*) FROM ra_horses WHERE dob IS NOT NULL AND
      horse_id IN (SELECT horse_id FROM ra_horse_pedigree)') -eq $(
    grep -c '"table":"ra_horses"' "$work/truth.jsonl") ]] ||
    fail "$name: not every horse is back"
  say "$name: repaired with $calls calls"
}

# The seed's five queries as they stand, against what validate shows.
check_seed_queries() { # DIR DB
  local query
  query() { sql "$(pg_socket planted)" "$1"; }
  validate_now "$1" "$2"
  query "SELECT
  EXTRACT(YEAR FROM r.race_date) as year,
  COUNT(DISTINCT r.race_id) as total_races,
  COUNT(DISTINCT run.race_id) as races_with_runners,
  ROUND(COUNT(DISTINCT run.race_id)::numeric / COUNT(DISTINCT r.race_id)::numeric * 100, 2) as coverage_pct,
  COUNT(run.runner_id) as total_runners,
  ROUND(COUNT(run.runner_id)::numeric / COUNT(DISTINCT r.race_id)::numeric, 1) as avg_runners_per_race
FROM ra_mst_races r
LEFT JOIN ra_mst_runners run ON r.race_id = run.race_id
WHERE r.race_date >= '2015-01-01'
GROUP BY EXTRACT(YEAR FROM r.race_date)
ORDER BY year DESC;" | tr '|' ' ' >"$1/query1"
  jq -r '.runner_coverage[] | "\(.year) \(.total_races) \(.races_with_runners
    ) \(.coverage_pct) \(.total_runners) \(.avg_runners_per_race)"' \
    "$1/validate.json" >"$1/shown1"
  same_numbers "$1/query1" "$1/shown1" 'query 1'
  query "SELECT
  COUNT(*) as total_horses,
  COUNT(dob) as enriched_horses,
  COUNT(*) - COUNT(dob) as not_enriched,
  ROUND(COUNT(dob)::numeric / COUNT(*)::numeric * 100, 2) as enrichment_pct
FROM ra_horses;" | tr '|' ' ' >"$1/query2"
  jq -r '.checks[] | select(.id == "V2") | (.detail | capture(
      "(?<some>[0-9]+) of (?<all>[0-9]+)")) as $x | "\($x.all) \($x.some) \(
      .failing) \(.value)"' "$1/validate.json" >"$1/shown2"
  same_numbers "$1/query2" "$1/shown2" 'query 2'
  query "SELECT
  COUNT(DISTINCT h.horse_id) as total_horses,
  COUNT(DISTINCT p.horse_id) as horses_with_pedigree,
  ROUND(COUNT(DISTINCT p.horse_id)::numeric / COUNT(DISTINCT h.horse_id)::numeric * 100, 2) as pedigree_coverage_pct
FROM ra_horses h
LEFT JOIN ra_horse_pedigree p ON h.horse_id = p.horse_id;" | tr '|' ' ' \
    >"$1/query3"
  jq -r '.checks[] | select(.id == "V3") | (.detail | capture(
      "(?<some>[0-9]+) of (?<all>[0-9]+)")) as $x | "\($x.all) \($x.some) \(
      .value)"' "$1/validate.json" >"$1/shown3"
  same_numbers "$1/query3" "$1/shown3" 'query 3'
  query "SELECT
  'Jockeys' as entity_type,
  COUNT(*) as total_count
FROM ra_jockeys
UNION ALL
SELECT 'Trainers', COUNT(*) FROM ra_trainers
UNION ALL
SELECT 'Owners', COUNT(*) FROM ra_owners
UNION ALL
SELECT 'Horses', COUNT(*) FROM ra_horses
UNION ALL
SELECT 'Pedigrees', COUNT(*) FROM ra_horse_pedigree;" |
    sed 's/.*|//' | sort >"$1/query4"
  jq -r '.checks[] | select(.id == "V4") | .detail | scan("[0-9]+")' \
    "$1/validate.json" | sort >"$1/shown4"
  same_numbers "$1/query4" "$1/shown4" 'query 4'
  query "SELECT COUNT(*)
FROM ra_mst_runners run
LEFT JOIN ra_horses h ON run.horse_id = h.horse_id
WHERE h.horse_id IS NULL;" >"$1/query5"
  check_of "$1" V5 .value >"$1/shown5"
  same_numbers "$1/query5" "$1/shown5" 'query 5'
}

# 100.00 and 100 are one number.
same_numbers() { # FILE FILE WHAT
  awk '{ for (i = 1; i <= NF; ++i) $i += 0; print }' "$1" >"$1.plain"
  awk '{ for (i = 1; i <= NF; ++i) $i += 0; print }' "$2" >"$2.plain"
  [[ -s $1 ]] && cmp -s "$1.plain" "$2.plain" ||
    fail "$3: psql and validate differ" "$1.plain" "$2.plain"
  say "$3: $(head -n 1 "$1.plain")"
}

lite=sqlite:$work/sqlite/racefill.db
check_database sqlite "$lite" "$lite"
start_postgres
make_database planted
RACEFILL_DB=$(pg_secret_url planted)
export RACEFILL_DB
db=$(pg_url planted)
check_database postgres "$db" "$(pg_socket planted)"
# Numbers that are not round: some horses lose what they have.
admin_sql "$db" "UPDATE ra_horses SET dob = NULL WHERE horse_id IN
    (SELECT horse_id FROM ra_horses ORDER BY horse_id LIMIT 7);
  DELETE FROM ra_horse_pedigree WHERE horse_id IN (SELECT horse_id FROM
    ra_horses ORDER BY horse_id DESC LIMIT 5);
  DELETE FROM ra_horses WHERE horse_id IN (SELECT horse_id FROM ra_horses
    ORDER BY horse_id DESC LIMIT 3);
  DELETE FROM ra_mst_runners WHERE race_id IN (SELECT MIN(race_id)
    FROM ra_mst_races);"
check_seed_queries "$work/postgres" "$db"
stop_simulator
finish
