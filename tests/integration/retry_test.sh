#!/usr/bin/env bash
# run --retry: which days are asked again, and that no other one is. A day that
# failed is asked by every run; one that looked empty only by `empty` and `all`;
# one that is done only by `all`. What is there already stays as it is.
source "$(dirname "$0")/lib.sh"
begin retry_test
make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit 50
dir=$work/run
db=sqlite:$dir/racefill.db
quick=(--set http.attempts=2 --set http.backoff_initial_ms=20
  --set http.backoff_max_ms=50 --set guard.enabled=false)
last=$(date -d "$first_day + 9 days" +%F)
failing=$(date -d "$first_day + 2 days" +%F)
empty=$(date -d "$first_day + 4 days" +%F)

state_of() { sql "$db" "SELECT state FROM racefill_days WHERE day = '$1'"; }

# asks STATUS WHAT DAYS [ARGUMENT...]: a run that asks for just these days.
asks() {
  local status=$1 what=$2 days=$3 seen
  shift 3
  seen=$(arrivals_count)
  sleep 1 # The window of the run before.
  run_racefill "$dir" "$db" --start-date "$first_day" --end-date "$last" \
    "${quick[@]}" "$@"
  expect_status "$status" "$dir" "$what"
  tail -n +$((seen + 1)) "$work/sim/arrivals.jsonl" |
    grep -o 'date=[-0-9]*' | cut -d= -f2 | sort -u >"$work/days"
  [[ $(xargs <"$work/days") == "$days" ]] ||
    fail "$what: asked for $(xargs <"$work/days"), expected $days"
  say "$what: ${days:-nothing} asked for"
}
all=$(for i in {0..9}; do date -d "$first_day + $i days" +%F; done | xargs)

set_faults "garbage:path=date=$failing" "empty-day:path=date=$empty"
asks 1 'with the faults' "$all"
[[ $(state_of "$failing") == failed && $(state_of "$empty") == empty ]] ||
  fail "the states are $(state_of "$failing") and $(state_of "$empty")"
asks 1 'again' "$failing"
asks 1 '--retry failed' "$failing" --retry failed
set_faults "empty-day:path=date=$empty"
asks 0 '--retry failed, healed' "$failing" --retry failed
asks 0 'nothing left' ''
asks 0 '--retry empty, still empty' "$empty" --retry empty
[[ $(state_of "$empty") == empty ]] || fail 'the empty day is called otherwise'
set_faults
asks 0 '--retry empty, healed' "$empty" --retry empty
expect_truth "$db" "$work/truth.jsonl" 'after the retries'
stamps="SELECT runner_id, created_at, updated_at FROM ra_mst_runners ORDER BY 1"
before=$(sql "$db" "$stamps")
asks 0 '--retry all' "$all" --retry all
expect_truth "$db" "$work/truth.jsonl" 'after --retry all'
[[ $(sql "$db" "$stamps") == "$before" ]] || fail 'rows alike were written anew'
stop_simulator
finish
