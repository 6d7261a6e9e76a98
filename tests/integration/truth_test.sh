#!/usr/bin/env bash
# Ten days of a small odd world, run for real: the tables equal the truth row by
# row, whatever the order and the number of fetchers, and nothing is refused.
source "$(dirname "$0")/lib.sh"
begin truth_test

make_truth "$work/truth.jsonl" "${small_world[@]}"

check_run() { # NAME [ARGUMENT...]
  local name=$1 dir=$work/$1 db=sqlite:$work/$1/racefill.db stats
  shift
  start_simulator "$dir/sim" "${small_world[@]}" --limit 50 --latency 30+-20
  run_racefill "$dir" "$db" "${range[@]}" "$@"
  expect_status 0 "$dir" "$name"
  stats=$(sim_stats)
  stop_simulator
  expect_truth "$db" "$work/truth.jsonl" "$name"
  expect_no_orphans "$db"
  [[ $(sql "$db" 'SELECT COUNT(*) FROM ra_bookmakers') -eq 19 ]] ||
    fail "$name: the 19 bookmakers that everybody knows are not there"
  expect_state_files "$dir" must
  jq -e '.refused == 0' <<<"$stats" >/dev/null ||
    fail "$name: the limit was broken: $stats" "$dir/err"
  # A page a day, a profile a horse, the courses: nothing twice.
  local wanted
  wanted=$(($(sql "$db" 'SELECT COUNT(*) FROM racefill_horses') + 10 + 1))
  jq -e --argjson n "$wanted" '.requests == $n' <<<"$stats" >/dev/null ||
    fail "$name: expected $wanted requests: $stats"
  [[ $(jq '.processed_dates | length' \
    "$dir/logs/backfill_all_tables_checkpoint.json") -eq 10 ]] ||
    fail "$name: the checkpoint file does not hold ten days" \
      "$dir/logs/backfill_all_tables_checkpoint.json"
}

# Readers come and go beside the run; opening and closing the file must not cost
# the run its locks or its journal.
look_often() { # DB
  while kill -0 "$run_pid" 2>/dev/null; do
    sql "$1" 'SELECT COUNT(*) FROM racefill_days' >/dev/null 2>&1
    sleep 0.05
  done
}
mkdir -p "$work/watched"
start_simulator "$work/watched/sim" "${small_world[@]}" --limit 50 \
  --latency 30+-20
start_run "$work/watched" "sqlite:$work/watched/racefill.db" "${range[@]}"
look_often "sqlite:$work/watched/racefill.db"
wait_run "$work/watched"
expect_status 0 "$work/watched" watched
expect_truth "sqlite:$work/watched/racefill.db" "$work/truth.jsonl" watched
stop_simulator

check_run newest-8 --set concurrency.racecard_fetchers=8
check_run newest-1 --set concurrency.racecard_fetchers=1
check_run oldest-8 --order oldest-first --set concurrency.racecard_fetchers=8
check_run oldest-1 --order oldest-first --set concurrency.racecard_fetchers=1

# The ledgers agree as well, whatever the way there.
for each in newest-8 newest-1 oldest-8 oldest-1; do
  "$COMPARE_TRUTH" dump "sqlite:$work/$each/racefill.db" >"$work/$each.dump" ||
    fail "cannot dump $each"
  cmp -s "$work/newest-8.dump" "$work/$each.dump" ||
    fail "newest-8 and $each differ: $(diff "$work/newest-8.dump" \
      "$work/$each.dump" | head -n 4)"
done
finish
