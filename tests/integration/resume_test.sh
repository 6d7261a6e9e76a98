#!/usr/bin/env bash
# kill -9 at random instants, then --resume: the tables equal the truth, nothing
# settled is asked for again, and a kill repeats at most what was under way.
# SEED replays the instants.
source "$(dirname "$0")/lib.sh"
begin resume_test
kills=5
rate=20
RANDOM=${SEED:=$((BASHPID % 32768))}
say "SEED=$SEED"

make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit "$rate" --latency 30+-20
dir=$work/run
db=sqlite:$dir/racefill.db
slow_gate=(--set "gate.requests=$rate")

# What the ledger holds as settled, as the paths that must not be asked again.
settled_paths() {
  sql "$db" "SELECT '/v1/racecards/pro?date=' || day || '&' FROM racefill_days
      WHERE state IN ('done', 'empty')
    UNION ALL SELECT '/v1/horses/' || horse_id || '/pro' FROM racefill_horses
      WHERE state IN ('done', 'not_found')" 2>/dev/null
}

ask=("${range[@]}")
for ((i = 1; i <= kills; ++i)); do
  seen=$(arrivals_count)
  start_run "$dir" "$db" "${slow_gate[@]}" "${ask[@]}"
  # The first second is the gate's silence; the whole run takes some seven.
  sleep "$((RANDOM % 3)).$(printf '%03d' $((RANDOM % 1000)))"
  kill_run
  grep -E 'terminate called|assert|Sanitizer' "$dir/err" &&
    fail "kill $i: the run had crashed before" "$dir/err"
  expect_state_files "$dir"
  tail -n +$((seen + 1)) "$work/sim/arrivals.jsonl" >"$work/since.jsonl"
  if [[ -s $work/settled ]]; then
    again=$(grep -F -f "$work/settled" "$work/since.jsonl")
    [[ -z $again ]] || fail "kill $i: settled, yet asked again: $again"
  fi
  settled_paths >"$work/settled"
  say "kill $i: $(wc -l <"$work/settled") settled," \
    "$(wc -l <"$work/since.jsonl") requests"
  [[ -s $dir/racefill.db ]] && sql "$db" 'PRAGMA integrity_check' |
    grep -qv '^ok$' && fail "kill $i: the database file is damaged"
  # Before its first transaction a run leaves nothing to resume.
  [[ -n $(sql "$db" 'SELECT 1 FROM racefill_runs LIMIT 1' 2>/dev/null) ]] &&
    ask=(--resume)
done

seen=$(arrivals_count)
run_racefill "$dir" "$db" "${slow_gate[@]}" "${ask[@]}"
expect_status 0 "$dir" 'the last run'
tail -n +$((seen + 1)) "$work/sim/arrivals.jsonl" >"$work/since.jsonl"
again=$([[ -s $work/settled ]] &&
  grep -F -f "$work/settled" "$work/since.jsonl")
[[ -z $again ]] || fail "settled, yet asked again at the end: $again"
expect_truth "$db" "$work/truth.jsonl" 'after the kills'
expect_no_orphans "$db"
expect_no_false_done "$db" "$work/truth.jsonl" 'after the kills'
expect_state_files "$dir" must
[[ $(jq '.processed_dates | length' \
  "$dir/logs/backfill_all_tables_checkpoint.json") -eq 10 ]] ||
  fail 'the checkpoint file does not hold ten days' \
    "$dir/logs/backfill_all_tables_checkpoint.json"

# In flight: 4 fetchers, 6 enrichers, the courses; a batch holds what a second
# brings (writer.batch_age_ms), and as much may be in its transaction.
repeats_max=$((kills * (11 + 2 * rate)))
repeats=$(($(wc -l <"$work/sim/arrivals.jsonl") -
  $(jq -r .path "$work/sim/arrivals.jsonl" | sort -u | wc -l)))
((repeats <= repeats_max)) ||
  fail "$repeats requests repeated, at most $repeats_max expected"
jq -e '.refused == 0' <<<"$(sim_stats)" >/dev/null ||
  fail "a restart broke the limit: $(sim_stats)"
say "$repeats requests repeated after $kills kills"

# A finished run has nothing left to ask.
seen=$(arrivals_count)
run_racefill "$dir" "$db" "${slow_gate[@]}" --resume
expect_status 0 "$dir" 'one resume too many'
[[ $(arrivals_count) -eq $seen ]] ||
  fail "a finished run asked again: $(tail -n +$((seen + 1)) \
    "$work/sim/arrivals.jsonl" | jq -r .path | head -n 3)"
stop_simulator
finish
