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

# --retry all, killed in its middle: the rest is asked, and only the rest.
day_arrivals() { grep -c 'date=' "$work/sim/arrivals.jsonl"; }
sleep 1
seen=$(day_arrivals)
start_run "$dir" "$db" --start-date "$first_day" --end-date "$last" \
  "${quick[@]}" --fast --retry all --set gate.requests=2 \
  --set writer.batch_age_ms=50
tries=0
until (($(day_arrivals) >= seen + 5)); do
  ((++tries < 600)) || fail 'the run to be killed asks nothing' "$dir/err"
  sleep 0.05
done
sleep 0.3
kill_run
asked=$(($(day_arrivals) - seen))
sleep 1
run_racefill "$dir" "$db" --resume --fast --retry all "${quick[@]}"
expect_status 0 "$dir" 'resumed --retry all'
again=$(($(day_arrivals) - seen - asked))
say "--retry all: $asked days asked before the kill, $again after it"
# Two days of each of four fetchers may have been on their way.
((asked + again >= 10 && asked + again <= 18 && again < 10)) ||
  fail "--retry all asked $asked days, then $again of 10" "$dir/err"
expect_truth "$db" "$work/truth.jsonl" 'after a killed --retry all'
stop_simulator

# A day without racing among those that are settled unasked.
start_simulator "$work/early" "${small_world[@]}" --limit 50 \
  --history-start 2023-01-23
dir=$work/early-run
db=sqlite:$dir/racefill.db
early=(--start-date 2022-06-01 --end-date 2023-01-25 --fast)
run_racefill "$dir" "$db" "${early[@]}" "${quick[@]}"
expect_status 1 "$dir" 'days before the history'
sql "$db" "UPDATE racefill_days SET state = 'empty' WHERE day = '2022-08-02';
  DELETE FROM racefill_days WHERE state = 'not_offered'"
run_racefill "$dir" "$db" "${early[@]}" "${quick[@]}" --retry empty
expect_status 1 "$dir" '--retry empty before the history'
stop_simulator
finish
