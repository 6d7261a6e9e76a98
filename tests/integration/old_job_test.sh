#!/usr/bin/env bash
# Over a database of the old job: VARCHARs, NOT NULLs that real data violates,
# bare horses, orphans, claims in names, no foreign keys. Nothing changes that
# should not, only what is missing is asked, and what was wrong is healed.
#
#   old_job_test.sh          60 days of a small world
#   old_job_test.sh full     2015-01-01 to 2025-10-16 of the whole one: 1.3
#                            million runners; times and memory are told.
#                            OLD_JOB_TRUTH=FILE saves making the truth again.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"
OLD_JOB=${OLD_JOB:-$root/build/old_job}
begin old_job_test
size=${1:-small}
first_day=2024-01-01 last_day=2024-02-29
world=("${small_world[@]}") limit=50 memory_max_kb=$((150 * 1024))
if [[ $size == full ]]; then
  first_day=2015-01-01 last_day=2025-10-16 world=() limit=0 run_limit=3600
  fast_gate=(--set gate.requests=400 --set gate.ip_requests=100000
    --set "provider.history_start=$first_day")
fi
range=(--start-date "$first_day" --end-date "$last_day")
old="'2025-10-17T00:00:00Z'::timestamptz"

start_postgres
# The tables belong to their keeper, who migrates; the run's role owns nothing.
sql "$(pg_socket postgres)" "CREATE ROLE keeper LOGIN PASSWORD '$pg_password'"
sql "$(pg_socket postgres)" 'CREATE DATABASE old OWNER keeper'
export RACEFILL_DB
act_as() { # ROLE: who the commands are from now on
  db=$(pg_url old | sed "s/racefill@/$1@/")
  RACEFILL_DB=$(pg_secret_url old | sed "s/racefill:/$1:/")
}
act_as keeper
if [[ -n ${OLD_JOB_TRUTH:-} ]]; then
  ln -s "$OLD_JOB_TRUTH" "$work/truth.jsonl"
else
  make_truth "$work/truth.jsonl" "${world[@]}"
fi
# `limit` only guards the small world; the gate keeps it.
start_simulator "$work/sim" "${world[@]}" --limit "$limit"

ask() { sql "$(pg_socket old)" "$1" || fail "the query failed: $1"; }
expect() { # WHAT EXPECTED FOUND
  [[ $2 == "$3" ]] || fail "$1: expected $2, found $3"
}
expect_at_least() { [[ $3 -ge $2 ]] || fail "$1: at least $2, found $3"; }
clock() { date +%s%N; }
taken() { # WHAT START
  local ms=$((($(clock) - $2) / 1000000))
  say "$1: $((ms / 1000)).$(printf %03d $((ms % 1000))) s"
}

# tool NAME STATUS ARGUMENT...: one of our commands; its output in $work/NAME.
tool() {
  local name=$1 wanted=$2
  shift 2
  "$RACEFILL" "$@" --db "$db" --state-dir "$work/state" --api-url "$api_url" \
    >"$work/$name" 2>"$work/$name.err"
  status=$?
  [[ $status -eq $wanted ]] ||
    fail "$name: exit status $status, expected $wanted" "$work/$name" \
      "$work/$name.err"
}

# -- the seed document's queries, word for word ---------------------------------------

cat >"$work/queries.sql" <<'SQL'
-- 1. Check runner coverage by year
SELECT
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
ORDER BY year DESC;

-- 2. Check horse enrichment status
SELECT
  COUNT(*) as total_horses,
  COUNT(dob) as enriched_horses,
  COUNT(*) - COUNT(dob) as not_enriched,
  ROUND(COUNT(dob)::numeric / COUNT(*)::numeric * 100, 2) as enrichment_pct
FROM ra_horses;

-- 3. Check pedigree coverage
SELECT
  COUNT(DISTINCT h.horse_id) as total_horses,
  COUNT(DISTINCT p.horse_id) as horses_with_pedigree,
  ROUND(COUNT(DISTINCT p.horse_id)::numeric / COUNT(DISTINCT h.horse_id)::numeric * 100, 2) as pedigree_coverage_pct
FROM ra_horses h
LEFT JOIN ra_horse_pedigree p ON h.horse_id = p.horse_id;

-- 4. Check entity completeness
SELECT
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
SELECT 'Pedigrees', COUNT(*) FROM ra_horse_pedigree;

-- 5. Check for orphaned runners (runners without horses)
SELECT COUNT(*)
FROM ra_mst_runners run
LEFT JOIN ra_horses h ON run.horse_id = h.horse_id
WHERE h.horse_id IS NULL;
SQL
queries() { # NAME: their answers, in $work/NAME
  psql -X -q -A -t -v ON_ERROR_STOP=1 "$(pg_socket old)" \
    -f "$work/queries.sql" >"$work/$1" 2>"$work/$1.err" ||
    fail "the five queries fail: $1" "$work/$1.err"
}
orphans() { tail -n 1 "$work/$1"; }

# -- the old database ---------------------------------------------------------------

began=$(clock)
{
  "$OLD_JOB" schema
  echo 'CREATE UNLOGGED TABLE raw (doc jsonb);'
} | psql -X -q -v ON_ERROR_STOP=1 "$(pg_socket old)" || fail 'no old schema'
psql -X -q "$(pg_socket old)" -c "COPY raw FROM STDIN WITH (FORMAT csv,
  DELIMITER E'\x02', QUOTE E'\x01')" <"$work/truth.jsonl" || fail 'no truth'
psql -X -q -v old="$old" "$(pg_socket old)" -f "$here/old_job_fill.sql" \
  >"$work/fill" 2>&1 || fail 'the old tables cannot be filled' "$work/fill"
taken 'old database made' "$began"
say "$(ask "SELECT (SELECT count(*) FROM ra_mst_races) || ' races, ' ||
  (SELECT count(*) FROM ra_mst_runners) || ' runners, ' ||
  (SELECT count(*) FROM ra_horses) || ' horses'")"
checksums() { ask "$("$OLD_JOB" checksums)"; }
checksums >"$work/sums"
queries before
expect_at_least 'orphans at first' 1 "$(orphans before)"

# changed TABLE [WHERE]: rows of before that are not, column for column, there.
changed() {
  local columns
  columns=$(ask "SELECT string_agg(quote_ident(column_name), ',')
    FROM information_schema.columns WHERE table_schema = 'kept'
    AND table_name = '$1' AND column_name <> ALL ('{${3:-none}}')
    AND data_type NOT IN ('jsonb')")
  ask "SELECT count(*) FROM (SELECT $columns FROM kept.$1 ${2:-} EXCEPT ALL
    SELECT $columns FROM public.$1 ${2:-}) x"
}
tables=(ra_mst_races ra_mst_runners ra_horses ra_horse_pedigree ra_trainers
  ra_owners ra_courses ra_bookmakers)
expect_unchanged() { # WHEN
  local table
  for table in "${tables[@]}"; do
    expect "$1: changed rows of $table" 0 "$(changed "$table")"
  done
  expect "$1: changed jockeys besides their names" 0 \
    "$(changed ra_jockeys '' name,updated_at)"
  checksums | cmp -s - "$work/sums" || fail "$1: the checksums differ"
}

# -- migrate ------------------------------------------------------------------------

run_racefill "$work/refused" "$db" "${range[@]}"
expect_status 3 "$work/refused" 'run before migrate'
grep -q 'racefill migrate' "$work/refused/err" || fail 'run: no hint' \
  "$work/refused/err"
tool check 1 migrate --check
for word in 'missing_table.*racefill_days' 'not_null.*ra_mst_runners.number' \
  'not_null.*ra_mst_runners.weight' 'missing_column.*ra_mst_races.off_dt'; do
  grep -q "$word" "$work/check" || fail "--check does not show $word" "$work/check"
done
expect 'tables after --check' 0 "$(ask "SELECT count(*) FROM pg_class
  WHERE relname LIKE 'racefill\_%'")"
expect_unchanged 'after --check'

began=$(clock)
tool migrate 0 migrate
taken 'migrate with adoption' "$began"
expect_unchanged 'after migrate'
queries migrated
cmp -s "$work/before" "$work/migrated" || fail 'migrate changed the five answers'
expect 'claims in names' 0 "$(ask "SELECT count(*) FROM ra_jockeys
  WHERE name ~ '\(\d+\)$'")"
tool check2 0 migrate --check
grep -q 'not_null.*ra_mst_runners.weight' "$work/check2" ||
  fail 'a NOT NULL is no longer shown' "$work/check2"
tool relax 0 migrate --relax
grep -q 'not_null.*ra_mst_runners.weight' "$work/relax" ||
  fail '--relax does not say what it drops' "$work/relax"
tool again 0 migrate
grep -q 'was as racefill needs it' "$work/again" ||
  fail 'a second migrate finds something' "$work/again"
tool check3 0 migrate --check
expect_unchanged 'after --relax'

psql -X -q "$(pg_socket old)" -f "$root/conf/postgres-role.sql" \
  >"$work/role" 2>&1 || fail 'postgres-role.sql fails' "$work/role"
act_as racefill
for statement in 'DELETE FROM ra_mst_runners' 'DROP TABLE racefill_days' \
  'CREATE TABLE extra (a int)' 'ALTER TABLE ra_horses ADD COLUMN a int'; do
  psql -X -q "$RACEFILL_DB" -c "$statement" >/dev/null 2>&1 &&
    fail "the role may $statement"
done

# The backup before a big run, as docs/operations.md has it.
if [[ $size != full ]]; then
  "$(pg_bin)/pg_dump" -Fc -f "$work/before.dump" "$(pg_socket old)" ||
    fail 'no backup'
fi

# -- the ledger ---------------------------------------------------------------------

# What lacks something: days without races or with a race without runners, bare
# horses.
missing_days=$(ask "SELECT (date '$last_day' - date '$first_day' + 1) - count(*)
  FROM kept.truth_days WHERE n % 17 <> 0 AND n % 10 <> 0")
bare=$(ask 'SELECT count(*) FROM ra_horses h WHERE dob IS NULL OR colour_code IS
  NULL OR NOT EXISTS (SELECT FROM ra_horse_pedigree p
    WHERE p.horse_id = h.horse_id)')
expect 'pending horses' "$bare" "$(ask "SELECT count(*) FROM racefill_horses
  WHERE state = 'pending'")"
expect_at_least 'bare horses' 1 "$bare"
ask "SELECT horse_id FROM racefill_horses WHERE state = 'done'" |
  sort >"$work/done_horses"
tool plan 0 plan "${range[@]}" --json
expect 'days that the plan asks' "$missing_days" \
  "$(jq .days.asked "$work/plan")"
expect 'horses that the plan asks' "$bare" "$(jq .horses.asked "$work/plan")"
expect_at_least 'reasons of the plan' 2 "$(jq '.days.by_reason | length' "$work/plan")"
tool plan_text 0 plan "${range[@]}"
grep -Eq 'skip +.*done' "$work/plan_text" || fail 'the plan gives no reason' \
  "$work/plan_text"
tool validate 1 validate "${range[@]}" --json
v5() { jq '[.. | objects | select(.id? == "V5")][0].failing' "$work/$1"; }
expect 'orphans that validate finds' "$(orphans before)" "$(v5 validate)"

# -- the run ------------------------------------------------------------------------

# watched_run DIR [ARGUMENT...]: a run to its end; sets status, peak_kb.
watched_run() {
  local dir=$1 seen ticks=0
  shift
  peak_kb=0
  start_run "$dir" "$db" "${range[@]}" "$@"
  while kill -0 "$run_pid" 2>/dev/null; do
    seen=$(awk '/VmHWM/ { print $2 }' "/proc/$run_pid/status" 2>/dev/null)
    ((${seen:-0} > peak_kb)) && peak_kb=$seen
    ((++ticks < run_limit * 5)) || fail 'the run hangs' "$dir/err"
    sleep 0.2
  done
  wait "$run_pid"
  status=$?
}

if [[ $size == full ]]; then
  # The start alone, at the usual gate: to the first request.
  began=$(clock)
  start_run "$work/start" "$db" "${range[@]}" --set gate.requests=2
  until [[ -s $sim_dir/arrivals.jsonl ]]; do
    kill -0 "$run_pid" || fail 'start: ended' "$work/start/err"
    sleep 0.01
  done
  taken 'first request after the start (the silence of the gate within)' "$began"
  head -n 12 "$work/start/err"
  kill -TERM "$run_pid"
  wait_run "$work/start"
  expect_status 130 "$work/start" 'start'
  missing_days=$((missing_days - $(grep -c racecards "$sim_dir/arrivals.jsonl")))
  arrivals_before=$(arrivals_count)
fi

began=$(clock)
watched_run "$work/run"
taken 'run' "$began"
expect_status 0 "$work/run" 'run'
say "run: peak memory $((peak_kb / 1024)) MiB"
((peak_kb < memory_max_kb)) || fail "run: $peak_kb kB of memory"
tail -n +$((${arrivals_before:-0} + 1)) "$sim_dir/arrivals.jsonl" >"$work/asked"
expect 'racecard calls' "$missing_days" "$(grep -c '/racecards/' "$work/asked")"
grep -o '/horses/hrs_[0-9]*' "$work/asked" | cut -d/ -f3 | sort >"$work/horses"
expect 'horses asked twice' '' "$(uniq -d "$work/horses" | head -n 3)"
expect 'horses asked although done' '' \
  "$(comm -12 "$work/horses" "$work/done_horses" | head -n 3)"
say "run: $missing_days racecard calls, $(wc -l <"$work/horses") horse calls"
expect_no_false_done "$(pg_socket old)" "$work/truth.jsonl" run
expect 'days not settled' 0 "$(ask "SELECT count(*) FROM racefill_days
  WHERE state NOT IN ('done', 'empty')")"
expect 'runners of each day' '' "$(ask "SELECT t.race_id FROM kept.truth_races t
  LEFT JOIN ra_mst_runners u ON u.race_id = t.race_id
  GROUP BY t.race_id, t.r->>'runner_count'
  HAVING count(u.runner_id) <> (t.r->>'runner_count')::int LIMIT 3")"
expect 'horses done but not as the provider has them' '' "$(ask "SELECT
  t.horse_id FROM kept.truth_horses t JOIN ra_horses h USING (horse_id)
  JOIN racefill_horses l USING (horse_id)
  LEFT JOIN kept.truth_pedigrees q USING (horse_id)
  LEFT JOIN ra_horse_pedigree p USING (horse_id)
  WHERE l.state = 'done' AND ((h.name, h.dob, h.colour_code)
    IS DISTINCT FROM (t.name, t.dob, t.colour_code) OR
    (p.sire_id, p.dam_id) IS DISTINCT FROM (q.r->>'sire_id', q.r->>'dam_id'))
  LIMIT 3")"

# What was there and complete is as it was, on days that were not asked.
settled="WHERE race_id IN (SELECT race_id FROM kept.truth_races
  WHERE day_number % 17 <> 0 AND day_number % 10 <> 0)"
expect 'changed races' 0 "$(changed ra_mst_races "$settled")"
expect 'changed runners' 0 "$(changed ra_mst_runners "$settled")"
expect 'changed horses that were done' 0 "$(changed ra_horses "WHERE horse_id IN
  (SELECT t.horse_id FROM kept.ra_horses t JOIN kept.ra_horse_pedigree p USING
    (horse_id) WHERE t.dob IS NOT NULL AND t.colour_code <> '') AND horse_id NOT IN
  (SELECT u.horse_id FROM public.ra_mst_runners u JOIN kept.truth_races t
    USING (race_id) WHERE day_number % 17 = 0 OR day_number % 10 = 0)")"
checksums | cmp -s - "$work/sums" || fail 'run: the checksums differ' \
  <(checksums | diff - "$work/sums")
queries after
expect 'coverage below 100 %' '' "$(grep '^20' "$work/after" |
  awk -F'|' '$4 != "100.00"')"

# -- orphans ------------------------------------------------------------------------

tool validate_after 1 validate "${range[@]}" --json
left=$(orphans after)
expect_at_least 'orphans left' 1 "$left"
expect 'orphans that validate finds after the run' "$left" "$(v5 validate_after)"
printed=$(jq -r '[.. | objects | select(.id? == "V5")][0].repair' \
  "$work/validate_after")
expect 'the command printed for orphans' \
  "racefill validate --repair ${range[*]}; racefill run ${range[*]}" "$printed"
tool repair 1 validate "${range[@]}" --repair
watched_run "$work/healed"
expect_status 0 "$work/healed" 'run after --repair'
queries at_last
# Whom the provider does not know stays an orphan, and is told.
unknown=$(ask "SELECT count(*) FROM ra_mst_runners u LEFT JOIN ra_horses h
  USING (horse_id) JOIN racefill_horses l USING (horse_id)
  WHERE h.horse_id IS NULL AND l.state = 'not_found'")
expect 'orphans after the repair' "$unknown" "$(orphans at_last)"
say "orphans: $(orphans before) at first, $left after the run, $unknown healed" \
  'away but for those that the provider does not know'
checksums | cmp -s - "$work/sums" || fail 'healed: the checksums differ'

# -- back to the backup -------------------------------------------------------------

went_back() { # HOW: rows, ledger and rights are those of the backup
  expect_unchanged "$1"
  tool plan_back 0 plan "${range[@]}" --json
  cmp -s "$work/plan" "$work/plan_back" || fail "$1: another plan" \
    "$work/plan_back"
}
if [[ $size != full ]]; then
  "$(pg_bin)/pg_restore" --clean --if-exists -d "$(pg_socket old)" \
    "$work/before.dump" >"$work/restore" 2>&1 || fail 'no way back' \
    "$work/restore"
  went_back 'restored'
  sql "$(pg_socket postgres)" 'DROP DATABASE old WITH (FORCE)' &&
    sql "$(pg_socket postgres)" 'CREATE DATABASE old OWNER keeper' &&
    "$(pg_bin)/pg_restore" -d "$(pg_socket old)" "$work/before.dump" \
      >"$work/restore" 2>&1 || fail 'no way back by a new database' \
    "$work/restore"
  went_back 'made anew'
  run_racefill "$work/once_more" "$db" "${range[@]}"
  expect_status 0 "$work/once_more" 'run after going back'
  queries once_more_after
  cmp -s "$work/after" "$work/once_more_after" ||
    fail 'the run after going back ends with other answers'
fi
stop_simulator
finish
