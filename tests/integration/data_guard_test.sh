#!/usr/bin/env bash
# The data guard in a whole run: every fault that lasts stops the run with exit
# status 7 and its reason, at most one day is written wrongly, and without the
# fault the next run goes on to the truth.
source "$(dirname "$0")/lib.sh"
begin data_guard_test

# Ten races a day, so that one day says enough about a field.
world=(--seed 5 --races-per-day 10 --horses 0.05 --oddities 5
  --missing-profiles 0)
last_day=2024-03-08
range=(--start-date "$first_day" --end-date "$last_day")
# Days before their horses, one at a time, the oldest first: so that the fault
# sets in at a known day.
in_order=(--order oldest-first --set concurrency.racecard_fetchers=1
  --set http.backoff_initial_ms=20 --set http.backoff_max_ms=50
  --set gate.retry_budget_floor=1000 --set gate.breaker_failures=1000)
make_truth "$work/truth.jsonl" "${world[@]}"
start_simulator "$work/sim" "${world[@]}" --limit 50

# Days of the ledger whose rows are not those of the truth.
wrong_days() { # DB
  comm -23 <(settled_counts "$1" | grep -v ' 0 0$' | sort) \
    <(true_counts "$work/truth.jsonl" | sort)
  join <(sql "$1" "SELECT day FROM racefill_days WHERE state = 'empty'
    ORDER BY day") <(true_counts "$work/truth.jsonl")
}

# stops NAME WORDS-OF-THE-REASON RULE...
stops() {
  local name=$1 reason=$2
  shift 2
  local dir=$work/$name db=sqlite:$work/$name/racefill.db
  set_faults "$@"
  sleep 1 # The window of the run before.
  run_racefill "$dir" "$db" "${range[@]}" "${in_order[@]}"
  expect_status 7 "$dir" "$name"
  grep -q "guard_tripped: .*$reason" "$dir/err" ||
    fail "$name: the last word does not say why" "$dir/err"
  [[ $(wrong_days "$db" | wc -l) -le 1 ]] ||
    fail "$name: written wrongly: $(wrong_days "$db")"
  say "$name: $(tail -n 1 "$dir/err")"
  set_faults
  sleep 1
  run_racefill "$dir" "$db" "${range[@]}" "${in_order[@]}" --retry empty
  expect_status 0 "$dir" "$name, healed"
  expect_truth "$db" "$work/truth.jsonl" "$name, healed"
}

stops null-dob 'dob is missing in' null-field:name=dob,after=3
stops renamed-sire 'sire_id is missing in' null-field:name=sire_id,after=3
stops halved-runners 'far fewer runners' halved:after=3
stops empty-days 'no racing' empty-day:after=3,path=racecards
stops error-pages-as-200 'cannot be read' shape:after=3,path=racecards
stops garbage 'cannot be read' garbage:after=3,path=racecards

# Limits are settings: the same fault passes where it is allowed.
set_faults null-field:name=dob
sleep 1
run_racefill "$work/allowed" "sqlite:$work/allowed/racefill.db" "${range[@]}" \
  "${in_order[@]}" --set guard.enabled=false
expect_status 0 "$work/allowed" 'the guard switched off'
stop_simulator
finish
