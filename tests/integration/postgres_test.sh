#!/usr/bin/env bash
# The truth test where the data really live: PostgreSQL directly, through a
# transaction pooler of two connections with four writers, and with the server
# restarted in the middle. All hold the rows that SQLite holds.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"
begin postgres_test
start_postgres
start_pooler
make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit 50 --latency 30+-20

# check NAME DB [ARGUMENT...]: an undisturbed run into database NAME.
check() {
  local name=$1 db=$2
  shift 2
  sleep 1 # The window of the run before.
  run_racefill "$work/$name" "$db" "${range[@]}" "$@"
  expect_status 0 "$work/$name" "$name"
  expect_truth "$db" "$work/truth.jsonl" "$name"
  expect_no_orphans "$(pg_socket "$name")"
  expect_no_false_done "$(pg_socket "$name")" "$work/truth.jsonl" "$name"
  grep -rqF "$pg_password" "$work/$name" && fail "$name: tells the password"
}

make_database direct
RACEFILL_DB=$(pg_secret_url direct) check direct "$(pg_url direct)"
make_database pooled
check pooled "$(pooler_url pooled)" --set concurrency.writers=4
make_database writers
RACEFILL_DB=$(pg_secret_url writers) check writers "$(pg_url writers)" \
  --set concurrency.writers=4 --set writer.batch_rows=50

# -- the server goes away in the middle --------------------------------------------

# disturb NAME COMMAND...: runs COMMAND once four days are settled.
disturb() {
  local name=$1 db=$2 tries=0
  shift 2
  sleep 1
  start_run "$work/$name" "$db" "${range[@]}" --set gate.requests=20
  until [[ $(sql "$(pg_socket "$name")" "SELECT COUNT(*) FROM racefill_days
      WHERE state = 'done'" 2>/dev/null || echo 0) -ge 4 ]]; do
    kill -0 "$run_pid" 2>/dev/null || fail "$name: ended too soon" \
      "$work/$name/out" "$work/$name/err"
    ((++tries < 1200)) || fail "$name: settles nothing" "$work/$name/err"
    sleep 0.05
  done
  "$@" || fail "$name: cannot $*"
  kill -0 "$run_pid" 2>/dev/null || fail "$name: the run had ended before" \
    "$work/$name/out" "$work/$name/err"
  wait_run "$work/$name"
  expect_status 0 "$work/$name" "$name"
  expect_truth "$db" "$work/truth.jsonl" "$name"
  expect_no_orphans "$(pg_socket "$name")"
}
stop_a_while() {
  pg_ctl -m fast stop
  sleep 4
  pg_ctl start
}
cut_connections() {
  sql "$(pg_socket postgres)" "SELECT pg_terminate_backend(pid)
    FROM pg_stat_activity WHERE datname = 'cut' AND pid <> pg_backend_pid()" \
    >/dev/null
}

make_database restarted
RACEFILL_DB=$(pg_secret_url restarted) disturb restarted \
  "$(pg_url restarted)" pg_ctl -m immediate restart
make_database stopped
RACEFILL_DB=$(pg_secret_url stopped) disturb stopped \
  "$(pg_url stopped)" stop_a_while
make_database cut
RACEFILL_DB=$(pg_secret_url cut) disturb cut "$(pg_url cut)" cut_connections
make_database pooled_restart
disturb pooled_restart "$(pooler_url pooled_restart)" pg_ctl -m fast restart

# -- and all hold what SQLite holds --------------------------------------------------

sleep 1
run_racefill "$work/lite" "sqlite:$work/lite/racefill.db" "${range[@]}"
expect_status 0 "$work/lite" 'SQLite'
"$COMPARE_TRUTH" dump "sqlite:$work/lite/racefill.db" >"$work/lite.dump" ||
  fail 'cannot dump SQLite'
for each in direct pooled writers restarted stopped cut pooled_restart; do
  "$COMPARE_TRUTH" dump "$(pg_socket "$each")" | sort >"$work/$each.dump"
  sort "$work/lite.dump" | cmp -s - "$work/$each.dump" ||
    fail "SQLite and $each differ: $(sort "$work/lite.dump" |
      diff - "$work/$each.dump" | head -n 4 | cut -c1-600)"
done

# The comparison itself sees one cell of one row.
sql "$(pg_socket direct)" "UPDATE ra_mst_runners SET draw = COALESCE(draw, 0) + 1
  WHERE runner_id = (SELECT max(runner_id) FROM ra_mst_runners)"
"$COMPARE_TRUTH" dump "$(pg_socket direct)" | sort |
  cmp -s - <(sort "$work/lite.dump") && fail 'a changed cell is not seen'
"$COMPARE_TRUTH" check "$(pg_socket direct)" "$work/truth.jsonl" >/dev/null 2>&1
[[ $? -eq 1 ]] || fail 'the truth does not see a changed cell'
stop_simulator
finish
