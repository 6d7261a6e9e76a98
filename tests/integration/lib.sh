# lib.sh: what the integration tests share. Source it, call begin, end with
# finish. Every test runs real processes in a folder of its own, and ends only
# processes that it started, by their id.
#
# RACEFILL and COMPARE_TRUTH name the binaries (ctest sets them; else build/).
# shellcheck shell=bash
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
RACEFILL=${RACEFILL:-$root/build/racefill}
COMPARE_TRUTH=${COMPARE_TRUTH:-$root/build/compare_truth}

# Nothing of the caller's own account or conf may leak into a test.
unset RACEFILL_DB RACEFILL_CONFIG RACING_API_BASE_URL RACEFILL_STATE_DIR \
  CREDENTIALS_DIRECTORY PGPASSWORD PGPASSFILE
export RACING_API_USERNAME=demo RACING_API_PASSWORD=demo
export SIM_USERNAME=demo SIM_PASSWORD=demo
export TZ=UTC LC_ALL=C.UTF-8

# A small world with every oddity often: three races a day.
small_world=(--seed 5 --races-per-day 3 --horses 0.05 --oddities 20
  --missing-profiles 0.03)
first_day=2024-03-01
last_day=2024-03-10
# As fast as the simulator's own limit of 50 allows, so that a test takes seconds.
fast_gate=(--set gate.requests=50 --set gate.ip_requests=100000)
run_limit=120 # Seconds that any run may take before it counts as hung.

test_name=
work=
sim_pid=
run_pid=
status=0
declare -a started=()

say() { printf '%s: %s\n' "$test_name" "$*"; }

# fail REASON [FILE...]: shows the files' ends and ends the test.
fail() {
  local file
  printf 'FAIL %s: %s\n' "$test_name" "$1"
  shift
  for file in "$@"; do
    [[ -s $file ]] && { printf -- '-- %s\n' "${file#"$work"/}"; tail -n 25 "$file"; }
  done
  exit 1
}

cleanup() {
  local pid
  for pid in "${started[@]}"; do
    # One that has ended may have lent its number to a stranger since.
    [[ $(ps -o ppid= -p "$pid" 2>/dev/null) -eq $$ ]] || continue
    kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  declare -F more_cleanup >/dev/null && more_cleanup
  if [[ -n ${KEEP:-} ]]; then
    echo "kept: $work"
  else
    rm -rf "$work"
  fi
}

begin() { # NAME
  test_name=$1
  [[ -x $RACEFILL ]] || fail "no binary at $RACEFILL; build it first"
  [[ -x $COMPARE_TRUTH ]] || fail "no binary at $COMPARE_TRUTH; build it first"
  work=$(mktemp -d "${TMPDIR:-/tmp}/racefill-$1-XXXXXX") || exit 1
  trap cleanup EXIT
  trap 'exit 130' INT TERM
}

finish() { printf 'PASS %s in %d s\n' "$test_name" "$SECONDS"; }

# free_port: a port that nobody listens on at the moment; below those that the
# kernel lends to clients.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# -- the simulator ---------------------------------------------------------------

# start_simulator DIR [ARGUMENT...]: sets sim_pid, sim_dir, api_url, control_url.
start_simulator() {
  sim_dir=$1
  shift
  local tries=0
  mkdir -p "$sim_dir"
  rm -f "$sim_dir/port.json"
  "$RACEFILL" simulate "$@" --port-file "$sim_dir/port.json" \
    --arrivals "$sim_dir/arrivals.jsonl" >"$sim_dir/log" 2>&1 &
  sim_pid=$!
  started+=("$sim_pid")
  until [[ -s $sim_dir/port.json ]]; do
    kill -0 "$sim_pid" 2>/dev/null ||
      fail 'the simulator ended at once' "$sim_dir/log"
    ((++tries < 1200)) || fail 'the simulator does not start' "$sim_dir/log"
    sleep 0.05
  done
  api_url=$(jq -r .url "$sim_dir/port.json")
  control_url=$(jq -r .control "$sim_dir/port.json")
}

stop_simulator() {
  [[ -z $sim_pid ]] && return
  kill -TERM "$sim_pid" 2>/dev/null
  wait "$sim_pid" 2>/dev/null
  sim_pid=
}

sim_stats() { curl -sS --max-time 10 "$control_url/sim/stats"; }

set_faults() { # RULE...: in force from now on, instead of what was.
  curl -sS --max-time 10 -X DELETE "$control_url/sim/faults" >/dev/null
  [[ $# -eq 0 ]] && return
  local answer
  answer=$(printf '%s\n' "$@" | curl -sS --max-time 10 --data-binary @- \
    "$control_url/sim/faults")
  [[ $answer == \[* ]] || fail "the simulator refuses the faults $*: $answer"
}

arrivals_count() { wc -l <"$sim_dir/arrivals.jsonl" 2>/dev/null || echo 0; }

make_truth() { # FILE [WORLD ARGUMENT...]
  local file=$1
  shift
  "$RACEFILL" simulate truth --from "$first_day" --to "$last_day" "$@" \
    >"$file" || fail 'the simulator tells no truth'
}

# -- runs ------------------------------------------------------------------------

# run_words DIR DB [ARGUMENT...]: sets words, the command of a whole run.
run_words() {
  local dir=$1 db=$2
  shift 2
  mkdir -p "$dir"
  words=("$RACEFILL" run --db "$db" --state-dir "$dir" --api-url "$api_url"
    --non-interactive "${fast_gate[@]}" "$@")
}

# run_racefill DIR DB [ARGUMENT...]: runs to its end; sets status.
run_racefill() {
  local dir=$1
  run_words "$@"
  timeout -k 5 "$run_limit" "${words[@]}" >"$dir/out" 2>"$dir/err"
  status=$?
  [[ $status -ne 124 && $status -ne 137 ]] ||
    fail "the run hung for $run_limit s" "$dir/out" "$dir/err"
}

# start_run DIR DB [ARGUMENT...]: in the background; sets run_pid.
start_run() {
  local dir=$1
  run_words "$@"
  "${words[@]}" >"$dir/out" 2>"$dir/err" &
  run_pid=$!
  started+=("$run_pid")
}

# wait_run: until the background run ends; sets status.
wait_run() { # DIR
  local waited=0
  while kill -0 "$run_pid" 2>/dev/null; do
    ((++waited < run_limit * 10)) ||
      fail "the run hung for $run_limit s" "$1/out" "$1/err"
    sleep 0.1
  done
  wait "$run_pid"
  status=$?
}

kill_run() {
  kill -KILL "$run_pid" 2>/dev/null
  wait "$run_pid" 2>/dev/null
}

range=(--start-date "$first_day" --end-date "$last_day")

expect_status() { # STATUS DIR WHAT
  [[ $status -eq $1 ]] ||
    fail "$3: exit status $status, expected $1" "$2/out" "$2/err"
}

# -- databases -------------------------------------------------------------------

sql() { # DB QUERY: rows with | between columns
  case $1 in
    sqlite:*) sqlite3 -batch "${1#sqlite:}" "$2" ;;
    *) psql -X -q -A -t -v ON_ERROR_STOP=1 "$1" -c "$2" ;;
  esac
}

expect_truth() { # DB TRUTH-FILE WHAT
  local out
  out=$("$COMPARE_TRUTH" check "$1" "$2" 2>&1) ||
    fail "$3: the tables differ from the truth:"$'\n'"$out"
  say "$3: $out"
}

expect_none() { # DB QUERY WHAT: the query must yield no row
  local rows
  rows=$(sql "$1" "$2") || fail "$3: the query failed: $2"
  [[ -z $rows ]] || fail "$3: $(head -n 5 <<<"$rows")"
}

expect_no_orphans() { # DB
  local pair child parent key
  for pair in 'ra_mst_runners ra_mst_races race_id' \
    'ra_mst_runners ra_horses horse_id' \
    'ra_mst_runners ra_jockeys jockey_id' \
    'ra_mst_runners ra_trainers trainer_id' \
    'ra_mst_runners ra_owners owner_id' \
    'ra_mst_races ra_courses course_id' \
    'ra_horse_pedigree ra_horses horse_id' \
    'racefill_horses ra_horses horse_id'; do
    read -r child parent key <<<"$pair"
    expect_none "$1" "SELECT c.$key FROM $child c LEFT JOIN $parent p
      ON p.$key = c.$key WHERE c.$key IS NOT NULL AND p.$key IS NULL" \
      "orphans in $child by $key"
  done
}

# counts_by_day DB: what the tables hold of each day that the ledger calls
# settled, as `day races runners`.
settled_counts() {
  sql "$1" "SELECT d.day || ' ' || COUNT(DISTINCT r.race_id) || ' ' ||
      COUNT(u.runner_id)
    FROM racefill_days d LEFT JOIN ra_mst_races r ON r.race_date = d.day
    LEFT JOIN ra_mst_runners u ON u.race_id = r.race_id
    WHERE d.state IN ('done', 'empty') GROUP BY d.day ORDER BY d.day"
}

# What the truth holds of each day with racing, in the same shape. In one pass: a
# truth of eleven years has two million lines.
true_counts() { # TRUTH-FILE
  jq -r 'if .table == "ra_mst_races" then "\(.row.race_id) \(.row.race_date)"
    elif .table == "ra_mst_runners" then .row.race_id else empty end' "$1" |
    awk 'NF == 2 { day[$1] = $2; next }
      { runners[$1]++ }
      END { for (race in day) { races[day[race]]++
          all[day[race]] += runners[race] }
        for (one in races) print one, races[one], all[one] }' | sort
}

# No day or horse is called done that is not wholly there.
expect_no_false_done() { # DB TRUTH-FILE WHAT
  local wrong truth
  truth=$(true_counts "$2")
  wrong=$(comm -23 <(settled_counts "$1" | grep -v ' 0 0$' | sort) \
    <(echo "$truth"))
  [[ -z $wrong ]] || fail "$3: falsely done: $wrong"
  wrong=$(join <(sql "$1" "SELECT day FROM racefill_days
      WHERE state = 'empty' ORDER BY day") <(echo "$truth"))
  [[ -z $wrong ]] || fail "$3: called empty, but the truth has: $wrong"
  wrong=$(settled_counts "$1" | grep ' 0 0$' | cut -d' ' -f1 |
    join - <(echo "$truth"))
  [[ -z $wrong ]] || fail "$3: done without its races: $wrong"
  expect_none "$1" "SELECT horse_id FROM racefill_horses WHERE state = 'done'
    AND horse_id NOT IN (SELECT horse_id FROM ra_horse_pedigree)" \
    "$3: horses done without a pedigree"
}

# -- state files -----------------------------------------------------------------

# Both files, where they exist, must be whole at any instant.
expect_state_files() { # DIR [must]
  local checkpoint=$1/logs/backfill_all_tables_checkpoint.json
  local errors=$1/logs/backfill_all_tables_errors.json
  if [[ -e $checkpoint || -n ${2:-} ]]; then
    jq -e '(.timestamp | type == "string") and (.processed_dates | type ==
        "array") and has("last_date") and (.stats | has("total_dates") and
        has("dates_processed") and has("races_processed") and
        has("runners_processed") and has("horses_enriched") and
        has("errors") and has("start_time"))' "$checkpoint" >/dev/null ||
      fail 'the checkpoint file is torn or lacks a key' "$checkpoint"
  fi
  if [[ -e $errors || -n ${2:-} ]]; then
    jq -e 'type == "array" and all(.[]; has("timestamp") and
        (has("date") or has("horse_id")) and has("error"))' "$errors" >/dev/null ||
      fail 'the error file is torn or lacks a key' "$errors"
  fi
}
