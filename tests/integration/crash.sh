#!/usr/bin/env bash
# crash.sh [--kills N] [--db sqlite|postgres] [--seed S]: kills a run -9 and
# resumes it, world after world, until N kills (20) are done. Each kill is aimed:
# at any instant, inside a commit, at the checkpoint file while it is written, at
# the start, at the drain. The victim is stopped first and looked at, so that the
# summary says where the kills really struck. Every database must then equal the
# truth and the dump of an undisturbed run, value by value (time stamps, attempts
# and run ids aside).
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"
source "$(dirname "$0")/crash_aim.sh"
kills=20
kind=sqlite
seed=$((BASHPID % 32768))
while [[ $# -gt 0 ]]; do
  case $1 in
    --kills) kills=${2:-} ;;
    --db) kind=${2:-} ;;
    --seed) seed=${2:-} ;;
    *) echo "crash.sh [--kills N] [--db sqlite|postgres] [--seed S]" >&2; exit 2 ;;
  esac
  shift $(($# > 1 ? 2 : 1))
done
[[ $kills =~ ^[1-9][0-9]*$ && $kind =~ ^(sqlite|postgres)$ && $seed =~ ^[0-9]+$ ]] ||
  { echo 'crash.sh: --kills and --seed are numbers, --db sqlite or postgres' >&2
    exit 2; }
begin "crash_$kind"
RANDOM=$seed
say "--kills $kills --db $kind --seed $seed"
[[ $kind == postgres ]] && start_postgres
make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit 50 --latency 30+-20
# A file each day, so that there is something to aim at.
often=(--set checkpoint.every_days=1)
# In flight: 4 fetchers, 6 enrichers, the courses. An open batch holds what a
# second brings; as much may be in its transaction.
in_flight=11
batch=50

# place NAME: sets db (for racefill) and look (for us).
place() {
  if [[ $kind == sqlite ]]; then
    db=sqlite:$work/$1/racefill.db
    look=$db
  else
    make_database "$1"
    db=$(pg_url "$1")
    look=$(pg_socket "$1")
    RACEFILL_DB=$(pg_secret_url "$1")
    export RACEFILL_DB
  fi
}

# Before its first transaction a run leaves nothing to resume.
choose_range() {
  [[ -n $(sql "$look" 'SELECT run_id FROM racefill_runs LIMIT 1' \
    2>/dev/null) ]] && ask=(--resume)
}

# What the ledger holds as settled, as parts of the paths asked.
settled_paths() {
  sql "$look" "SELECT '/v1/racecards/pro?date=' || day || '&' FROM racefill_days
      WHERE state IN ('done', 'empty')
    UNION ALL SELECT '/v1/horses/' || horse_id || '/pro' FROM racefill_horses
      WHERE state IN ('done', 'not_found')
    UNION ALL SELECT '/v1/courses' FROM (SELECT 1 FROM ra_courses LIMIT 1) x" \
    2>/dev/null
}

# lost_since COUNT: arrivals after the first COUNT of which nothing is durable.
lost_since() {
  settled_paths >"$work/settled"
  tail -n +$(($1 + 1)) "$sim_dir/arrivals.jsonl" | jq -r .path |
    if [[ -s $work/settled ]]; then grep -c -v -F -f "$work/settled"; else wc -l; fi
}

place undisturbed
run_racefill "$work/undisturbed" "$db" "${range[@]}" "${often[@]}"
expect_status 0 "$work/undisturbed" 'the undisturbed run'
"$COMPARE_TRUTH" dump "$look" >"$work/undisturbed.dump" ||
  fail 'cannot dump the undisturbed run'

done_kills=0
repeats=0
lost_most=0
declare -A struck=()
for ((round = 1; done_kills < kills; ++round)); do
  name=round$round
  place "$name"
  dir=$work/$name
  ask=("${range[@]}")
  first=$(arrivals_count)
  here_kills=0
  while ((done_kills < kills)); do
    since=$(arrivals_count)
    start_run "$dir" "$db" "${ask[@]}" "${often[@]}"
    if ! aim_and_stop "$name"; then # It ended before.
      wait "$run_pid"
      [[ $? -eq 130 ]] || break
      choose_range # Drained in time: that is none of the kills.
      continue
    fi
    kill_run
    done_kills=$((done_kills + 1))
    here_kills=$((here_kills + 1))
    struck[$where]=$((${struck[$where]:-0} + 1))
    grep -E 'terminate called|assert|Sanitizer' "$dir/err" &&
      fail "kill $done_kills: the run had crashed before" "$dir/err"
    expect_state_files "$dir"
    lost=$(lost_since "$since")
    ((lost <= lost_most)) || lost_most=$lost
    ((lost <= in_flight + 2 * batch)) ||
      fail "kill $done_kills ($where): $lost requests lost at once"
    choose_range
  done
  if kill -0 "$run_pid" 2>/dev/null; then kill_run; fi
  wait "$run_pid" 2>/dev/null
  run_racefill "$dir" "$db" "${ask[@]}" "${often[@]}"
  expect_status 0 "$dir" "round $round after $here_kills kills"
  expect_truth "$db" "$work/truth.jsonl" "round $round, $here_kills kills"
  expect_no_orphans "$look"
  expect_state_files "$dir" must
  "$COMPARE_TRUTH" dump "$look" >"$work/dump" || fail 'cannot dump'
  cmp -s "$work/undisturbed.dump" "$work/dump" ||
    fail "round $round differs from the undisturbed run: $(diff \
      "$work/undisturbed.dump" "$work/dump" | head -n 4 | cut -c1-600)"
  again=$(tail -n +$((first + 1)) "$sim_dir/arrivals.jsonl" | jq -r .path |
    sort | uniq -d -c | awk '{ n += $1 - 1 } END { print n + 0 }')
  ((again <= here_kills * (in_flight + batch))) ||
    fail "round $round: $again requests repeated after $here_kills kills"
  repeats=$((repeats + again))
  rm -rf "$dir"
done
stats=$(sim_stats)
stop_simulator
places=
for where in "${!struck[@]}"; do
  places+=${places:+, }"${struck[$where]} $where"
done
say "$done_kills kills in $((round - 1)) rounds: 0 differences"
say "struck: $places"
say "$repeats requests repeated, $((repeats / done_kills)) a kill" \
  "(at most $((in_flight + batch)) allowed); at worst $lost_most lost at once"
say "$(jq .refused <<<"$stats") of $(arrivals_count) requests refused"
jq -e '.refused == 0' <<<"$stats" >/dev/null || fail "the limit broke: $stats"
finish
