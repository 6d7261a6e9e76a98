#!/usr/bin/env bash
# All threads at once, for ./dev tsan: a run to its end, one that is drained in
# the middle, and a provider that fails now and then. Any race is a failure.
source "$(dirname "$0")/lib.sh"
begin threads_test
run_limit=400 # A sanitizer is slow.
make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit 50 --latency 20+-15

races() {
  grep -A 30 -m 1 'WARNING: ThreadSanitizer' "$1/err" && fail "$2: a race"
  return 0
}

run_racefill "$work/whole" "sqlite:$work/whole/racefill.db" "${range[@]}"
races "$work/whole" 'a whole run'
expect_status 0 "$work/whole" 'a whole run'
expect_truth "sqlite:$work/whole/racefill.db" "$work/truth.jsonl" 'a whole run'

start_run "$work/drained" "sqlite:$work/drained/racefill.db" "${range[@]}"
until [[ -s $work/drained/racefill.db && $(arrivals_count) -gt 140 ]]; do
  kill -0 "$run_pid" || fail 'ended too soon' "$work/drained/err"
  sleep 0.1
done
kill -TERM "$run_pid"
wait_run "$work/drained"
races "$work/drained" 'a drained run'
expect_status 130 "$work/drained" 'a drained run'

set_faults 500:every=9 reset:every=13 429:every=29,retry=1
run_racefill "$work/faults" "sqlite:$work/faults/racefill.db" "${range[@]}" \
  --set http.backoff_initial_ms=20 --set http.backoff_max_ms=200 \
  --set gate.retry_budget_floor=1000
races "$work/faults" 'a run with faults'
expect_status 0 "$work/faults" 'a run with faults'
stop_simulator
grep -A 30 -m 1 'WARNING: ThreadSanitizer' "$work/sim/log" &&
  fail 'the simulator: a race'
finish
