#!/usr/bin/env bash
# Every fault of the API, one at a time: the run ends by itself with a truthful
# exit status, calls nothing done that is not, and a later run without the fault
# heals it to the truth. Names on the command line pick some of the faults.
source "$(dirname "$0")/lib.sh"
begin fault_test
last_day=2024-03-04
range=(--start-date "$first_day" --end-date "$last_day")
picked=("$@")
impatient=(--set http.backoff_initial_ms=20 --set http.backoff_max_ms=200
  --set gate.breaker_probe_seconds=1 --set http.deadline_seconds=2
  --set gate.retry_budget_floor=1000 --set gate.breaker_failures=1000)

make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit 50 --latency 5

# check NAME STATUSES RULE...: a run under the rules, its verdict, and the cure.
check() {
  local name=$1 wanted=$2 began=$SECONDS
  shift 2
  [[ ${#picked[@]} -eq 0 || " ${picked[*]} " == *" $name "* ]] || return 0
  local dir=$work/$name db=sqlite:$work/$name/racefill.db found rule
  set_faults "$@"
  sleep 1 # The window of the run before.
  run_racefill "$dir" "$db" "${range[@]}" "${impatient[@]}" \
    "${extra[@]}"
  [[ " $wanted " == *" $status "* ]] ||
    fail "$name: exit status $status, expected one of $wanted" \
      "$dir/out" "$dir/err"
  found=$status
  grep -Eq 'terminate called|Sanitizer' "$dir/err" &&
    fail "$name: crashed" "$dir/err"
  for rule; do
    jq -e --arg rule "$rule" '.faults[$rule] > 0' <<<"$(sim_stats)" \
      >/dev/null || fail "$name: $rule never struck: $(sim_stats)"
  done
  expect_state_files "$dir"
  expect_no_false_done "$db" "$work/truth.jsonl" "$name"
  # A status that is not 0 has something to show for it in the ledger.
  if [[ $found -ne 0 ]]; then
    [[ -n $(sql "$db" "SELECT day FROM racefill_days WHERE state NOT IN
        ('done', 'empty') UNION ALL SELECT horse_id FROM racefill_horses
        WHERE state NOT IN ('done', 'not_found') LIMIT 1") ||
      $(sql "$db" 'SELECT COUNT(*) FROM racefill_days') -lt 4 ]] ||
      fail "$name: status $found, but nothing is left" "$dir/out" "$dir/err"
    set_faults
    sleep 1
    run_racefill "$dir" "$db" "${range[@]}" "${impatient[@]}" \
    "${extra[@]}"
    expect_status 0 "$dir" "$name, healed"
  fi
  expect_truth "$db" "$work/truth.jsonl" "$name: status $found, then" \
    >"$work/line"
  printf '%s in %d s\n' "$(cat "$work/line")" $((SECONDS - began))
  checks=$((checks + 1))
}
checks=0
extra=()

# -- passes, to be outlived by retries -------------------------------------------
check a-500-now-and-then 0 500:every=7
check a-503-burst '0 1' 503:after=8,count=6
check a-429-with-retry-after 0 429:every=15,retry=1
check a-429-without-retry-after 0 429:every=15
check a-429-with-a-date 0 429:count=1,after=5,retry=date:2
check a-429-with-nonsense 0 429:count=2,after=5,retry=soon
check a-reset 0 reset:every=6
check a-reset-inside 0 reset-inside:every=6
check a-short-body 0 short:every=6
check a-short-chunked-body 0 short-chunks:every=6
check garbage 0 garbage:every=6
check a-wrong-shape 0 shape:every=6
check an-html-page 0 html:every=6
check an-empty-page 0 empty-page:every=2,path=racecards
check a-hang 0 hang:count=2,after=5
check a-drip 0 drip:count=2,after=5
# An acknowledged request frees its slot however it ends, so the breaker alone
# keeps the attempts from being spent within the outage.
extra=(--set gate.breaker_failures=10)
check an-outage 0 outage:count=1,after=10,seconds=3
check a-closed-listener 0 refuse:count=1,after=10,seconds=3
extra=()
check unknown-fields 0 extra-fields

# -- lasts ------------------------------------------------------------------------
check every-day-broken '1 7' 500:path=racecards
check every-body-short '1 7' short:path=racecards
check every-body-chunk-short '1 7' short-chunks:path=racecards
check every-body-garbage '1 7' garbage:path=racecards
check every-body-misshapen '1 7' shape:path=racecards
check every-page-empty '1 7' empty-page:path=racecards
check every-horse-broken '1 7' 500:path=/horses/
check every-horse-garbage '1 7' garbage:path=/horses/
check redirected '1 7' redirect
check a-401-in-the-middle 4 401:after=10
check a-422-on-a-day 1 422:path=date=2024-03-02
check a-404-on-a-day 1 404:path=date=2024-03-02
check everything-hangs '1 7' hang

stop_simulator
[[ ${#picked[@]} -gt 0 || $checks -eq 32 ]] || fail "only $checks faults tried"
finish
