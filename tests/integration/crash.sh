#!/usr/bin/env bash
# crash.sh [--kills N] [--db sqlite|postgres] [--seed S]: kills a run -9 at
# random instants and resumes it, world after world, until N kills (10) are
# done. Every database must then equal the truth and the dump of an undisturbed
# run, value by value (time stamps, attempts and run ids aside).
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"
kills=10
kind=sqlite
seed=$((BASHPID % 32768))
while [[ $# -gt 0 ]]; do
  case $1 in
    --kills) kills=$2 ;;
    --db) kind=$2 ;;
    --seed) seed=$2 ;;
    *) echo "crash.sh [--kills N] [--db sqlite|postgres] [--seed S]" >&2; exit 2 ;;
  esac
  shift 2
done
[[ $kills =~ ^[1-9][0-9]*$ && $kind =~ ^(sqlite|postgres)$ ]] ||
  { echo 'crash.sh: --kills is a number, --db sqlite or postgres' >&2; exit 2; }
begin "crash_$kind"
RANDOM=$seed
say "--kills $kills --db $kind --seed $seed"
[[ $kind == postgres ]] && start_postgres
make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit 50 --latency 30+-20

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

place undisturbed
run_racefill "$work/undisturbed" "$db" "${range[@]}"
expect_status 0 "$work/undisturbed" 'the undisturbed run'
"$COMPARE_TRUTH" dump "$look" >"$work/undisturbed.dump" ||
  fail 'cannot dump the undisturbed run'

done_kills=0
repeats=0
for ((round = 1; done_kills < kills; ++round)); do
  place "round$round"
  dir=$work/round$round
  ask=("${range[@]}")
  first=$(arrivals_count)
  here_kills=0
  while ((done_kills < kills)); do
    start_run "$dir" "$db" "${ask[@]}"
    # From the start through the gate's silence and the commits to the drain.
    ms=$((RANDOM % 6000))
    for ((waited = 0; waited < ms; waited += 50)); do
      kill -0 "$run_pid" 2>/dev/null || break
      sleep 0.05
    done
    kill -0 "$run_pid" 2>/dev/null || break
    kill_run
    done_kills=$((done_kills + 1))
    here_kills=$((here_kills + 1))
    expect_state_files "$dir"
    [[ -n $(sql "$look" 'SELECT run_id FROM racefill_runs LIMIT 1' \
      2>/dev/null) ]] && ask=(--resume)
  done
  if kill -0 "$run_pid" 2>/dev/null; then kill_run; fi
  run_racefill "$dir" "$db" "${ask[@]}"
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
  # 11 calls in flight, and what a second brings into one batch.
  ((again <= here_kills * (11 + 50))) ||
    fail "round $round: $again requests repeated after $here_kills kills"
  repeats=$((repeats + again))
  rm -rf "$dir"
done
stats=$(sim_stats)
stop_simulator
say "$done_kills kills in $((round - 1)) rounds: 0 differences," \
  "$repeats requests repeated, $(jq .refused <<<"$stats") refused"
jq -e '.refused == 0' <<<"$stats" >/dev/null || fail "the limit broke: $stats"
finish
